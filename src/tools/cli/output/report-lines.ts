import type { Terminal } from '../terminal'
import { printable } from './printable'

/** More findings than this are not read, one by one, on a terminal. */
const MOST = 20

/** Prints each line on stderr; of very many the first, and how many more there are. */
export function reportLines(terminal: Terminal, lines: readonly string[]): void {
  for (const line of lines.slice(0, MOST)) terminal.err(printable(line))
  if (lines.length > MOST)
    terminal.err(
      `… and ${String(lines.length - MOST)} more. Run: with --format json for all of them`,
    )
}
