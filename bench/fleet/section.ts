import { withBenchServer } from '../bench-server'
import type { Figures, Table } from '../figures'
import { peakMemory } from '../process'
import type { Section } from '../section'
import { median, spread } from '../spread'
import { chart } from './chart'
import { compare, type Comparison } from './compare'
import { makeTables } from './tables'
import { COMMANDS, type Command } from './ways'

/** How many rounds there are with so many sequences. */
const ROUNDS = new Map([
  [10, 9],
  [1_000, 7],
  [10_000, 5],
  [50_000, 3],
])
const QUICK_ROUNDS = new Map([
  [10, 1],
  [200, 1],
])

/** Whole processes that look at every sequence of a database, and that repair all, with more and more of them. */
export const fleet: Section = {
  name: 'fleet',
  measure: ({ bin, quick, signal }) =>
    withBenchServer(async (server) => {
      const comparisons: Comparison[] = []
      const memory: string[] = []
      for (const [tables, rounds] of quick ? QUICK_ROUNDS : ROUNDS) {
        const url = await server.newDatabase()
        console.error(`${String(tables)} tables`)
        await makeTables(url, tables)
        for (const command of COMMANDS) {
          console.error(`${command}, ${String(tables)} sequences`)
          const fleet = { url, tables, bin, signal }
          comparisons.push(...(await compare(command, fleet, rounds)))
          const peak = await peakMemory([bin, command, '--url', url], signal)
          memory.push(`\`${command}\` of ${count(tables)} ${peak.toFixed(0)} MB`)
        }
      }
      return { figures: figuresOf(comparisons, memory), chart: chart(comparisons) }
    }),
}

function figuresOf(comparisons: readonly Comparison[], memory: readonly string[]): Figures {
  return [
    ...COMMANDS.map((command) => comparisonTable(comparisons, command)),
    'Microseconds a sequence, as there are more of them:',
    growthTable(comparisons),
    `Peak memory of the process: ${memory.join(', ')}.`,
  ]
}

function comparisonTable(comparisons: readonly Comparison[], command: Command): Table {
  return {
    columns: [
      [`\`${command}\``, 'left'],
      ['sequences', 'right'],
      ['s', 'right'],
      ['times batches by hand', 'right'],
      ['times ours', 'right'],
      ['left behind', 'right'],
    ],
    rows: comparisons
      .filter((one) => one.command === command)
      .map(({ way, tables, seconds, ofFloor, ofOurs, failure, behind }) => [
        way.name,
        count(tables),
        failure === null ? spread(seconds, 2) : `fails: ${failure}`,
        failure === null ? spread(ofFloor, 2) : '',
        failure === null ? spread(ofOurs, 2) : '',
        command === 'apply' ? count(behind) : '',
      ]),
  }
}

function growthTable(comparisons: readonly Comparison[]): Table {
  const sizes = [...new Set(comparisons.map(({ tables }) => tables))]
  const lines = new Map(
    comparisons.map((one) => [`\`${one.command}\`: ${one.way.name}`, new Map<number, string>()]),
  )
  for (const { command, way, tables, seconds, failure } of comparisons) {
    const micros = (median(seconds) * 1e6) / tables
    const cell = failure === null ? count(Math.round(micros)) : ''
    lines.get(`\`${command}\`: ${way.name}`)?.set(tables, cell)
  }
  return {
    columns: [['', 'left'], ...sizes.map((size) => [count(size), 'right'] as const)],
    rows: [...lines].map(([name, cells]) => [name, ...sizes.map((size) => cells.get(size) ?? '')]),
  }
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
