import { compareSequences } from '../../cutover/compare'
import { attended } from '../attended'
import { EXIT, type ExitCode } from '../exit-code'
import { assertNotCompared, assertOneTarget, comparisonFailOn } from '../flags/cutover'
import { selection } from '../flags/selectors'
import type { VerifyFlags } from '../flags/verify'
import {
  comparisonAdvice,
  comparisonLines,
  comparisonTable,
  jsonComparison,
  namingSource,
} from '../output/cutover'
import { reportLines } from '../output/report-lines'
import { withReplaced } from '../replaced'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync verify --against`: a verdict for every sequence, by the one whose place it takes. */
export async function verifyAgainst(
  flags: VerifyFlags,
  against: string,
  terminal: CommandTerminal,
): Promise<ExitCode> {
  assertOneTarget(flags, '--against')
  assertNotCompared(flags)
  const failOn = comparisonFailOn(flags)
  const chosen = chooseTarget(flags, terminal)
  const jobs = Number(flags.jobs)
  const comparison = await withReplaced(against, '--against', terminal, (source) =>
    withTarget(
      chosen,
      terminal,
      (target) =>
        attended(terminal, (on) =>
          compareSequences(target, source, { ...selection(flags), ...on, jobs }),
        ),
      jobs,
    ),
  )
  terminal.out(
    flags.format === 'json'
      ? JSON.stringify(jsonComparison(comparison), undefined, 2)
      : comparisonTable(comparison, terminal.colour),
  )
  if (flags.format === 'table') {
    const report = (lines: readonly string[]) => {
      reportLines(terminal, namingSource(lines, against), chosen)
    }
    report(comparisonLines(comparison))
    // By itself, so that it is not lost among many.
    report(comparisonAdvice(comparison, selection(flags)))
  }
  const isFinding = comparison.sequences.some(({ verdict }) => verdict !== 'ok' && failOn[verdict])
  return isFinding ? EXIT.findings : EXIT.done
}
