import { isComplete, resyncSequences, type Resync } from '../../sequences/resync'
import { attended } from '../attended'
import { EXIT, type ExitCode } from '../exit-code'
import { ApplyFlags, repairLimits } from '../flags/apply'
import { isFrom } from '../flags/cutover'
import { isFleet } from '../flags/fleet'
import { checked, selection } from '../flags/selectors'
import { shortName } from '../output/columns'
import { reportLines, runnableOn } from '../output/report-lines'
import {
  jsonResync,
  refusalLines,
  repairStatement,
  reportUnfinished,
  resumable,
  resyncCounts,
  resyncSummary,
} from '../output/resync'
import { textTable } from '../output/table'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync apply`: moves every selected sequence that is behind. */
export async function apply(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  const flags = checked(ApplyFlags, options)
  if (isFrom(flags)) {
    const { applyFrom } = await import('./apply-from.js')
    return applyFrom(flags, terminal)
  }
  if (isFleet(flags)) {
    const { applyFleet } = await import('./apply-fleet.js')
    return applyFleet(flags, terminal)
  }
  const { force } = flags
  const chosen = chooseTarget(flags, terminal)
  const jobs = Number(flags.jobs)
  const resync = await resumable(flags, () =>
    withTarget(
      chosen,
      terminal,
      (target) =>
        attended(terminal, (on) =>
          resyncSequences(target, { ...selection(flags), ...repairLimits(flags), ...on, jobs }),
        ),
      jobs,
    ),
  )
  terminal.out(
    flags.format === 'json'
      ? JSON.stringify(jsonResync(resync, force, runnableOn(chosen)), undefined, 2)
      : table(resync, force),
  )
  if (flags.format === 'table') reportLines(terminal, refusalLines(resync), chosen)
  reportUnfinished(terminal, resyncCounts(resync), flags)
  return isComplete(resync) ? EXIT.done : EXIT.findings
}

function table(resync: Resync, force?: boolean): string {
  const { dryRun, repaired } = resync
  const rows = repaired.map((column) => [
    shortName(column),
    String(column.before),
    String(column.after),
    column.method,
  ])
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
    ...(dryRun ? repaired.map((column) => repairStatement(column, force)) : []),
    resyncSummary(resyncCounts(resync), dryRun),
  ].join('\n')
}
