import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const RUNS = 20

/** The help may take this long, or this much of bare node's time, whichever is more. */
const GOAL_MS = 150
const GOAL_RATIO = 1.5

const BIN = join(__dirname, '../../dist/src/tools/cli/bin.js')

/** Returns how long a whole process took, in milliseconds. */
function time(args: readonly string[]): number {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const millis = Number(process.hrtime.bigint() - start) / 1e6
  if (status === 0) return millis
  throw new Error(`node ${args.join(' ')} failed. Run first: npm run build\n${stderr}`)
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

function line(name: string, times: readonly number[]): string {
  return `${name.padEnd(24)}${Math.min(...times).toFixed(0)} ms min, ${median(times).toFixed(0)} ms median`
}

const bare: number[] = []
const help: number[] = []
// The first of each reads the files into memory; then by turns, so that what else the machine does meets both.
for (let run = 0; run <= RUNS; run += 1) {
  const times = [time(['-e', '0']), time([BIN, '--help'])] as const
  if (run === 0) continue
  bare.push(times[0])
  help.push(times[1])
}

const ratio = median(help) / median(bare)
console.log(line('node -e 0', bare))
console.log(line('typeorm-resync --help', help))
console.log(`${ratio.toFixed(2)} times bare node, ${String(RUNS)} runs each`)
if (median(help) > Math.max(GOAL_MS, GOAL_RATIO * median(bare))) {
  console.error(`Slower than ${String(GOAL_MS)} ms and than ${String(GOAL_RATIO)} times bare node.`)
  process.exitCode = 1
}
