import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figures } from '../figures'
import { peakMemory, timed } from '../process'
import type { Run, Section } from '../section'
import { median } from '../spread'
import { realLines } from './real-lines'

const MEGABYTE = 1_000_000
const MEGABYTES = 1_000
const QUICK_MEGABYTES = 3
/** pgBadger reads some 2 MB/s: as much as it does in a minute. */
const PGBADGER_MEGABYTES = 100
const PREFIX = '%m [%p] %q%u@%d %e '
const RUNS = 5

/** Repeats what a server wrote, with other times, pids and ids, up to a size; returns how many duplicates there are. */
function fill(file: string, lines: string, megabytes: number): number {
  const out = openSync(file, 'w')
  let duplicates = 0
  let written = 0
  for (let turn = 0; written < megabytes * MEGABYTE; turn += 1) {
    const text = lines
      .replaceAll(/(?<=\d\d:)\d\d:\d\d\.\d{3}/g, () => {
        const two = (number: number) => String(number % 60).padStart(2, '0')
        return `${two(turn >> 6)}:${two(turn)}.${String(turn % 1000).padStart(3, '0')}`
      })
      .replaceAll(/(?<=\[)\d+(?=\])/g, String(1000 + (turn % 30_000)))
      .replaceAll(/(?<=order )\d+/g, (id) => String(Number(id) + turn))
    written += writeSync(out, text)
    duplicates += (text.match(/ 23505 ERROR: {2}duplicate/g) ?? []).length
  }
  closeSync(out)
  return duplicates
}

function prefix(from: string, to: string, bytes: number): void {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w')]
  const chunk = Buffer.alloc(MEGABYTE)
  for (let left = bytes; left > 0;) {
    const length = readSync(source, chunk, 0, Math.min(left, chunk.length), null)
    if (length === 0) break
    left -= writeSync(target, chunk, 0, length)
  }
  closeSync(source)
  closeSync(target)
}

/** Returns the seconds that pgBadger takes for a file; null where it is not installed. */
async function pgBadger(folder: string, file: string, signal: AbortSignal): Promise<number | null> {
  const out = join(folder, 'out.html')
  const args = ['-j', '1', '-q', '-f', 'stderr', '-p', PREFIX, '-o', out, file]
  const { exitCode, seconds } = await timed('pgbadger', args, signal)
  return exitCode === 0 ? seconds : null
}

/** How fast a log is searched. */
export const logs: Section = {
  name: 'logs',
  async measure(run) {
    const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-bench-logs-'))
    try {
      return { figures: await measure(folder, run) }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function measure(folder: string, { bin, quick, signal }: Run): Promise<Figures> {
  const megabytes = quick ? QUICK_MEGABYTES : MEGABYTES
  const log = join(folder, 'postgresql.log')
  const duplicates = fill(log, await realLines(), megabytes)
  const ours: number[] = []
  const grep: number[] = []
  // The first of each reads the file into memory; then by turns, so that what else the machine does meets both.
  for (let turn = 0; turn <= (quick ? 1 : RUNS); turn += 1) {
    const one = await timed(process.execPath, [bin, 'logs', log, '--format', 'json'], signal)
    const other = await timed('grep', ['-cF', '23505', log], signal)
    const { total } = JSON.parse(one.out) as { total: number }
    if (total !== duplicates) throw new Error(`Counted ${String(total)}.`)
    if (other.exitCode !== 0) throw new Error(`grep failed: ${other.err}`)
    if (turn === 0) continue
    ours.push(one.seconds)
    grep.push(other.seconds)
  }
  const part = Math.min(megabytes, PGBADGER_MEGABYTES)
  const begin = join(folder, 'begin.log')
  prefix(log, begin, part * MEGABYTE)
  const badger = await pgBadger(folder, begin, signal)
  const fastest = megabytes / median(ours)
  const row = (name: string, speed: number | null) => [
    name,
    speed === null ? 'not installed' : speed.toFixed(speed < 10 ? 1 : 0),
    speed === null ? '' : (fastest / speed).toFixed(2),
  ]
  const peak = await peakMemory([bin, 'logs', log], signal)
  return [
    {
      columns: [
        ['', 'left'],
        ['MB/s', 'right'],
        ['`logs` is times as fast', 'right'],
      ],
      rows: [
        row('`typeorm-resync logs`, the start of the process included', fastest),
        row('`grep -cF 23505`', megabytes / median(grep)),
        row(
          `\`pgbadger -j 1\`, the first ${String(part)} MB`,
          badger === null ? null : part / badger,
        ),
      ],
    },
    `${String(megabytes)} MB, of whose lines ${duplicates.toLocaleString('en-US')} are duplicates. Peak memory of \`logs\`: ${peak.toFixed(0)} MB.`,
  ]
}
