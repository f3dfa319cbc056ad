import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { ROOT } from './support/run'

const VITEST = [
  'node_modules/vitest/vitest.mjs',
  'run',
  'test/telemetry/spool-property.test.ts',
  'test/telemetry/drift.test.ts',
  'test/telemetry/chaos',
]

/** How long each is looked for; the environment may say otherwise. */
const THOROUGHLY = { CHAOS_KILLS: '200', PROPERTY_RUNS: '2000' }

/** Runs what finds more the longer it looks, for about fifteen minutes. It ends by itself: each test has its limit. */
async function main(): Promise<void> {
  const child = spawn(process.execPath, VITEST, {
    cwd: ROOT,
    env: { ...THOROUGHLY, ...process.env },
    stdio: 'inherit',
  })
  const [exitCode] = (await once(child, 'close')) as [number | null]
  process.exitCode = exitCode ?? 1
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
})
