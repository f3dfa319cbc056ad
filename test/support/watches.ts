import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach } from 'vitest'
import { watchSequences, type SequenceWatch, type WatchOptions } from 'typeorm-resync'

/** Watches that are stopped after each test, and what they serve. */
export function useWatches() {
  const on: SequenceWatch[] = []
  afterEach(async () => {
    for (const watch of on.splice(0)) await watch.stop()
  })
  const get = async (watch: SequenceWatch, path: string) => {
    const response = await fetch(`${watch.address}${path}`)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const watching = async (url: string, options: WatchOptions = {}) => {
    const watch = await watchSequences(url, { interval: '50ms', port: 0, ...options })
    on.push(watch)
    return watch
  }
  /** Waits until the metrics hold a line, and returns them. */
  const until = async (watch: SequenceWatch, line: string | RegExp) => {
    let text = ''
    for (let tries = 0; tries < 1_000; tries += 1) {
      text = (await get(watch, '/metrics')).text
      if (typeof line === 'string' ? text.split('\n').includes(line) : line.test(text)) return text
      await sleep(20)
    }
    throw new Error(`Never served: ${String(line)}\n${text}`)
  }
  return { get, until, watching }
}
