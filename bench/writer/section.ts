import { DataSource } from 'typeorm'
import { withBenchServer } from '../bench-server'
import { ENTITIES } from '../drift/contenders'
import { makeTables } from '../drift/run'
import type { Run, Section } from '../section'
import { median } from '../spread'
import { CONTENDERS, COPY, INSERT, SAVE } from './contenders'
import { benchEvent } from './events'

const ROUNDS = 5

/** Returns the events a second of each contender, in each round; all take their turns in every round. */
async function measure(
  dataSource: DataSource,
  { quick, signal }: Run,
): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(CONTENDERS.map(({ name }) => [name, []]))
  for (let round = 0; round <= (quick ? 1 : ROUNDS); round += 1) {
    for (const { name, events: all, write } of CONTENDERS) {
      signal.throwIfAborted()
      const events = quick ? all / 100 : all
      const sample = Array.from({ length: events }, (_, n) => benchEvent(n))
      await dataSource.query('truncate extraction_telemetry_v2')
      const start = performance.now()
      await write(dataSource, sample)
      const seconds = (performance.now() - start) / 1000
      const [counted] = await dataSource.query<{ rows: number }[]>(
        'select count(*)::integer as rows from extraction_telemetry_v2',
      )
      if (counted?.rows !== events) throw new Error(`${name} wrote ${String(counted?.rows)} rows.`)
      // The first round is to warm up.
      if (round > 0) rates.get(name)?.push(events / seconds)
    }
  }
  return rates
}

/** The same events, written by each way in turns. */
export const writer: Section = {
  name: 'writer',
  measure: (run) =>
    withBenchServer(async (server) => {
      const url = await server.newDatabase()
      await makeTables(url)
      const dataSource = new DataSource({ type: 'postgres', url, entities: ENTITIES })
      await dataSource.initialize()
      await dataSource.query(`select setval('extraction_telemetry_v2_id_seq', 10000), setval('http_error_summary_id_seq', 10000),
        setval('content_type_detection_telemetry_id_seq', 10000)`)
      const rates = await measure(dataSource, run)
      await dataSource.destroy()
      const rate = (name: string) => median(rates.get(name) ?? [])
      const relative = (name: string, other: string) => (rate(name) / rate(other)).toFixed(2)
      return {
        figures: [
          {
            columns: [
              ['events a second', 'left'],
              ['median', 'right'],
              ['of `save()`', 'right'],
              ['of `insert()` of 500', 'right'],
              ['of raw COPY', 'right'],
            ],
            rows: CONTENDERS.map(({ name }) => [
              name,
              Math.round(rate(name)).toLocaleString('en-US'),
              relative(name, SAVE),
              relative(name, INSERT),
              relative(name, COPY),
            ]),
          },
        ],
      }
    }),
}
