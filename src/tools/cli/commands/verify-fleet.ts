import { verifyFleet as verifyAll } from '../../fleet/fleet'
import type { Verification } from '../../sequences/verify'
import { attended } from '../attended'
import type { ExitCode } from '../exit-code'
import { exitCodeOf, readFailOn, type FailOn } from '../fail-on'
import { fleetOf } from '../fleet'
import { assertOneDatabase, fleetOptions } from '../flags/fleet'
import type { VerifyFlags } from '../flags/verify'
import {
  fleetCounts,
  fleetExitCode,
  fleetTable,
  jsonFleet,
  reportFleet,
  type FleetPresentation,
  type FleetResult,
} from '../output/fleet'
import {
  findingLines,
  jsonVerification,
  verdictCounts,
  verdictSummary,
} from '../output/verification'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync verify` of many databases. */
export async function verifyFleet(
  flags: VerifyFlags,
  terminal: CommandTerminal,
): Promise<ExitCode> {
  if (flags.format === 'prometheus') assertOneDatabase(flags)
  const failOn = readFailOn(flags.failOn)
  const fleet = await fleetOf(flags, terminal)
  const outcomes = await attended(terminal, (on) =>
    verifyAll(fleet.targets, { ...fleetOptions(flags), ...on }),
  )
  const columns = outcomes.flatMap((one) => (one.state === 'done' ? one.result.columns : []))
  const counts = verdictCounts(columns)
  if (flags.format === 'json') {
    const summary = { ...fleetCounts(outcomes), columns: counts }
    const all = { summary, targets: jsonFleet(outcomes, jsonVerification, fleet) }
    terminal.out(JSON.stringify(all, undefined, 2))
  } else {
    const shown = presentation(failOn)
    terminal.out(`${fleetTable(outcomes, shown, terminal.colour)}\n${verdictSummary(counts)}`)
    reportFleet(outcomes, shown, fleet, terminal)
  }
  return fleetExitCode(outcomes, (verification) => exitCodeOf(verification, failOn))
}

function presentation(failOn: FailOn): FleetPresentation<Verification> {
  return {
    headings: ['OK', 'BEHIND', 'UNKNOWN'],
    counts: ({ columns, missing }) => {
      const { ok, behind, unknown } = verdictCounts(columns)
      return [ok, behind, unknown + missing.length]
    },
    resultOf: (verification) => resultOf(verification, failOn),
    lines: (verification) => findingLines(verification, failOn),
  }
}

function resultOf(verification: Verification, failOn: FailOn): FleetResult {
  const { behind, unknown } = verdictCounts(verification.columns)
  if (behind > 0) return 'behind'
  if (unknown > 0 || verification.missing.length > 0) return 'unknown'
  return exitCodeOf(verification, failOn) === 0 ? 'ok' : 'finding'
}
