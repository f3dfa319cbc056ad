import { setTimeout as sleep } from 'node:timers/promises'

/** Tells whether a process lives. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Waits until a process is gone, at most ten seconds. */
export async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && isRunning(pid); tries += 1) await sleep(50)
  return !isRunning(pid)
}
