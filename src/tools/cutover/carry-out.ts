import type { Session } from '../db/session'
import { messageOf, SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { inTransaction } from '../db/transaction'
import { ConnectionError, ResyncError } from '../errors'
import { readPositions } from '../catalog/sequences'
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
  const { sequence, column, past } = raise
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

/** Returns the statement that raises a sequence, as psql takes it. */
export function raiseStatement(
  { sequence, column, past }: Raise,
  { maxGap, force }: RepairLimits,
): string {
  const limits = { past, maxGap, force }
  return column ? repairSql({ ...column, ...limits }) : raiseSql({ ...sequence, ...limits })
}

function failure(error: unknown, raise: Raise, options: RaiseWork): string {
  const state = sqlstateOf(error)
  const subject = `Cannot raise sequence ${sequenceName(raise.sequence)}`
  if (error instanceof ConnectionError) {
    return `${subject}: lost the connection: ${explain(error.cause, options)}. The sequence is no lower than before. ${again(raise)}`
  }
  if (error instanceof ResyncError) return error.message
  // The statement's own refusal says what state things are in.
  if (state === SQLSTATE.objectNotInPrerequisiteState) return `${messageOf(error)} ${again(raise)}`
  if (state !== undefined && DROPPED.includes(state)) {
    return `${subject}: it was dropped meanwhile. Nothing was changed.`
  }
  return `${subject}: ${explain(error, options)}. The sequence is no lower than before. ${again(raise)}${patience(state)}`
}

function again({ again: command }: Raise): string {
  return `Run: ${command}`
}

function refused(reason: string): Done {
  return { kind: 'refused', reason }
}
