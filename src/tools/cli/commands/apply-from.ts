import { raiseSequences } from '../../cutover/raise'
import { attended } from '../attended'
import { EXIT, type ExitCode } from '../exit-code'
import { repairLimits, type ApplyFlags } from '../flags/apply'
import { assertOneTarget } from '../flags/cutover'
import { selection } from '../flags/selectors'
import { jsonRaising, namingSource, raisingLines, raisingTable } from '../output/cutover'
import { reportLines } from '../output/report-lines'
import { reportUnfinished } from '../output/resync'
import { withReplaced } from '../replaced'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync apply --from`: raises every sequence past the one whose place it takes. */
export async function applyFrom(
  flags: ApplyFlags & { readonly from: string },
  terminal: CommandTerminal,
): Promise<ExitCode> {
  assertOneTarget(flags, '--from')
  const { from, headroom } = flags
  const chosen = chooseTarget(flags, terminal)
  const jobs = Number(flags.jobs)
  const { dryRun, force, maxGap } = repairLimits(flags)
  const options = {
    ...selection(flags),
    dryRun,
    force,
    maxGap,
    ...(headroom !== undefined && { headroom: BigInt(headroom) }),
    jobs,
  }
  const raising = await withReplaced(from, '--from', terminal, (source) =>
    withTarget(
      chosen,
      terminal,
      (target) => attended(terminal, (on) => raiseSequences(target, source, { ...options, ...on })),
      jobs,
    ),
  )
  terminal.out(
    flags.format === 'json'
      ? JSON.stringify(jsonRaising(raising), undefined, 2)
      : raisingTable(raising),
  )
  if (flags.format === 'table') {
    reportLines(terminal, namingSource(raisingLines(raising), from), chosen)
  }
  const { refused, notBegun } = raising
  reportUnfinished(terminal, { notBegun: notBegun.length }, {})
  return refused.length + notBegun.length > 0 ? EXIT.findings : EXIT.done
}
