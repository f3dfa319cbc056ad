import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionError } from '../errors'

/** Tells whether a process lives, be it ours or another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Runs `work` while no other process does so in `folder`: of two commands that start at once, one waits for the other.
 *
 * @throws {ConnectionError} when `holder` still names a process after `patienceMillis`.
 */
export async function startingAlone<T>(
  folder: string,
  patienceMillis: number,
  holder: () => number | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const lock = join(folder, 'starting')
  const deadline = Date.now() + patienceMillis
  for (let pid = takeLock(lock); ; pid = takeLock(lock)) {
    if (pid === undefined) {
      try {
        pid = holder()
        if (pid === undefined) return await work()
      } finally {
        rmSync(lock, { force: true })
      }
    }
    if (Date.now() > deadline) {
      throw new ConnectionError(
        `Cannot start the embedded PostgreSQL in "${folder}": process ${String(pid)} uses it. Wait for the other command to end, or set DATABASE_URL.`,
      )
    }
    await sleep(50)
  }
}

/** Takes the lock; returns the process that has it, where another does. One that was killed has it no more. */
function takeLock(lock: string): number | undefined {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const pid = Number(contentOf(lock))
  if (pid > 0 && !isAlive(pid)) rmSync(lock, { force: true })
  return pid
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
