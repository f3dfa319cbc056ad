import { timed } from '../process'
import { ratios } from '../spread'
import { countBehind, drift } from './tables'
import { WAYS, type Command, type Way } from './ways'

/** What one way took on so many tables. */
export interface Comparison {
  readonly command: Command
  readonly way: Way
  readonly tables: number
  /** Of whole processes, a round each. */
  readonly seconds: readonly number[]
  /** To what the floor and ours took in the same round. */
  readonly ofFloor: readonly number[]
  readonly ofOurs: readonly number[]
  /** Why it failed; null where it did not. */
  readonly failure: string | null
  /** The most sequences that it left behind. */
  readonly behind: number
}

/** A database of so many tables, and what is to run on it. */
export interface Fleet {
  readonly url: string
  readonly tables: number
  readonly bin: string
  readonly signal: AbortSignal
}

/** From so many tables on, what goes one by one is run once. */
const MANY = 50_000

/** Runs every way by turns, as whole processes with new connections, and looks at what each left. */
export async function compare(
  command: Command,
  { url, tables, bin, signal }: Fleet,
  rounds: number,
): Promise<Comparison[]> {
  const runs = WAYS[command].map((way) => ({
    way,
    seconds: [] as number[],
    failure: null as string | null,
    behind: 0,
  }))
  // The first round reads the files into memory.
  for (let round = 0; round <= rounds; round += 1) {
    // Each is as often the first as any other.
    const turn = round % runs.length
    for (const run of [...runs.slice(turn), ...runs.slice(0, turn)]) {
      if (run.way.isSlow && tables >= MANY && round !== 1) continue
      if (command === 'apply') await drift(url, tables)
      const { seconds, exitCode, err } = await timed(
        process.execPath,
        run.way.args(url, bin),
        signal,
      )
      if (exitCode !== 0) run.failure = err.trim().slice(0, 200)
      run.behind = Math.max(run.behind, await countBehind(url, tables))
      if (round > 0) run.seconds.push(seconds)
    }
  }
  const [ours = [], floor = []] = runs.map(({ seconds }) => seconds)
  return runs.map((run) => ({
    ...run,
    command,
    tables,
    ofFloor: ratios(run.seconds, floor),
    ofOurs: ratios(run.seconds, ours),
  }))
}
