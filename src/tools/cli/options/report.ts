import type { Command } from 'commander'
import { addSelectors } from './selectors'

/** Adds the options of `report`. */
export function addReport(command: Command): Command {
  return addSelectors(command)
    .requiredOption('--html <file>', 'the page to write; - for standard output')
    .option('--no-diagnose', 'do not look for the causes')
}
