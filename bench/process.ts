import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** The command line as it is published. Run first: npm run build */
export const BIN = join(__dirname, '../dist/src/tools/cli/bin.js')

/** A whole process, from its start to its end. */
export interface Timed {
  readonly seconds: number
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
}

/** Runs node, and waits for it. */
export function timed(args: readonly string[]): Timed {
  const start = process.hrtime.bigint()
  const ran = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 600_000,
  })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  return { seconds, exitCode: ran.status, out: ran.stdout, err: ran.stderr }
}

/** Runs node; returns the peak of its memory in MB, as the kernel counts it. */
export function peakMemory(args: readonly string[]): number {
  const script = `process.on('exit', () => require('fs').writeSync(2, '\\nRSS ' + process.resourceUsage().maxRSS + '\\n'))`
  const code = `data:text/javascript,import{createRequire}from'module';const require=createRequire('file:///');${encodeURIComponent(script)}`
  const { err } = timed(['--import', code, ...args])
  return (Number(/\nRSS (\d+)\n/.exec(err)?.[1]) * 1024) / 1e6
}

/** Returns the one in the middle. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
}
