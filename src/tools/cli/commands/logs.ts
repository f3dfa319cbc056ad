import { scanLogs, type LogScan } from '../../logs/scan-logs'
import { shellWord } from '../../sequences/names'
import { EXIT, type ExitCode } from '../exit-code'
import { interruptible } from '../interruption'
import { LogsFlags } from '../flags/logs'
import { checked } from '../flags/selectors'
import { jsonScan, tableScan } from '../output/logs'
import { counted } from '../output/counted'
import { reportLines } from '../output/report-lines'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync logs`: the 23505s in PostgreSQL's logs, by constraint. */
export async function logs(
  files: readonly string[],
  options: object,
  terminal: CommandTerminal,
): Promise<ExitCode> {
  const flags = checked(LogsFlags, options)
  const scan = flags.follow
    ? await interruptible((signal) => scanned(files, flags, signal, terminal))
    : await scanned(files, flags, undefined, terminal)
  terminal.out(flags.format === 'json' ? jsonScan(scan) : tableScan(scan))
  reportLines(
    terminal,
    [...notes(scan), ...(flags.format === 'table' ? nextSteps(scan, flags) : [])],
    flags,
  )
  if (scan.files.some(({ unreadable }) => unreadable)) return EXIT.failed
  return scan.total > 0 ? EXIT.findings : EXIT.done
}

async function scanned(
  files: readonly string[],
  flags: LogsFlags,
  signal: AbortSignal | undefined,
  terminal: CommandTerminal,
): Promise<LogScan> {
  const { dataSource, url, logLinePrefix, since, showValues, follow } = flags
  const { lockTimeout, statementTimeout } = flags
  const options = {
    ...{ logLinePrefix, since, showValues, follow, signal, lockTimeout, statementTimeout },
    onFollow: () => {
      terminal.err(`Following ${counted(files.length, 'file')}. Ctrl-C prints the result.`)
    },
  }
  if (dataSource === undefined && url === undefined) return scanLogs(files, options)
  // Loaded here: pg takes longer than many a log.
  const { assertOne, withTarget } = await import('../target.js')
  assertOne(flags)
  return withTarget({ dataSource, url }, terminal, (target) =>
    scanLogs(files, { ...options, target }),
  )
}

/** What to run next: a log tells no table, and a count no cause. */
function nextSteps({ constraints }: LogScan, { dataSource, url }: LogsFlags): string[] {
  if (constraints.length === 0) return []
  if (dataSource === undefined && url === undefined) {
    return [
      'A log names no tables. With --url or --data-source you see which constraints a sequence feeds.',
    ]
  }
  return constraints.flatMap(({ kind, table }) =>
    kind === 'generated key' && table !== null
      ? [`A sequence feeds ${table}. Run: typeorm-resync diagnose --table ${shellWord(table)}`]
      : [],
  )
}

function notes({ files, unknownZones, timeless }: LogScan): string[] {
  const lines = files.flatMap(({ problems }) => problems)
  if (unknownZones.length > 0) {
    lines.push(
      `Times are as the log has them: the offset of ${unknownZones.join(', ')} is not known. For exact ones set log_timezone to UTC.`,
    )
  }
  if (timeless > 0) {
    lines.push(
      `${String(timeless)} had no time, or none that was found: --since leaves none of them out. Use --log-line-prefix.`,
    )
  }
  return lines
}
