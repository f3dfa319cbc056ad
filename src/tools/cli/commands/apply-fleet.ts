import type { TargetOutcome } from '../../fleet/each-target'
import { resyncFleet } from '../../fleet/fleet'
import { labelOf } from '../../fleet/target'
import { isComplete, type Resync } from '../../sequences/resync'
import { attended } from '../attended'
import { EXIT, type ExitCode } from '../exit-code'
import { fleetOf } from '../fleet'
import { repairLimits, type ApplyFlags } from '../flags/apply'
import { fleetOptions } from '../flags/fleet'
import {
  fleetCounts,
  fleetExitCode,
  fleetTable,
  jsonFleet,
  reportFleet,
  type FleetPresentation,
  type FleetResult,
} from '../output/fleet'
import type { Runnable } from '../output/columns'
import { printable } from '../output/printable'
import {
  jsonResync,
  refusalLines,
  repairStatement,
  reportUnfinished,
  resyncCounts,
  resyncSummary,
  type ResyncCounts,
} from '../output/resync'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync apply` to many databases. */
export async function applyFleet(flags: ApplyFlags, terminal: CommandTerminal): Promise<ExitCode> {
  const fleet = await fleetOf(flags, terminal)
  const outcomes = await attended(terminal, (on) =>
    resyncFleet(fleet.targets, { ...fleetOptions(flags), ...repairLimits(flags), ...on }),
  )
  const counts = total(outcomes)
  if (flags.format === 'json') {
    const summary = { ...fleetCounts(outcomes), columns: counts }
    const one = (resync: Resync, here: Runnable) => jsonResync(resync, flags.force, here)
    terminal.out(
      JSON.stringify({ summary, targets: jsonFleet(outcomes, one, fleet) }, undefined, 2),
    )
  } else {
    terminal.out(
      [
        fleetTable(outcomes, PRESENTATION, terminal.colour),
        ...(flags.dryRun ? statements(outcomes, flags.force) : []),
        resyncSummary(counts, flags.dryRun ?? false),
      ].join('\n'),
    )
    reportFleet(outcomes, PRESENTATION, fleet, terminal)
  }
  reportUnfinished(terminal, counts, flags)
  return fleetExitCode(outcomes, (resync) => (isComplete(resync) ? EXIT.done : EXIT.findings))
}

const PRESENTATION: FleetPresentation<Resync> = {
  headings: ['REPAIRED', 'UNCHANGED', 'REFUSED'],
  counts: ({ repaired, unchanged, refused }) => [repaired.length, unchanged.length, refused.length],
  resultOf,
  lines: refusalLines,
}

function resultOf({ dryRun, repaired, refused, notBegun }: Resync): FleetResult {
  if (notBegun.length > 0) return 'stopped'
  if (refused.length > 0) return 'refused'
  if (repaired.length === 0) return 'unchanged'
  return dryRun ? 'to repair' : 'repaired'
}

/** What a dry run would do, database by database. */
function statements(outcomes: readonly TargetOutcome<Resync>[], force?: boolean): string[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.state !== 'done' || outcome.result.repaired.length === 0) return []
    const { target, database } = labelOf(outcome.target)
    return [
      `\n-- ${printable(`${target}/${database}`)}`,
      ...outcome.result.repaired.map((column) => repairStatement(column, force)),
    ]
  })
}

function total(outcomes: readonly TargetOutcome<Resync>[]): ResyncCounts {
  const sum = { repaired: 0, unchanged: 0, refused: 0, notBegun: 0, settledBefore: 0 }
  for (const outcome of outcomes) {
    if (outcome.state !== 'done') continue
    const counts = resyncCounts(outcome.result)
    for (const name of Object.keys(sum) as (keyof ResyncCounts)[]) sum[name] += counts[name]
  }
  return sum
}
