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

it('is a line every ten seconds where there is no terminal, whether or not more is done, and none where all is', () => {
  const { stream, text } = kept(false)
  const bar = progressBar(stream)
  bar.show({ phase: 'read', done: 0, total: 200 })
  vi.advanceTimersByTime(3_000)
  bar.show({ phase: 'read', done: 100, total: 200 })
  vi.advanceTimersByTime(20_000)
  bar.show({ phase: 'read', done: 200, total: 200 })
  vi.advanceTimersByTime(10_000)
  bar.show({ phase: 'repair', done: 0, total: 100 })
  vi.advanceTimersByTime(10_000)
  bar.show({ phase: 'repair', done: 50, total: 100 })
  bar.end()
  vi.advanceTimersByTime(60_000)
  expect(text()).toBe(
    [
      'Reading 100 of 200, 10/s, 10 s left',
      'Reading 100 of 200, 5.0/s, 20 s left',
      'Repairing 0 of 100',
      '',
    ].join('\n'),
  )
})

it('is a bar on a terminal though nothing more is done', () => {
  const { stream, text } = kept(true)
  const bar = progressBar(stream)
  bar.show({ phase: 'read', done: 0, total: 200 })
  vi.advanceTimersByTime(1_000)
  bar.end()
  expect(text()).toMatch(/Reading [^ ]+ 0 of 200/)
})
