import type { Command } from 'commander'

/** Adds the options of `watch`. */
export function addWatch(command: Command): Command {
  return command
}
