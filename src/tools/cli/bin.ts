#!/usr/bin/env node
import { runCli } from './program'
import { processTerminal } from './terminal'

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

// What a user's DataSource file prints is not our data.
console.log = console.info = console.debug = console.error

void runCli(process.argv.slice(2), processTerminal()).then((exitCode) => {
  // Once all is written: a DataSource file may have left a timer or a socket open, which would keep the process alive.
  process.stdout.write('', () => {
    process.exit(exitCode)
  })
})
