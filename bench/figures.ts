import { textTable, type Alignment } from '../src/tools/cli/output/table'

/** Rows under headings. Code in cells stands between backticks. */
export interface Table {
  readonly columns: readonly (readonly [heading: string, alignment: Alignment])[]
  readonly rows: readonly (readonly string[])[]
}

/** What a benchmark found: tables, and lines between them. */
export type Figures = readonly (string | Table)[]

/** Returns figures for a terminal. */
export function asText(figures: Figures): string {
  return figures
    .map((part) => (typeof part === 'string' ? withoutTicks(part) : plainTable(part)))
    .join('\n\n')
}

/** Returns figures as Markdown, its tables not yet aligned. */
export function asMarkdown(figures: Figures): string {
  return figures.map((part) => (typeof part === 'string' ? part : markdownTable(part))).join('\n\n')
}

function plainTable({ columns, rows }: Table): string {
  return textTable(
    columns.map(([heading]) => withoutTicks(heading)),
    columns.map(([, alignment]) => alignment),
    rows.map((row) => row.map(withoutTicks)),
  )
}

function withoutTicks(text: string): string {
  return text.replaceAll('`', '')
}

function markdownTable({ columns, rows }: Table): string {
  const headings = columns.map(([heading]) => heading)
  const rule = columns.map(([, alignment]) => (alignment === 'left' ? '---' : '--:'))
  return [headings, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
