import 'reflect-metadata'
import { parseArgs } from 'node:util'
import { textTable } from '../../src/tools/cli/output/table'
import { withBenchServer } from '../bench-server'
import { CONTENDERS } from './contenders'
import { runDrift } from './run'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } })
  const events = Number(values.events)
  if (!(Number.isSafeInteger(events) && events > 0 && events <= 1_000_000)) {
    throw new Error(`--events takes a number up to 1000000, not "${values.events}".`)
  }
  await withBenchServer(async (server) => {
    const rows: string[][] = []
    for (const contender of CONTENDERS) {
      console.error(`${contender.name}, ${String(events)} events`)
      const outcome = await runDrift(await server.newDatabase(), contender, events)
      const { rows: written, distinct, lost, reported, seconds } = outcome
      rows.push([
        contender.name,
        ...[events, written, distinct, lost, reported].map((count) =>
          count.toLocaleString('en-US'),
        ),
        seconds.toFixed(1),
      ])
    }
    const headings = ['8 writers', 'events', 'rows', 'different', 'lost', 'of these reported', 's']
    console.log(
      textTable(headings, ['left', 'right', 'right', 'right', 'right', 'right', 'right'], rows),
    )
  })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
