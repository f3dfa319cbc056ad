import { errorKind } from '../../monitor/error-kind'
import { Metrics } from '../../monitor/metrics'
import { verifySequences } from '../../sequences/verify'
import type { ExitCode } from '../exit-code'
import { exitCodeOf, readFailOn } from '../fail-on'
import { assertNotCompared } from '../flags/cutover'
import { assertOneDatabase } from '../flags/fleet'
import { checked, selection } from '../flags/selectors'
import { VerifyFlags } from '../flags/verify'
import { runnableOn } from '../output/report-lines'
import { nagiosFailure, nagiosResult } from '../output/nagios'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

/** As many columns have series of their own. */
const WORST = 20

/** The page says it, too, where it could not run: it is read by a collector that sees no exit code. */
export async function verifyForPrometheus(
  flags: VerifyFlags,
  terminal: CommandTerminal,
): Promise<ExitCode> {
  const failOn = readFailOn(flags.failOn)
  const chosen = chooseTarget(flags, terminal)
  const metrics = new Metrics(WORST)
  const start = performance.now()
  try {
    const verification = await withTarget(chosen, terminal, (target) =>
      verifySequences(target, selection(flags)),
    )
    metrics.succeeded(verification, (performance.now() - start) / 1000)
    terminal.out((await metrics.text()).trimEnd())
    return exitCodeOf(verification, failOn)
  } catch (error) {
    metrics.failed(errorKind(error), new Date())
    terminal.out((await metrics.text()).trimEnd())
    throw error
  }
}

/** Nagios reads the first line of stdout, and gives exit codes a meaning of its own: 3 where it could not run. */
export async function verifyForNagios(
  options: object,
  terminal: CommandTerminal,
): Promise<ExitCode> {
  try {
    const flags = checked(VerifyFlags, options)
    assertOneDatabase(flags)
    assertNotCompared(flags)
    const chosen = chooseTarget(flags, terminal)
    const verification = await withTarget(chosen, terminal, (target) =>
      verifySequences(target, selection(flags)),
    )
    const { line, exitCode } = nagiosResult(verification, readFailOn(flags.failOn))
    terminal.out(runnableOn(chosen)(line))
    return exitCode
  } catch (error) {
    const { line, exitCode } = nagiosFailure(error)
    terminal.out(line)
    return exitCode
  }
}
