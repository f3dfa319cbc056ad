import Table from 'cli-table3'

/** Which side the cells of a column stand on. */
export type Alignment = 'left' | 'right'

const NO_BORDERS = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((part) => [part, '']),
)

/** Returns rows under their headings, aligned by spaces. Cells may be coloured; names in them must be printable. */
export function textTable(
  headings: readonly string[],
  alignments: readonly Alignment[],
  rows: readonly (readonly string[])[],
): string {
  const table = new Table({
    chars: { ...NO_BORDERS, middle: '  ' },
    colAligns: [...alignments],
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  })
  table.push([...headings], ...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
