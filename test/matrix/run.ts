import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { MAJORS } from '../support/postgres-version'
import { ROOT } from '../support/run'

/** What the server's version may change. */
const FOLDERS = ['catalog', 'sequences', 'conformance', 'diagnose', 'faults', 'logs']

/** Of these, what is about this side's processes, files and connections, or about concurrency: one version tells as much as five. */
const ONCE = [
  'sequences/{options,race,resume,resume-elsewhere,second-run,stopped}',
  'diagnose/source',
  'faults/{killed,locks,lost-*,timeouts}',
  'logs/{cli,follow,fuzz}',
]

const VITEST = [
  'node_modules/vitest/vitest.mjs',
  'run',
  // These share a process without harm, and loading everything anew for each takes a quarter of the time.
  '--no-isolate',
  ...FOLDERS.map((folder) => `test/${folder}`),
  ...ONCE.map((files) => `--exclude=test/${files}.test.ts`),
]

interface Ran {
  readonly exitCode: number | null
  readonly out: string
}

interface Result {
  readonly passed: number
  readonly failed: number
  readonly text: string
}

/** Runs a program to its end, or until `interrupted`, and shows what it prints. */
async function show(
  command: string,
  args: readonly string[],
  interrupted: AbortSignal,
  env: Record<string, string> = {},
): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = () => child.kill()
  interrupted.addEventListener('abort', end)
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    process.stdout.write(text)
  })
  const [exitCode] = (await once(child, 'close')) as [number | null]
  interrupted.removeEventListener('abort', end)
  return { exitCode, out }
}

/** Reads the closing line. A run that did not come so far, or failed for another reason than a test, counts as a failure. */
function resultOf({ exitCode, out }: Ran): Result {
  const [, text, passed, failed] =
    /(?:^|\n)((\d+) passed, (\d+) failed(?:, \d+ skipped)?)\n$/.exec(out) ?? []
  if (text === undefined || (exitCode !== 0 && failed === '0')) {
    return { passed: Number(passed ?? 0), failed: 1, text: 'did not finish' }
  }
  return { passed: Number(passed), failed: Number(failed), text }
}

async function main(majors: readonly string[]): Promise<void> {
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      interruption.abort()
    })
  }
  const { signal } = interruption
  const install = ['ci', '--prefix', 'test/matrix', '--no-audit', '--no-fund']
  if ((await show('npm', install, signal)).exitCode !== 0) {
    process.exitCode = 1
    return
  }
  const results = new Map<string, Result>()
  for (const major of majors) {
    if (signal.aborted) break
    process.stdout.write(`\n== PostgreSQL ${major}\n`)
    const ran = await show(process.execPath, VITEST, signal, {
      POSTGRES_MAJOR: major,
      // `npm test` looks for longer, on 18.
      PROPERTY_RUNS: process.env.PROPERTY_RUNS ?? '20',
    })
    results.set(major, resultOf(ran))
  }
  process.stdout.write('\n')
  for (const [major, { text }] of results) process.stdout.write(`PostgreSQL ${major}: ${text}\n`)
  const sum = (count: 'passed' | 'failed') =>
    [...results.values()].reduce((total, result) => total + result[count], 0)
  process.stdout.write(`${String(sum('passed'))} passed, ${String(sum('failed'))} failed\n`)
  if (signal.aborted || sum('failed') > 0) process.exitCode = 1
}

const chosen = process.argv.slice(2)
main(chosen.length > 0 ? chosen : MAJORS.map(String)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
})
