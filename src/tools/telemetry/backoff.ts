/** How long to wait between tries, in milliseconds: at random up to `baseMillis`, doubled each time, never more than `capMillis`. */
export interface Backoff {
  readonly baseMillis: number
  readonly capMillis: number
}

/** Returns how long to wait after the n-th failure in a row. Full jitter: writers that failed together do not come back together. */
export function backoffMillis(
  attempt: number,
  { baseMillis, capMillis }: Backoff,
  random: () => number,
): number {
  // Beyond 2^1023 it is Infinity, of which the cap is still the smaller.
  return Math.round(random() * Math.min(capMillis, baseMillis * 2 ** (attempt - 1)))
}
