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
  for (const line of lines.slice(0, MOST)) terminal.err(printable(runnable(line, dataSource)))
  if (lines.length > MOST) {
    const more = `… and ${String(lines.length - MOST)} more. ${all} for all of them.`
    terminal.err(runnable(more, dataSource))
  }
}

/** The library's messages name the command and the table; how this run found its database has to be added. A URL is not: it may hold a password. */
function runnable(line: string, dataSource: string | undefined): string {
  if (dataSource === undefined) return line
  return line.replace(
    /Run: typeorm-resync (verify|apply|diagnose)/,
    (command) => `${command} -d ${shellWord(dataSource)}`,
  )
}
