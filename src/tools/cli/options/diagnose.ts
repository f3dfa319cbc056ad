import type { Command } from 'commander'

/** Adds the options of `diagnose`. */
export function addDiagnose(command: Command): Command {
  return command
}
