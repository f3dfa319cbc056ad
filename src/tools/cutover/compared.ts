import type { SequenceName } from '../catalog/sequence-column'
import type { CatalogSequence, SequencePosition } from '../catalog/sequences'
import { explainColumn } from '../sequences/explain'
import { columnName, sequenceName } from '../sequences/names'
import { gap, isPast } from '../sequences/position'
import type { Verdict } from '../sequences/verdict'
import type { ColumnName, Match } from './match'
import type { Standing } from './side'

/** A sequence of one of the two databases, and where it stands. Every number is null where it is not known. */
export interface StandingSequence extends SequenceName {
  readonly lastValue: bigint | null
  readonly isCalled: boolean | null
  /** What nextval would return to a session that has cached no values; null also where no value is left. */
  readonly nextValue: bigint | null
}

/** A sequence of the target beside the one of the source whose place it takes. */
export interface ComparedSequence {
  /** The columns that draw from it; none where only code does. */
  readonly columns: readonly ColumnName[]
  /** Null where the source has none, or it cannot be told which. */
  readonly source: StandingSequence | null
  /** Null where the target has none, or it cannot be told which. */
  readonly target: StandingSequence | null
  readonly verdict: Verdict
  /** How many values the target's must give before it is past all that the source's gave; 0 where it is; null where it is not known. */
  readonly gap: bigint | null
  /** Why not ok; null for ok. */
  readonly reason: string | null
  /** What is worth knowing of one that is ok; null for nothing. */
  readonly note: string | null
}

/** Tells whether the source has nothing that the target's sequence could be compared with; it was judged by its own columns then. */
export function isAlone({ source, target, verdict }: ComparedSequence): boolean {
  return source === null && target !== null && verdict !== 'unknown'
}

/** A match, and where its sequences stand. */
export interface Reading {
  readonly match: Match
  readonly source: Standing | null
  readonly target: Standing | null
}

/** Returns the next value by itself, also beyond the sequence's end. */
export function upcoming({ increment }: CatalogSequence, position: SequencePosition): bigint {
  return position.isCalled ? position.lastValue + increment : position.lastValue
}

/** Returns the last value before `value`, whatever the sequence's phase is: to be past it is to have reached `value`. */
export function justBefore({ increment }: CatalogSequence, value: bigint): bigint {
  return increment > 0n ? value - 1n : value + 1n
}

/**
 * Judges a sequence of the target by the source's: behind where the source's may have given a value that it has still to give, or where one of its own columns holds
 * one. What could not be read is unknown, and so is what has nothing to be compared with in the target.
 */
export function judgeReading(reading: Reading): ComparedSequence {
  const { match } = reading
  const shown = {
    columns: match.columns,
    source: match.source && standing(match.source, reading.source),
    target: match.target && standing(match.target, reading.target),
  }
  const finding = unknown(reading) ?? behind(reading)
  if (finding) return { ...shown, ...finding, note: null }
  const note =
    match.source === null && match.target !== null
      ? `Sequence ${sequenceName(match.target)} is in the target alone: there is nothing to compare it with.`
      : null
  return { ...shown, verdict: 'ok', gap: match.source === null ? null : 0n, reason: null, note }
}

type Finding = Pick<ComparedSequence, 'verdict' | 'gap' | 'reason'>

function unknown({ match, source, target }: Reading): Finding | null {
  const reason =
    lacking(match) ??
    failure(target) ??
    failure(source) ??
    match.obscure ??
    match.own.uncertain()?.reason ??
    incommensurable(match, source, target)
  return reason === null ? null : { verdict: 'unknown', gap: null, reason }
}

/** Why there is nothing to compare. */
function lacking({ columns, own, source, target }: Match): string | null {
  if (target !== null) return null
  const [column] = columns
  if (source === null) {
    const reason = own.verified.find((one) => one.reason !== null)?.reason
    return reason ?? 'Cannot tell which sequence feeds it.'
  }
  const feeds = column ? `, which feeds ${columnName(column)} there` : ''
  return `Cannot find what takes the place of the source's sequence ${sequenceName(source)}${feeds}: the target has none that feeds the same column or has the same name. Nothing was changed. Make it in the target, or leave it out with --schema or --table.`
}

function failure(standing: Standing | null): string | null {
  return standing && 'failure' in standing ? standing.failure : null
}

function incommensurable(
  { source, target }: Match,
  sourceStands: Standing | null,
  targetStands: Standing | null,
): string | null {
  if (!source || !target) return null
  const names = `sequence ${sequenceName(target)} with the source's ${sequenceName(source)}`
  if (source.increment > 0n !== target.increment > 0n) {
    return `Cannot compare ${names}: one ascends and the other descends (increments ${String(target.increment)} and ${String(source.increment)}). Nothing was changed. Make the target's as the source's is: ALTER SEQUENCE ${sequenceName(target)} INCREMENT BY ${String(source.increment)}`
  }
  const isLevel =
    upcoming(source, position(sourceStands)) === upcoming(target, position(targetStands))
  if ((source.cycle || target.cycle) && !isLevel) {
    return `Cannot compare ${names}: it cycles, and returns to used values by design, so neither is further on. Nothing was changed.`
  }
  return null
}

function behind({ match, source, target }: Reading): Finding | null {
  const own = match.target
  if (!own) return null
  const next = upcoming(own, position(target))
  if (!own.cycle && isPast(own, next, endOf(own))) {
    const reason = `Sequence ${sequenceName(own)} has no value left: its range ends at ${String(endOf(own))}. A larger MAXVALUE helps; nothing that moves it does.`
    return { verdict: 'behind', gap: null, reason }
  }
  const other = match.source
  const theirs = other && upcoming(other, position(source))
  const missing = theirs === null ? 0n : gap(own, next, justBefore(own, theirs))
  if (other && theirs !== null && missing > 0n) {
    const reason = `Sequence ${sequenceName(own)} is behind the source's ${sequenceName(other)}: next value ${String(next)}, the source's ${String(theirs)}. After the switch, inserts that draw a taken value fail with 23505.`
    return { verdict: 'behind', gap: missing, reason }
  }
  const held = match.own.behind()
  return held ? { verdict: 'behind', gap: held.gap, reason: explainColumn(held) } : null
}

/** Returns the last value that a sequence can give. */
export function endOf({ increment, minValue, maxValue }: CatalogSequence): bigint {
  return increment > 0n ? maxValue : minValue
}

/** @throws {Error} when it could not be read: that was judged before. */
export function position(standing: Standing | null): SequencePosition {
  if (standing && 'lastValue' in standing) return standing
  throw new Error('A sequence that was judged was read.')
}

function standing(sequence: CatalogSequence, stands: Standing | null): StandingSequence {
  const { schema, name } = sequence
  if (!stands || 'failure' in stands) {
    return { schema, name, lastValue: null, isCalled: null, nextValue: null }
  }
  const { minValue, maxValue, cycle, increment } = sequence
  const next = upcoming(sequence, stands)
  const isLeft = !isPast(sequence, next, endOf(sequence))
  const first = increment > 0n ? minValue : maxValue
  return { schema, name, ...stands, nextValue: isLeft ? next : cycle ? first : null }
}
