import type { WriteStream } from 'node:tty'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { progressBar, progressText } from '../../src/tools/cli/output/progress'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A stream that keeps what is written to it; on a terminal also where the cursor went, which is left out. */
function kept(isTTY: boolean): { stream: WriteStream; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 })
  const nothing = () => true
  Object.assign(stream, { cursorTo: nothing, moveCursor: nothing, clearLine: nothing })
  let text = ''
  stream.on('data', (chunk) => (text += String(chunk)))
  return {
    stream: stream as unknown as WriteStream,
    text: () => text.replaceAll(/\x1B(\[\??\d*[A-Za-z]|\d)/g, ''),
  }
}

it('says how far, how fast and how long', () => {
  const at = (done: number, millis: number) =>
    progressText({ phase: 'read', done, total: 10_000 }, millis)
  expect(at(0, 500)).toBe('0 of 10000')
  expect(at(3_000, 2_500)).toBe('3000 of 10000, 1200/s, 6 s left')
  expect(at(20, 10_000)).toBe('20 of 10000, 2.0/s, 84 min left')
  expect(at(10_000, 10_000)).toBe('10000 of 10000, 1000/s, 0 s left')
})

it('is a bar on a terminal, after a second, and leaves nothing behind', () => {
  const { stream, text } = kept(true)
  const bar = progressBar(stream)
  bar.show({ phase: 'read', done: 100, total: 1_000 })
  expect(text()).toBe('')
  vi.advanceTimersByTime(2_000)
  bar.show({ phase: 'read', done: 200, total: 1_000 })
  bar.show({ phase: 'repair', done: 0, total: 50 })
  expect(text()).toMatch(/Reading [^ ]+ 200 of 1000, 100\/s, 8 s left/)
  expect(text()).toMatch(/Repairing [^ ]+ 0 of 50/)
  const before = text()
  bar.end()
  bar.show({ phase: 'repair', done: 50, total: 50 })
  expect(text()).toBe(before)
})

it('is a line every ten seconds, and one at the end, where there is no terminal', () => {
  const { stream, text } = kept(false)
  const bar = progressBar(stream)
  for (let done = 0; done <= 25; done += 1) {
    bar.show({ phase: 'fleet', done, total: 100 })
    vi.advanceTimersByTime(1_000)
  }
  bar.end()
  expect(text()).toBe(
    [
      'Databases 10 of 100, 1.0/s, 90 s left',
      'Databases 19 of 100, 0.9/s, 86 s left',
      'Databases 25 of 100, 1.0/s, 78 s left',
      '',
    ].join('\n'),
  )
})
