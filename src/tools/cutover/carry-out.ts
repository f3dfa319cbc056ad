import type { Session } from '../db/session'
import { messageOf, SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { inTransaction } from '../db/transaction'
import { ConnectionError, ResyncError } from '../errors'
import { readPositions } from '../catalog/sequences'
import { drawMissing } from '../sequences/draw'
import { DROPPED, explain, patience, type CommandOptions } from '../sequences/failure'
import { sequenceName } from '../sequences/names'
import { raiseSql } from '../sequences/raise-sql'
import { raiseSequence, repairColumn, type RepairLimits } from '../sequences/repair'
import { repairSql, type Method } from '../sequences/repair-sql'
import { upcoming } from './compared'
import { isPast } from '../sequences/position'
import type { Raise } from './plan-raise'

/** What became of one raise. */
export type Done =
  | {
      readonly kind: 'raised'
      readonly after: bigint
      readonly method: Method
      readonly note: string | null
    }
  /** Others had moved it as far meanwhile. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string }

type RaiseWork = CommandOptions & RepairLimits

/** Raises one sequence, and looks again. */
export async function carryOut(session: Session, raise: Raise, options: RaiseWork): Promise<Done> {
  const { resolved, column, past } = raise
  const { sequence } = resolved
  try {
    const { method, note } = column
      ? await repairColumn(session, column, { ...options, past })
      : await raiseSequence(session, sequence, { ...options, past })
    const [now] = await inTransaction(session, 'read only', options, () =>
      readPositions(session, [sequence]),
    )
    const after = now ? upcoming(sequence, now) : raise.after
    if (!isPast(sequence, after, past)) {
      return refused(
        `Sequence ${sequenceName(sequence)} was raised, and is at ${String(after)} again, which is not past ${String(past)}: somebody else set it back. ${again(raise)}`,
      )
    }
    return method === null ? { kind: 'unchanged' } : { kind: 'raised', after, method, note }
  } catch (error) {
    return refused(failure(error, raise, options))
  }
}

/** Raises several sequences by one statement that draws, and looks at all of them again. What that leaves is raised by itself. */
export async function carryOutTogether(
  session: Session,
  raises: readonly Raise[],
  options: RaiseWork,
): Promise<Done[]> {
  // Where it fails it may have drawn for those before the culprit, and that stays; each by itself then says why.
  const drawn = await drawMissing(session, raises, options).catch(() => [])
  const looked = await inTransaction(session, 'read only', options, () =>
    readPositions(
      session,
      raises.map(({ resolved }) => resolved.sequence),
    ),
  ).catch(() => [])
  const done: Done[] = []
  for (const [index, raise] of raises.entries()) {
    const { sequence } = raise.resolved
    const now = looked[index]
    const after = now && upcoming(sequence, now)
    if (after === undefined || !isPast(sequence, after, raise.past)) {
      done.push(await carryOut(session, raise, options))
    } else if (drawn[index] === false) done.push({ kind: 'unchanged' })
    else done.push({ kind: 'raised', after, method: 'burn', note: null })
  }
  return done
}

/** Returns the statement that raises a sequence, as psql takes it. */
export function raiseStatement(
  { resolved, column, past }: Raise,
  { maxGap, force }: RepairLimits,
): string {
  const limits = { past, maxGap, force }
  return column
    ? repairSql({ ...column, ...limits })
    : raiseSql({ ...resolved.sequence, ...limits })
}

function failure(error: unknown, raise: Raise, options: RaiseWork): string {
  const state = sqlstateOf(error)
  const subject = `Cannot raise sequence ${sequenceName(raise.resolved.sequence)}`
  if (error instanceof ConnectionError) {
    return `${subject}: lost the connection: ${explain(error.cause, options)}. The sequence is no lower than before. ${again(raise)}`
  }
  if (error instanceof ResyncError) return error.message
  // The statement's own refusal says what state things are in.
  if (state === SQLSTATE.objectNotInPrerequisiteState) return `${messageOf(error)} ${again(raise)}`
  if (state !== undefined && DROPPED.includes(state)) {
    return `${subject}: it was dropped meanwhile. Nothing was changed.`
  }
  return `${subject}: ${explain(error, options)}. The sequence is no lower than before. ${again(raise)}${patience(state, options)}`
}

function again({ again: command }: Raise): string {
  return `Run: ${command}`
}

function refused(reason: string): Done {
  return { kind: 'refused', reason }
}
