import { fstatSync, writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { messageOf } from '../db/sqlstate'
import { OutputError } from '../errors'

/** What the command line talks to; a test's is made of arrays. */
export interface Terminal {
  /** Data. */
  out(text: string): void
  /** Everything else. */
  err(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where a DataSource is looked for that no option names. */
  readonly cwd: string
  /** Whether data goes to a terminal that shows colour. */
  readonly colour: boolean
  /** What is read where a file is named -. Default: the process's standard input. */
  readonly input?: (Readable & { readonly isTTY?: boolean }) | undefined
  /** Where long work shows how far it has come; nowhere where there is none. */
  readonly progress?: WriteStream | undefined
}

/** A command's terminal. */
export interface CommandTerminal extends Terminal {
  /** Shown with `--debug`. */
  debug(text: string): void
}

/** Returns the process's own terminal. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  return {
    out: (text) => {
      if (isFile(stdout)) writeWhole(stdout.fd, `${text}\n`)
      else stdout.write(`${text}\n`)
    },
    err: (text) => void stderr.write(`${text}\n`),
    env,
    cwd: process.cwd(),
    colour: stdout.isTTY && !env.NO_COLOR,
    progress: stderr,
  }
}

/** Asked as late as when something is written: on Node 20.20, fstatSync before the first import() leaves symbolic links unresolved in what is loaded after it. */
function isFile({ isTTY, fd }: NodeJS.WriteStream & { readonly fd: number }): boolean {
  return !isTTY && fstatSync(fd).isFile()
}

/** What a full disk left room for, Node's stream takes for all. This does not. */
function writeWhole(file: number, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw outputError(cause)
  }
}

/** Returns the error for data that found no room. */
export function outputError(cause: unknown): OutputError {
  return new OutputError(
    `Cannot write the output: ${messageOf(cause)}. No sequence is lower than before. Run it again with its output elsewhere.`,
    { cause },
  )
}
