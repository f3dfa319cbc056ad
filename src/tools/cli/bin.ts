#!/usr/bin/env node
import { EXIT } from './exit-code'
import { runCli } from './program'
import { outputError, processTerminal } from './terminal'

process.stdout.on('error', unwritten)

// What nobody hears keeps no work from its end, and the exit code tells it still.
process.stderr.on('error', () => undefined)

// What a user's DataSource file prints is not our data.
console.log = console.info = console.debug = console.error

let finished = false

/** A shell's exit codes for SIGINT and SIGTERM. */
const SIGNALLED = [130, 143]

// What it leaves unfinished or throws by the way is no finding, and never passes for success.
process.on('uncaughtException', (error: unknown) => {
  console.error(`Unexpected: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(EXIT.failed)
})
process.on('exit', (exitCode) => {
  // What listens to signals, as tsx does, ends the process with these. The signal is the user's.
  if (finished || exitCode === EXIT.failed || SIGNALLED.includes(exitCode)) return
  console.error('Stopped before the end: the DataSource file, or what it loads, ended the process.')
  process.exitCode = EXIT.failed
})
process.on('beforeExit', () => {
  console.error(
    'Cannot go on: nothing is left to wait for. Look for a promise in the DataSource file that never settles.',
  )
  process.exit(EXIT.failed)
})

void runCli(process.argv.slice(2), processTerminal()).then((exitCode) => {
  // Once all is written: a DataSource file may have left a timer or a socket open, which would keep the process alive.
  process.stdout.write('', (error) => {
    // It comes here before the stream's own event.
    if (error) unwritten(error)
    finished = true
    process.exit(exitCode)
  })
})

/** A reader that has seen enough (`| head`) is no failure; a full disk is one. */
function unwritten(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  console.error(outputError(error).message)
  process.exit(EXIT.failed)
}
