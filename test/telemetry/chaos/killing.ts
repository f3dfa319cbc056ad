import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ROOT, TSX } from '../../support/run'

const SCRIPT = join(ROOT, 'test/telemetry/chaos/writer-process.ts')
const DEADLY = pathToFileURL(join(ROOT, 'test/telemetry/chaos/deadly.ts')).href

/** Where a writer of a process of its own writes to, and what it writes down. */
export interface WriterArgs {
  readonly url: string
  readonly spool: string
  /** The file of those that it has accepted. */
  readonly acknowledged: string
  readonly run: string
  readonly events: number
}

/** A writer in a process of its own. */
export interface WriterProcess {
  readonly child: ChildProcess
  /** Resolves when it is about to record its first event, or has ended. */
  readonly ready: Promise<unknown>
  readonly closed: Promise<{ code: unknown; signal: unknown; out: string }>
}

/** @param deadly - at which call it is to die, as `deadly.ts` reads it */
export function startWriter(args: WriterArgs, deadly?: string): WriterProcess {
  const { url, spool, acknowledged, run, events } = args
  const child = spawn(
    process.execPath,
    [
      ...['--import', TSX],
      ...(deadly === undefined ? [] : ['--import', DEADLY]),
      ...[SCRIPT, url, spool, acknowledged, run, String(events)],
    ],
    {
      cwd: ROOT,
      env: { ...process.env, DEADLY: deadly, NODE_ENV: undefined },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({ code, signal, out }))
  return { child, ready: Promise.race([once(child.stdout, 'data'), ended]), closed: ended }
}

/** Waits until a writer has accepted events, or has ended. */
export async function accepting({ child }: WriterProcess, acknowledged: string): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if (existsSync(acknowledged) && statSync(acknowledged).size > 0) return
    await sleep(5)
  }
}

/** How a writer comes to its end, and how often of all. */
const WAYS = {
  /** At any time from the start of the process. */
  async fromTheStart(args) {
    const writer = startWriter(args)
    await sleep(randomInt(0, 1_500))
    return writer
  },
  /** While it opens its spool, adopts others and writes what they left. */
  async asItOpens(args) {
    const writer = startWriter(args)
    await writer.ready
    await sleep(randomInt(0, 80))
    return writer
  },
  /** While it accepts and writes. */
  async asItWorks(args) {
    const writer = startWriter(args)
    await accepting(writer, args.acknowledged)
    await sleep(randomInt(0, 250))
    return writer
  },
  /** At a call on which its promises hang. */
  async atACall(args) {
    const [call, most] = CALLS[randomInt(CALLS.length)] ?? ['commit', 1]
    const side = ['before', 'amid', 'after'][randomInt(3)] ?? 'amid'
    const writer = startWriter(args, `${call}:${side}:${String(randomInt(1, most + 1))}`)
    await accepting(writer, args.acknowledged)
    // It may not come to that call.
    await Promise.race([writer.closed, sleep(1_000)])
    return writer
  },
} satisfies Record<string, (args: WriterArgs) => Promise<WriterProcess>>

/** What `deadly.ts` knows, and up to the how-manieth call of a kind a process lives. */
const CALLS = [
  ['commit', 30],
  ['write', 60],
  ['datasync', 60],
  ['letters', 4],
  ['rename', 4],
  ['rm', 3],
  ['rmdir', 2],
] as const

export type Way = keyof typeof WAYS | 'byItself'

/** Starts a writer and ends it with -9, at any point of what it does; returns how; `byItself` where it died at the call that it was told. @throws when it came to another end before. */
export async function killWriter(args: WriterArgs): Promise<Way> {
  const ways = Object.keys(WAYS) as (keyof typeof WAYS)[]
  const way = ways[randomInt(ways.length)] ?? 'fromTheStart'
  const { child, closed } = await WAYS[way](args)
  const isKilled = child.kill('SIGKILL')
  const { code, signal } = await closed
  if (signal !== 'SIGKILL') {
    throw new Error(`The writer of ${args.run} ended before it was killed, with ${String(code)}.`)
  }
  return isKilled ? way : 'byItself'
}
