import { shellWord } from '../sequences/names'
import type { Selection } from '../sequences/selection'

/** Returns the options that select the same on the command line, each after a space; nothing where all was selected. */
export function selectionOptions({ entities, tables, schemas }: Selection): string {
  const option = (name: string, values: readonly string[] = []) =>
    values.length === 0 ? '' : ` ${[name, ...values.map(shellWord)].join(' ')}`
  return option('--entity', entities) + option('--table', tables) + option('--schema', schemas)
}
