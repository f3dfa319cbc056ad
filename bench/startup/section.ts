import { timed } from '../process'
import type { Section } from '../section'
import { median } from '../spread'

const RUNS = 20

/** The help may take this long, or this much of bare node's time, whichever is more. */
const GOAL_MS = 150
const GOAL_RATIO = 1.5

/** The help of the command line, beside Node that does nothing. */
export const startup: Section = {
  name: 'startup',
  async measure({ bin, quick, signal }) {
    const bare: number[] = []
    const help: number[] = []
    const milliseconds = async (args: readonly string[]) => {
      const { seconds, exitCode, err } = await timed(process.execPath, args, signal)
      if (exitCode === 0) return seconds * 1000
      throw new Error(`node ${args.join(' ')} failed:\n${err}`)
    }
    // The first of each reads the files into memory; then by turns, so that what else the machine does meets both.
    for (let run = 0; run <= (quick ? 1 : RUNS); run += 1) {
      const [one, other] = [await milliseconds(['-e', '0']), await milliseconds([bin, '--help'])]
      if (run === 0) continue
      bare.push(one)
      help.push(other)
    }
    const ratio = median(help) / median(bare)
    if (!quick && median(help) > Math.max(GOAL_MS, GOAL_RATIO * median(bare))) {
      console.error(
        `Slower than ${String(GOAL_MS)} ms and than ${String(GOAL_RATIO)} times bare node.`,
      )
      process.exitCode = 1
    }
    const row = (name: string, times: readonly number[]) => [
      name,
      Math.min(...times).toFixed(0),
      median(times).toFixed(0),
    ]
    return {
      figures: [
        {
          columns: [
            ['process', 'left'],
            ['min, ms', 'right'],
            ['median, ms', 'right'],
          ],
          rows: [row('`node -e 0`', bare), row('`typeorm-resync --help`', help)],
        },
        `${ratio.toFixed(2)} times bare Node; whole processes by turns, ${String(bare.length)} of each.`,
      ],
    }
  },
}
