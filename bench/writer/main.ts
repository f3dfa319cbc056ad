import 'reflect-metadata'
import { DataSource } from 'typeorm'
import { textTable } from '../../src/tools/cli/output/table'
import { withBenchServer } from '../bench-server'
import { ENTITIES } from '../drift/contenders'
import { makeTables } from '../drift/run'
import { CONTENDERS } from './contenders'
import { benchEvent } from './events'

const ROUNDS = 5

/** Returns the events a second of each contender, in each round; all take their turns in every round. */
async function measure(dataSource: DataSource): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(CONTENDERS.map(({ name }) => [name, []]))
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, events, write } of CONTENDERS) {
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

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

async function main(): Promise<void> {
  await withBenchServer(async (server) => {
    const url = await server.newDatabase()
    await makeTables(url)
    const dataSource = new DataSource({ type: 'postgres', url, entities: ENTITIES })
    await dataSource.initialize()
    await dataSource.query(`select setval('extraction_telemetry_v2_id_seq', 10000), setval('http_error_summary_id_seq', 10000),
      setval('content_type_detection_telemetry_id_seq', 10000)`)
    const rates = await measure(dataSource)
    await dataSource.destroy()
    const rate = (name: string) => median(rates.get(name) ?? [])
    const relative = (name: string, other: string) => (rate(name) / rate(other)).toFixed(2)
    const rows = CONTENDERS.map(({ name }) => [
      name,
      Math.round(rate(name)).toLocaleString('en-US'),
      relative(name, 'save()'),
      relative(name, 'insert(500)'),
      relative(name, 'raw COPY'),
    ])
    const headings = ['events a second', 'median', 'of save()', 'of insert(500)', 'of raw COPY']
    console.log(textTable(headings, ['left', 'right', 'right', 'right', 'right'], rows))
  })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
