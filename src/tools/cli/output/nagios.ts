import type { Verification } from '../../sequences/verify'
import { explainColumn } from '../../sequences/explain'
import { messageOf } from '../../db/sqlstate'
import { EXIT, type ExitCode } from '../exit-code'
import type { FailOn } from '../fail-on'
import { shortName } from './columns'
import { counted } from './counted'
import { printable } from './printable'

/** What a plugin of Nagios says, and how it exits. */
export interface NagiosResult {
  readonly line: string
  readonly exitCode: ExitCode
}

/** Returns what Nagios is told of a verification: behind is critical, little headroom a warning, and what cannot be told is not ok. */
export function nagiosResult({ columns, missing }: Verification, failOn: FailOn): NagiosResult {
  const behind = columns.filter(({ verdict }) => verdict === 'behind')
  const unknown = columns.filter(({ verdict }) => verdict === 'unknown')
  const unseen = unknown.length + missing.length
  const limit = failOn.headroom
  const narrow = columns.filter(
    ({ headroom }) => limit !== undefined && headroom !== null && headroom < limit,
  )
  const least = columns
    .flatMap(({ headroom }) => headroom ?? [])
    .sort((one, other) => one - other)[0]
  const data = [
    `behind=${String(behind.length)};;0;0`,
    `unknown=${String(unseen)};0;;0`,
    `columns=${String(columns.length)};;;0`,
    ...(least === undefined
      ? []
      : [`headroom=${String(least)}%;${limit === undefined ? '' : `${String(limit)}:`};;0;100`]),
  ].join(' ')
  const say = (word: string, text: string, exitCode: ExitCode) => ({
    line: `SEQUENCES ${word} - ${oneLine(text)} | ${data}`,
    exitCode,
  })
  if (failOn.behind && behind[0]) {
    return say('CRITICAL', `${String(behind.length)} behind: ${explainColumn(behind[0]) ?? ''}`, 2)
  }
  if (failOn.unknown && unseen > 0) {
    const why = unknown[0] ? `${shortName(unknown[0])}: ${unknown[0].reason ?? ''}` : missing[0]
    return say('UNKNOWN', `${String(unseen)} cannot be told: ${why ?? ''}`, 3)
  }
  if (narrow[0]) {
    return say(
      'WARNING',
      `${shortName(narrow[0])} has ${String(narrow[0].headroom)} % of its range left.`,
      1,
    )
  }
  const fault = failOn.fault ? columns.flatMap(({ faults }) => faults)[0] : undefined
  if (fault) return say('WARNING', fault.message, 1)
  return say('OK', `${counted(columns.length, 'column')} looked at.`, EXIT.done)
}

/** Returns what Nagios is told where nothing could be looked at. */
export function nagiosFailure(error: unknown): NagiosResult {
  return { line: `SEQUENCES UNKNOWN - ${oneLine(messageOf(error))}`, exitCode: EXIT.nagiosUnknown }
}

/** One line; a bar would begin the performance data. */
function oneLine(text: string): string {
  return printable(text).replaceAll('|', '¦')
}
