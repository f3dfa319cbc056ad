/** Returns the value below which this share of `values` lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.ceil(sorted.length * share), sorted.length) - 1] ?? NaN
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2
}

/** Returns the median, and from where to where the values go; where all are the same, that. */
export function spread(values: readonly number[], digits: number): string {
  const text = (value: number) => value.toFixed(digits)
  if (values.length === 0) return ''
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? text(least) : `${text(median(values))} (${text(least)}–${text(most)})`
}

/** Returns how many times as long the one took as the other, round by round; a round that only one of them ran has no ratio. */
export function ratios(one: readonly number[], other: readonly number[]): number[] {
  return one.slice(0, other.length).map((value, round) => value / (other[round] ?? NaN))
}
