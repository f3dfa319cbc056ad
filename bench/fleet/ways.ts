import { join } from 'node:path'

export const COMMANDS = ['verify', 'apply'] as const
export type Command = (typeof COMMANDS)[number]

/** One way to look at every sequence, or to repair all: a process of Node's. */
export interface Way {
  readonly name: string
  readonly args: (url: string, bin: string) => readonly string[]
  /** One by one: where there are very many tables it is run once, because that takes minutes. */
  readonly isSlow?: boolean
}

/** A script of the folder `ways`, which Node runs as it is. */
export function script(name: string, ...more: readonly string[]): Way['args'] {
  return (url) => [join(__dirname, `ways/${name}.mjs`), url, ...more]
}

/** Of each command, ours, then the floor, then the others. */
export const WAYS: Readonly<Record<Command, readonly [ours: Way, floor: Way, ...others: Way[]]>> = {
  verify: [
    { name: '`typeorm-resync verify`', args: (url, bin) => [bin, 'verify', '--url', url] },
    { name: 'batches by hand', args: script('verify-batches') },
    { name: 'three queries a table', args: script('verify-three-queries'), isSlow: true },
  ],
  apply: [
    { name: '`typeorm-resync apply`', args: (url, bin) => [bin, 'apply', '--url', url] },
    { name: 'batches by hand', args: script('apply-batches') },
    { name: 'one `setval` at a time', args: script('apply-one-setval'), isSlow: true },
    { name: 'one `DO` block', args: script('apply-do-block'), isSlow: true },
  ],
}
