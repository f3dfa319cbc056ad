import { widthOf } from './width'

/** Which side the cells of a column stand on. */
export type Alignment = 'left' | 'right'

/** Returns rows under their headings, aligned by spaces. Cells may be coloured; names in them must be printable. */
export function textTable(
  headings: readonly string[],
  alignments: readonly Alignment[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [headings, ...rows]
  const widths = headings.map((_, index) =>
    lines.reduce((most, cells) => Math.max(most, widthOf(cells[index] ?? '')), 0),
  )
  const aligned = (cell: string, index: number) => {
    const padding = ' '.repeat((widths[index] ?? 0) - widthOf(cell))
    return alignments[index] === 'right' ? padding + cell : cell + padding
  }
  return lines.map((cells) => cells.map(aligned).join('  ').trimEnd()).join('\n')
}
