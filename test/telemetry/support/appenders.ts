import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach } from 'vitest'
import { useFolders } from '../../support/folders'
import { ROOT, TSX } from '../../support/run'

/** A process that appends to a spool. */
export interface Appender {
  readonly child: ChildProcess
  /** The events that it was told are kept. */
  kept(): readonly number[]
  /** Resolves when at least so many are. */
  until(count: number): Promise<void>
  /** Kills it with -9. */
  kill(): Promise<void>
}

/** Returns a function that starts processes which append events from a number on; they end with the test. */
export function useAppenders(): (folder: string, from: number, most?: number) => Appender {
  const newFolder = useFolders()
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })
  return (folder, from, most = Infinity) => {
    const file = join(ROOT, 'test/telemetry/fixtures/appender.ts')
    const args = ['--import', TSX, file, folder, String(from), String(most)]
    const output = join(newFolder(), 'kept')
    const descriptor = openSync(output, 'a')
    const stdio = ['ignore', descriptor, 'inherit'] as const
    const child = spawn(process.execPath, args, { stdio: [...stdio], cwd: ROOT })
    closeSync(descriptor)
    children.push(child)
    const kept = () => readFileSync(output, 'utf8').split('\n').slice(0, -1).map(Number)
    return {
      child,
      kept,
      async until(count) {
        while (kept().length < count && child.exitCode === null) await sleep(10)
      },
      async kill() {
        const closed = once(child, 'close')
        child.kill('SIGKILL')
        await closed
      },
    }
  }
}
