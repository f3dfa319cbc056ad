import { repairSql } from '../../sequences/repair-sql'
import { resyncSequences, type RepairedColumn, type Resync } from '../../sequences/resync'
import { EXIT, type ExitCode } from '../exit-code'
import {
  selection,
  type FormatOptions,
  type SelectorOptions,
  type TimeoutOptions,
} from '../options'
import { jsonColumn, shortName } from '../output/columns'
import { reportLines } from '../output/report-lines'
import { textTable } from '../output/table'
import { withTarget } from '../target'
import type { Terminal } from '../terminal'

export interface ApplyFlags extends SelectorOptions, TimeoutOptions, FormatOptions {
  readonly dryRun?: boolean
  readonly maxGap?: bigint
  readonly force?: boolean
}

/** `typeorm-resync apply`: moves every selected sequence that is behind. */
export async function apply(flags: ApplyFlags, terminal: Terminal): Promise<ExitCode> {
  const { dryRun, maxGap, force, lockTimeout, statementTimeout } = flags
  const resync = await withTarget(flags, terminal.env, (target) =>
    resyncSequences(target, {
      ...selection(flags),
      dryRun,
      maxGap,
      force,
      lockTimeout,
      statementTimeout,
    }),
  )
  terminal.out(flags.format === 'json' ? json(resync, force) : table(resync, force))
  if (flags.format === 'table') {
    const notes = resync.repaired.flatMap((column) =>
      column.note === null ? [] : [`Sequence behind ${shortName(column)}: ${column.note}`],
    )
    reportLines(terminal, [...resync.refused.map(({ reason }) => reason), ...notes], flags)
  }
  return resync.refused.length > 0 ? EXIT.findings : EXIT.done
}

function json({ server, dryRun, repaired, unchanged, refused }: Resync, force?: boolean): string {
  return JSON.stringify(
    {
      database: server.database,
      dryRun,
      repaired: repaired.map((column) => ({
        ...jsonColumn(column),
        before: String(column.before),
        after: String(column.after),
        method: column.method,
        note: column.note,
        ...(dryRun && { sql: repairSql({ ...column, force }) }),
      })),
      unchanged: unchanged.map(jsonColumn),
      refused: refused.map(jsonColumn),
      summary: { repaired: repaired.length, unchanged: unchanged.length, refused: refused.length },
    },
    undefined,
    2,
  )
}

function table({ dryRun, repaired, unchanged, refused }: Resync, force?: boolean): string {
  const rows = repaired.map((column) => [
    shortName(column),
    String(column.before),
    String(column.after),
    column.method,
  ])
  const counts = [
    `${String(repaired.length)} ${dryRun ? 'to repair' : 'repaired'}`,
    `${String(unchanged.length)} unchanged`,
    `${String(refused.length)} refused.`,
  ].join(', ')
  return [
    ...(rows.length > 0
      ? [
          textTable(
            ['COLUMN', 'NEXT BEFORE', 'NEXT AFTER', 'METHOD'],
            ['left', 'right', 'right', 'left'],
            rows,
          ),
        ]
      : []),
    ...(dryRun ? repaired.map((column) => statement(column, force)) : []),
    counts,
  ].join('\n')
}

function statement(column: RepairedColumn, force?: boolean): string {
  return `\n${repairSql({ ...column, force })};\n`
}
