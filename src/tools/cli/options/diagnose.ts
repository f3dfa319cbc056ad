import type { Command } from 'commander'
import { addSelectors } from './selectors'

/** Adds the options of `diagnose`. */
export function addDiagnose(command: Command): Command {
  return addSelectors(command)
    .option('--source <folder>', "the project's own code (default: the DataSource's project)")
    .option('--no-source', "do not look at the project's own code")
    .option('--history <file>', 'what watch --history wrote: which sequences went back')
    .option('--trap', 'write a migration that records who inserts ids of their own')
    .option('--out <folder>', 'with --trap: where to write (default: the folder of the migrations)')
    .option('--outputJs', 'with --trap: write JavaScript')
    .option('--esm', 'with --outputJs: an ES module')
    .option('--dry-run', 'with --trap: print the file, and write nothing')
}
