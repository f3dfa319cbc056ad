import type { Command } from 'commander'
import { addSelectors } from './selectors'
import { addSource } from './source'

/** Adds the options of `diagnose`. */
export function addDiagnose(command: Command): Command {
  return addSource(addSelectors(command))
    .option('--history <file>', 'what watch --history wrote: which sequences went back')
    .option('--trap', 'write a migration that records who inserts ids of their own')
    .option('--out <folder>', 'with --trap: where to write (default: the folder of the migrations)')
    .option('--outputJs', 'with --trap: write JavaScript')
    .option('--esm', 'with --outputJs: an ES module')
    .option('--dry-run', 'with --trap: print the file, and write nothing')
}
