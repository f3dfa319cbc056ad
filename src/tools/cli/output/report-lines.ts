import { shellWord } from '../../sequences/names'
import type { TargetOptions } from '../target'
import type { Terminal } from '../terminal'
import type { Runnable } from './columns'
import { printable } from './printable'

/** More findings than this are not read, one by one, on a terminal. */
export const MOST = 20

/** Prints each line on stderr; of very many the first, and how many more there are, and where. */
export function reportLines(
  terminal: Terminal,
  lines: readonly string[],
  chosen: TargetOptions,
  all = 'Use --format json',
): void {
  const here = runnableOn(chosen)
  for (const line of lines.slice(0, MOST)) terminal.err(printable(here(line)))
  if (lines.length > MOST) {
    const more = `… and ${String(lines.length - MOST)} more. ${all} for all of them.`
    terminal.err(here(more))
  }
}

/** Returns the options that find a run's database again; in place of a URL, which may hold a password, a word that says so. */
function selectorOf({ dataSource, url, isDefault = false }: TargetOptions): string {
  if (dataSource !== undefined) return `-d ${shellWord(dataSource)}`
  return url === undefined || isDefault ? '' : '--url URL'
}

/** Returns what adds these to the command in a sentence. */
export function runnableOn(chosen: TargetOptions): Runnable {
  const selector = selectorOf(chosen)
  return (sentence) => runnable(sentence, selector)
}

/** Adds to the command in a line the options that find this run's database: the library's messages name the command and the table. */
export function runnable(line: string, selector: string): string {
  if (selector === '') return line
  return line.replace(
    /Run: typeorm-resync (verify|apply|diagnose)/,
    (command) => `${command} ${selector}`,
  )
}
