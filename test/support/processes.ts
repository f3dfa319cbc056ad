import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../../src/tools/embedded/start-lock'

/** Waits until a process is gone, at most ten seconds. */
export async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && isAlive(pid); tries += 1) await sleep(50)
  return !isAlive(pid)
}
