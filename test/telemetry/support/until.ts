import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until it is so, at most half a minute. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    if (await isSo()) return
    await sleep(10)
  }
  throw new Error(`It never came to this: ${String(isSo)}`)
}
