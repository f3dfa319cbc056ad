import { median, timed } from '../process'
import { countBehind, drift } from './tables'
import { APPLY, VERIFY, type Way } from './ways'

/** What one way took on so many tables. */
export interface Comparison {
  readonly command: 'verify' | 'apply'
  readonly way: Way
  readonly tables: number
  /** Of whole processes, a round each. */
  readonly seconds: readonly number[]
  /** To what the floor took in the same round. */
  readonly ratios: readonly number[]
  /** Why it failed, and how many sequences it left behind; null where it did all. */
  readonly failure: string | null
}

/** From so many tables on, what goes one by one is run once. */
const MANY = 10_000

/** Runs every way by turns, as whole processes with new connections, and looks at what each left. */
export async function compare(
  command: 'verify' | 'apply',
  url: string,
  tables: number,
  rounds: number,
): Promise<Comparison[]> {
  const ways = command === 'verify' ? VERIFY : APPLY
  const taken = ways.map((): number[] => [])
  const failures = ways.map((): string | null => null)
  // The first round reads the files into memory.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [turn] of ways.entries()) {
      // Each is as often the first as any other.
      const index = (turn + round) % ways.length
      const way = ways[index]
      if (!way || (way.oneByOne && tables >= MANY && round !== 1)) continue
      if (command === 'apply') await drift(url, tables)
      const ran = timed(way.args(url))
      if (round > 0) taken[index]?.push(ran.seconds)
      const behind = await countBehind(url, tables)
      if (ran.exitCode !== 0 || behind > 0)
        failures[index] = `${ran.err.trim().slice(0, 200)}, ${String(behind)} left behind`
    }
  }
  const floor = taken[1] ?? []
  return ways.map((way, index) => {
    const seconds = taken[index] ?? []
    const ratios =
      seconds.length === floor.length
        ? seconds.map((one, round) => one / (floor[round] ?? NaN))
        : seconds.map((one) => one / median(floor))
    return { command, way, tables, seconds, ratios, failure: failures[index] ?? null }
  })
}
