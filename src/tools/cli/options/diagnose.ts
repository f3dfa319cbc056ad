import type { Command } from 'commander'
import { addSelectors } from './selectors'

/** Adds the options of `diagnose`. */
export function addDiagnose(command: Command): Command {
  return addSelectors(command)
    .option('--source <folder>', "scan the project's own code in this folder too")
    .option('--trap', 'write a migration that catches what brings its own ids')
    .option('--out <folder>', 'with --trap: where to write (default: the folder of the migrations)')
}
