import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { gone } from '../support/processes'
import { ROOT, run, TSX } from '../support/run'

/** The demo's own temporary folder, so that what it leaves can be seen. */
const TEMPORARY = mkdtempSync(join(tmpdir(), 'typeorm-resync-demo-test-'))
// Root's server runs as another user, who has to get there.
chmodSync(TEMPORARY, 0o755)

afterAll(() => {
  rmSync(TEMPORARY, { recursive: true })
})

function demoFolders(): string[] {
  return readdirSync(TEMPORARY).filter((name) => name.startsWith('typeorm-resync-demo-'))
}

describe('the demo', () => {
  it('tells the incident, and leaves nothing', async () => {
    const ran = await run('npm', ['run', '--silent', 'demo'], { env: { TMPDIR: TEMPORARY } })
    expect(ran.exitCode).toBe(0)
    expect(ran.out).toMatch(/duplicate keys until the resync: \d+, since: 0/)
    expect(ran.out).toContain('The server is stopped and its data removed.')
    expect(demoFolders()).toEqual([])
  })

  it('leaves nothing when it is interrupted', async () => {
    const demo = spawn(
      process.execPath,
      ['--import', TSX, join(ROOT, 'examples/incident/main.ts')],
      {
        cwd: ROOT,
        env: { ...process.env, TMPDIR: TEMPORARY },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    await once(demo.stdout, 'data')
    const [folder = ''] = demoFolders()
    const pidFile = join(TEMPORARY, folder, 'data/postmaster.pid')
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
    demo.kill('SIGINT')
    await once(demo, 'exit')
    expect(await gone(pid)).toBe(true)
    for (let tries = 0; tries < 100 && demoFolders().length > 0; tries += 1) await sleep(50)
    expect(demoFolders()).toEqual([])
  })
})
