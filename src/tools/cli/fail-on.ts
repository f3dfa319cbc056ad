import type { Verification, VerifiedColumn } from '../sequences/verify'
import { EXIT, type ExitCode } from './exit-code'

/** What verify counts as a finding. */
export interface FailOn {
  readonly behind: boolean
  readonly unknown: boolean
  /** A structural fault is a finding. */
  readonly fault: boolean
  /** Percent; less headroom than this is a finding. */
  readonly headroom: number | undefined
}

const PART = /^(?:behind|unknown|fault|headroom=(?:\d{1,2}(?:\.\d+)?|100))$/

/** Tells whether `text` is a list such as `behind,unknown,fault,headroom=10`. */
export function isFailOn(text: unknown): boolean {
  return typeof text === 'string' && text.split(',').every((part) => PART.test(part))
}

/** Reads such a list. */
export function readFailOn(text: string): FailOn {
  const parts = text.split(',')
  const percents = parts.flatMap((part) => /^headroom=(.+)$/.exec(part)?.[1] ?? [])
  return {
    behind: parts.includes('behind'),
    unknown: parts.includes('unknown'),
    fault: parts.includes('fault'),
    headroom: percents.length === 0 ? undefined : Number(percents.at(-1)),
  }
}

/** Returns the exit code of a verification: whether anything in it is a finding. */
export function exitCodeOf({ columns, missing }: Verification, failOn: FailOn): ExitCode {
  const findings = columns.filter((column) => isFinding(column, failOn))
  const isIncomplete = failOn.unknown && missing.length > 0
  return findings.length > 0 || isIncomplete ? EXIT.findings : EXIT.done
}

/** Tells whether a column is a finding. */
export function isFinding(column: VerifiedColumn, failOn: FailOn): boolean {
  const { verdict, faults } = column
  if (verdict !== 'ok' && failOn[verdict]) return true
  return (failOn.fault && faults.length > 0) || isNarrow(column, failOn)
}

/** Tells whether a column has less headroom than asked for. */
export function isNarrow({ headroom }: VerifiedColumn, failOn: FailOn): boolean {
  return failOn.headroom !== undefined && headroom !== null && headroom < failOn.headroom
}
