import { parseArgs } from 'node:util'
import { withBenchServer } from '../bench-server'
import { markdown, serverVersion, setting, writePage } from '../page'
import { BIN, median, peakMemory } from '../process'
import { chart } from './chart'
import { compare, type Comparison } from './compare'
import { makeTables } from './tables'
import { besideWriters, type Beside } from './writers'

const ROUNDS: Readonly<Record<number, number>> = { 10: 9, 1_000: 9, 10_000: 7, 50_000: 3 }

const spread = (numbers: readonly number[], digits: number) => {
  const middle = median(numbers).toFixed(digits)
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return least === most ? middle : `${middle} (${least.toFixed(digits)} to ${most.toFixed(digits)})`
}

function comparisonTable(comparisons: readonly Comparison[], command: Comparison['command']) {
  const rows = comparisons
    .filter((one) => one.command === command)
    .map(({ way, tables, seconds, ratios, failure }) => [
      way.name,
      tables.toLocaleString('en-US'),
      failure ?? spread(seconds, 2),
      failure === null ? ((median(seconds) * 1e6) / tables).toFixed(0) : '',
      failure === null ? spread(ratios, 2) : '',
    ])
  const headings = [command, 'sequences', 'seconds', 'µs a sequence', 'of batches by hand']
  return markdown(headings, rows)
}

function writersTable(beside: readonly Beside[]): string {
  const [nothing] = beside
  const rows = beside.map(({ name, inserts, errors, p50, p99, longest }) => [
    name,
    inserts.toLocaleString('en-US'),
    String(errors),
    spread(p50, 1),
    spread(p99, 1),
    (median(p99) / median(nothing?.p99 ?? [])).toFixed(2),
    longest.toFixed(0),
  ])
  const headings = [
    'beside 8 writers',
    'inserts',
    'errors',
    'p50, ms',
    'p99, ms',
    'p99 of nothing',
    'longest, ms',
  ]
  return markdown(headings, rows)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: '10,1000,10000,50000' },
      rounds: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const sizes = values.sizes.split(',').map(Number)
  if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0 && size <= 100_000))
    throw new Error(`--sizes takes numbers up to 100000, not "${values.sizes}".`)
  const rounds = (size: number) => Number(values.rounds ?? ROUNDS[size] ?? 3)
  await withBenchServer(async (server) => {
    const comparisons: Comparison[] = []
    const memory: string[] = []
    let version = ''
    for (const tables of sizes) {
      const url = await server.newDatabase()
      version = await serverVersion(url)
      await makeTables(url, tables)
      for (const command of ['verify', 'apply'] as const) {
        console.error(`${command}, ${String(tables)} sequences`)
        comparisons.push(...(await compare(command, url, tables, rounds(tables))))
        const peak = peakMemory([BIN, command, '--url', url])
        memory.push(`${command} of ${tables.toLocaleString('en-US')} ${peak.toFixed(0)} MB`)
      }
    }
    console.error('beside writers')
    const url = await server.newDatabase()
    await makeTables(url, 1_000)
    const beside = await besideWriters(url, Number(values.rounds ?? 5))
    const text = [
      comparisonTable(comparisons, 'verify'),
      comparisonTable(comparisons, 'apply'),
      `Peak memory: ${memory.join(', ')}.`,
      writersTable(beside),
      `${setting(version)}; made by \`npm run bench:fleet -- --write\`.`,
    ]
    console.log(text.join('\n\n'))
    if (!values.write) return
    await chart(comparisons)
    await writePage('fleet', text.join('\n\n'))
  })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
