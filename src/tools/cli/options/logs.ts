import type { Command } from 'commander'
import { addTimeouts } from './selectors'

/** Adds the options of `logs`. A database is asked only where one is named here. */
export function addLogs(command: Command): Command {
  command
    .option('-d, --data-source <file>', 'the DataSource whose database knows the tables')
    .option('--url <url>', 'the database that knows the tables; DATABASE_URL is not asked')
    .option('--log-line-prefix <prefix>', "the server's setting (default: found from the log)")
    .option('--since <time>', 'only what is newer: 2h, 1d, 2026-11-23T12:00:00Z')
    .option('--follow', 'go on as the files grow; Ctrl-C prints the result')
    .option('--show-values', "leave users' values in the samples")
  return addTimeouts(command).option('--format <format>', 'how to print: table or json', 'table')
}
