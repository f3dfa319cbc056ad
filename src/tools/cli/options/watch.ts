import type { Command } from 'commander'
import { addColumns } from './selectors'

/** Adds the options of `watch`. */
export function addWatch(command: Command): Command {
  return addColumns(command)
    .option('--interval <time>', 'how often to check', '60s')
    .option('--check-timeout <time>', 'how long one check may take, connecting included', '60s')
    .option('--host <address>', 'the address to serve on', '127.0.0.1')
    .option('--port <port>', 'the port to serve on; 0 for any that is free', '9899')
    .option('--worst <count>', 'how many columns have series of their own', '20')
    .option('--history <file>', 'keep the history in this file')
}
