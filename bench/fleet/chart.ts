import { median } from '../spread'
import type { Comparison } from './compare'
import { COMMANDS } from './ways'

const WIDTH = 760
const HEIGHT = 300
const LEFT = 86
const RIGHT = 190
const TOP = 40
const BOTTOM = 45
/** Told apart without red and green, and on white as on black. */
const COLOURS = ['#0b7fd6', '#8a8f98', '#d9822b', '#a65fc4']

/** Draws how long one sequence takes as there are more of them: a chart of verify above one of apply, as SVG. */
export function chart(comparisons: readonly Comparison[]): string {
  const panels = COMMANDS.map((command, index) =>
    panel(
      command,
      comparisons.filter((one) => one.command === command && one.failure === null),
      index * HEIGHT,
    ),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(2 * HEIGHT)}" font-family="sans-serif" font-size="12" fill="#7a7f87">\n${panels.join('\n')}\n</svg>\n`
}

function panel(command: string, comparisons: readonly Comparison[], top: number): string {
  const micros = ({ seconds, tables }: Comparison) => (median(seconds) * 1e6) / tables
  const sizes = [...new Set(comparisons.map(({ tables }) => tables))]
  const values = comparisons.map(micros)
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)))
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)))
  const share = (value: number, from: number, to: number) =>
    to === from ? 0 : (Math.log10(value) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))
  const x = (tables: number) =>
    LEFT + share(tables, sizes[0] ?? 1, sizes.at(-1) ?? 1) * (WIDTH - LEFT - RIGHT)
  const y = (value: number) => HEIGHT - BOTTOM - share(value, low, high) * (HEIGHT - TOP - BOTTOM)
  const decades = Array.from(
    { length: Math.round(Math.log10(high / low)) + 1 },
    (_, index) => low * 10 ** index,
  )
  const grid = decades.map(
    (value) =>
      `<path d="M${String(LEFT)} ${y(value).toFixed(1)}H${String(WIDTH - RIGHT)}" stroke="#7a7f87" stroke-opacity=".3"/><text x="${String(LEFT - 8)}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toLocaleString('en-US')} µs</text>`,
  )
  const ticks = sizes.map(
    (size) =>
      `<text x="${x(size).toFixed(1)}" y="${String(HEIGHT - BOTTOM + 20)}" text-anchor="middle">${size.toLocaleString('en-US')}</text>`,
  )
  const names = [...new Set(comparisons.map(({ way }) => way.name))]
  const lines = names.map((name, index) => {
    const points = comparisons.filter(({ way }) => way.name === name)
    const path = points
      .map((one) => `${x(one.tables).toFixed(1)},${y(micros(one)).toFixed(1)}`)
      .join(' ')
    const colour = COLOURS[index % COLOURS.length] ?? ''
    const dots = points.map(
      (one) =>
        `<circle cx="${x(one.tables).toFixed(1)}" cy="${y(micros(one)).toFixed(1)}" r="3" fill="${colour}"/>`,
    )
    const label = TOP + 6 + index * 18
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}<path d="M${String(WIDTH - RIGHT + 16)} ${String(label)}h16" stroke="${colour}" stroke-width="3"/><text x="${String(WIDTH - RIGHT + 38)}" y="${String(label + 4)}">${name.replaceAll('`', '')}</text>`
  })
  return `<g transform="translate(0 ${String(top)})"><text x="${String(LEFT)}" y="20" font-size="14">${command}: time a sequence, by how many there are</text>${grid.join('')}${ticks.join('')}${lines.join('')}</g>`
}
