import type { Command } from 'commander'
import { addColumns } from './selectors'
import { addSource } from './source'

/** Adds the options of `report`. */
export function addReport(command: Command): Command {
  return addSource(addColumns(command))
    .requiredOption('--html <file>', 'the page to write; - for standard output')
    .option('--history <file>', 'what watch --history wrote: how fast sequences are used up')
    .option('--no-diagnose', 'do not look for the causes')
}
