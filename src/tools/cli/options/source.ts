import type { Command } from 'commander'

/** Adds the options that say which code is scanned. */
export function addSource(command: Command): Command {
  return command
    .option('--source <folder>', "the project's own code (default: the DataSource's project)")
    .option('--no-source', "do not look at the project's own code")
}
