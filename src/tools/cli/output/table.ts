import { widthOf } from './width'

/** Which side the cells of a column stand on. */
export type Alignment = 'left' | 'right'

/** Returns rows under their headings, aligned by spaces. Cells may be coloured; names in them must be printable. */
export function textTable(
  headings: readonly string[],
  alignments: readonly Alignment[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [headings, ...rows].map((cells) =>
    cells.map((cell) => ({ cell, width: widthOf(cell) })),
  )
  const widths = headings.map((_, index) =>
    lines.reduce((most, cells) => Math.max(most, cells[index]?.width ?? 0), 0),
  )
  const aligned = ({ cell, width }: { cell: string; width: number }, index: number) => {
    const padding = ' '.repeat((widths[index] ?? 0) - width)
    return alignments[index] === 'right' ? padding + cell : cell + padding
  }
  return lines.map((cells) => cells.map(aligned).join('  ').trimEnd()).join('\n')
}
