import { join } from 'node:path'
import { BIN } from '../process'

/** One way to look at every sequence, or to repair all. */
export interface Way {
  readonly name: string
  readonly args: (url: string) => string[]
  /** One by one: above this many tables it is run once, because that takes minutes. */
  readonly oneByOne?: boolean
}

const script = (name: string) => (url: string) => [join(__dirname, `ways/${name}.mjs`), url]

/** The first is ours, the second the floor. */
export const VERIFY: readonly Way[] = [
  { name: 'typeorm-resync verify', args: (url) => [BIN, 'verify', '--url', url] },
  { name: 'batches by hand', args: script('verify-batches') },
  { name: 'three queries a table', args: script('verify-three-queries'), oneByOne: true },
]

/** As above. */
export const APPLY: readonly Way[] = [
  { name: 'typeorm-resync apply', args: (url) => [BIN, 'apply', '--url', url] },
  { name: 'batches by hand', args: script('apply-batches') },
  { name: 'one setval at a time', args: script('apply-one-setval'), oneByOne: true },
  { name: 'one DO block', args: script('apply-do-block'), oneByOne: true },
]
