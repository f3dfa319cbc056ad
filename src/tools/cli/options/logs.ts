import type { Command } from 'commander'

/** Adds the options of `logs`. */
export function addLogs(command: Command): Command {
  return command
}
