import { repairSql } from '../../sequences/repair-sql'
import { resyncSequences, type Resync } from '../../sequences/resync'
import type { RepairedColumn } from '../../sequences/settle'
import { Allowed, Flag, Optional } from '../../options/rules'
import { EXIT, type ExitCode } from '../exit-code'
import { checked, Jobs, selection, SelectorFlags } from '../flags/selectors'
import { jsonColumn, shortName } from '../output/columns'
import { reportLines } from '../output/report-lines'
import { textTable } from '../output/table'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

class ApplyFlags extends SelectorFlags {
  @Jobs()
  readonly jobs: string

  @Optional()
  @Flag()
  readonly dryRun?: boolean

  @Optional()
  @Allowed('a whole number, 0 or more', (value) => /^\d+$/.test(String(value)))
  readonly maxGap?: string

  @Optional()
  @Flag()
  readonly force?: boolean
}

/** `typeorm-resync apply`: moves every selected sequence that is behind. */
export async function apply(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  const flags = checked(ApplyFlags, options)
  const { dryRun, force } = flags
  const maxGap = flags.maxGap === undefined ? undefined : BigInt(flags.maxGap)
  const chosen = chooseTarget(flags, terminal)
  const jobs = Number(flags.jobs)
  const resync = await withTarget(
    chosen,
    terminal,
    (target) => resyncSequences(target, { ...selection(flags), dryRun, maxGap, force, jobs }),
    jobs,
  )
  terminal.out(flags.format === 'json' ? json(resync, force) : table(resync, force))
  if (flags.format === 'table') {
    const notes = resync.repaired.flatMap((column) =>
      column.note === null ? [] : [`Sequence behind ${shortName(column)}: ${column.note}`],
    )
    reportLines(terminal, [...resync.refused.map(({ reason }) => reason), ...notes], chosen)
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
