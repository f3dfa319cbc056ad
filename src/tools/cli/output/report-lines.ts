import { shellWord } from '../../sequences/names'
import type { TargetOptions } from '../target'
import type { Terminal } from '../terminal'
import { printable } from './printable'

/** More findings than this are not read, one by one, on a terminal. */
const MOST = 20

/** Prints each line on stderr; of very many the first, and how many more there are, and where. */
export function reportLines(
  terminal: Terminal,
  lines: readonly string[],
  { dataSource }: TargetOptions,
  all = 'Use --format json',
): void {
  const selector = dataSource === undefined ? '' : `-d ${shellWord(dataSource)}`
  for (const line of lines.slice(0, MOST)) terminal.err(printable(runnable(line, selector)))
  if (lines.length > MOST) {
    const more = `… and ${String(lines.length - MOST)} more. ${all} for all of them.`
    terminal.err(runnable(more, selector))
  }
}

/**
 * Adds to the command in a line the options that find this run's database: the library's messages name the command and the table. A URL is not added: it
 * may hold a password.
 */
export function runnable(line: string, selector: string): string {
  if (selector === '') return line
  return line.replace(
    /Run: typeorm-resync (verify|apply|diagnose)/,
    (command) => `${command} ${selector}`,
  )
}
