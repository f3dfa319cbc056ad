import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { textTable } from '../../src/tools/cli/output/table'
import { BIN, median, peakMemory } from '../process'
import { realLines } from './real-lines'

const MEGABYTE = 1_000_000
/** pgBadger reads some 2 MB/s: as much as it does in a minute. */
const PGBADGER_MEGABYTES = 100
const RUNS = 5

interface Measured {
  readonly seconds: number
  readonly out: string
}

function measure(command: string, args: readonly string[], codes: readonly number[]): Measured {
  const start = process.hrtime.bigint()
  const ran = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  if (ran.status !== null && codes.includes(ran.status)) return { seconds, out: ran.stdout }
  throw new Error(`${command} ${args.join(' ')} failed: ${ran.stderr}`)
}

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

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { size: { type: 'string', default: '1GB' } } })
  const [, number = '', unit = ''] = /^(\d+)(MB|GB)$/.exec(values.size) ?? []
  const megabytes = Number(number) * (unit === 'GB' ? 1000 : 1)
  if (!(megabytes > 0)) throw new Error(`--size takes 100MB or 1GB, not "${values.size}".`)
  if (!existsSync(BIN)) throw new Error('Run first: npm run build')
  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-bench-logs-'))
  try {
    const lines = await realLines()
    const log = join(folder, 'postgresql.log')
    const duplicates = fill(log, lines, megabytes)
    console.log(
      `${values.size} of stderr with %e in log_line_prefix, ${String(duplicates)} duplicates`,
    )
    const ours: number[] = []
    const grep: number[] = []
    // The first of each reads the file into memory; then by turns, so that what else the machine does meets both.
    for (let run = 0; run <= RUNS; run += 1) {
      const one = measure(process.execPath, [BIN, 'logs', log, '--format', 'json'], [1])
      const other = measure('grep', ['-cF', '23505', log], [0])
      const { total } = JSON.parse(one.out) as { total: number }
      if (total !== duplicates) throw new Error(`Counted ${String(total)}.`)
      if (run === 0) continue
      ours.push(one.seconds)
      grep.push(other.seconds)
    }
    const part = Math.min(megabytes, PGBADGER_MEGABYTES)
    const begin = join(folder, 'begin.log')
    prefix(log, begin, part * MEGABYTE)
    const badger = measure(
      'pgbadger',
      [
        '-j',
        '1',
        '-q',
        '-f',
        'stderr',
        '-p',
        '%m [%p] %q%u@%d %e ',
        '-o',
        join(folder, 'out.html'),
        begin,
      ],
      [0],
    )
    const speeds = {
      ours: megabytes / median(ours),
      grep: megabytes / median(grep),
      badger: part / badger.seconds,
    }
    const row = (name: string, speed: number) => [
      name,
      speed.toFixed(speed < 10 ? 1 : 0),
      (speeds.ours / speed).toFixed(2),
    ]
    console.log(
      textTable(
        ['', 'MB/s', 'ours is times as fast'],
        ['left', 'right', 'right'],
        [
          row('typeorm-resync logs (node dist/…, start of the process included)', speeds.ours),
          row('grep -cF 23505', speeds.grep),
          row(`pgbadger -j 1, its first ${String(part)} MB`, speeds.badger),
        ],
      ),
    )
    console.log(
      `${String(RUNS)} runs by turns, medians. Peak memory: ${peakMemory([BIN, 'logs', log]).toFixed(0)} MB`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
