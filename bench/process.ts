import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** A whole process, from its start to its end. */
export interface Timed {
  readonly seconds: number
  /** Null where it was not there to be run. */
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
}

const LONGEST_MS = 600_000

/** Runs a program to its end; ten minutes, or `signal`, kill it. */
export async function timed(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Timed> {
  signal.throwIfAborted()
  const start = performance.now()
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    // Not spawn's own timeout: its timer outlives a program that is not there to be run.
    signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
  })
  const written = Promise.all([text(child.stdout), text(child.stderr)])
  const exitCode = await ended(child)
  const seconds = (performance.now() - start) / 1000
  const [out, err] = await written
  return { seconds, exitCode, out, err }
}

async function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null]
    return exitCode
  } catch (error) {
    // EACCES where a folder of PATH is closed to this user.
    if (['ENOENT', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code))) return null
    throw error
  }
}

/** Runs Node; returns the peak of its memory in MB, as the kernel counts it. */
export async function peakMemory(args: readonly string[], signal: AbortSignal): Promise<number> {
  const script = `process.on('exit', () => require('fs').writeSync(2, '\\nRSS ' + process.resourceUsage().maxRSS + '\\n'))`
  const code = `data:text/javascript,import{createRequire}from'module';const require=createRequire('file:///');${encodeURIComponent(script)}`
  const { err } = await timed(process.execPath, ['--import', code, ...args], signal)
  return (Number(/\nRSS (\d+)\n/.exec(err)?.[1]) * 1024) / 1e6
}
