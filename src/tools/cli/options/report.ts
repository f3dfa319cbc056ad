import type { Command } from 'commander'

/** Adds the options of `report`. */
export function addReport(command: Command): Command {
  return command
}
