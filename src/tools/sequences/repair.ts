import type { ResolvedColumn, Sequence } from '../catalog/sequence-column'
import type { Session } from '../db/session'
import { inTransaction } from '../db/transaction'
import type { CommandOptions } from './failure'
import { raiseSql } from './raise-sql'
import { repairAlone } from './repair-alone'
import { METHOD_SETTING, repairSql, type Method } from './repair-sql'

const READ_METHOD = `select pg_catalog.current_setting('${METHOD_SETTING}') as method`

/** What a repair may do. */
export interface RepairLimits {
  /** A larger gap is refused: it may come from an outlier, and ids that are skipped are gone. Default: no limit. */
  readonly maxGap?: bigint | undefined
  /** Repairs in spite of `maxGap`, and where hardly a value would be left. Default: false. */
  readonly force?: boolean | undefined
}

/** What a repair did. */
export interface Repair {
  /** How the sequence was moved; null where it was not behind any more. */
  readonly method: Method | null
  /** What it could not do, in a form to print; null where it did everything. */
  readonly note: string | null
}

/** Runs the repair of one column, in a transaction of its own (in a savepoint inside the caller's). The only place that writes. */
export async function repairColumn(
  session: Session,
  column: ResolvedColumn,
  options: CommandOptions & RepairLimits & { readonly past?: bigint | undefined },
): Promise<Repair> {
  return runRepair(session, column.sequence, options, (own) =>
    repairSql({ ...column, ...options, endsTransaction: own }),
  )
}

/** Moves a sequence past a value, whatever its columns hold, in the same way. */
export async function raiseSequence(
  session: Session,
  sequence: Sequence,
  options: CommandOptions & RepairLimits & { readonly past: bigint },
): Promise<Repair> {
  return runRepair(session, sequence, options, (own) =>
    raiseSql({ ...sequence, ...options, endsTransaction: own }),
  )
}

async function runRepair(
  session: Session,
  sequence: Sequence,
  options: CommandOptions,
  sqlFor: (own: boolean) => string,
): Promise<Repair> {
  const work = async (own: boolean) => {
    await session.query(sqlFor(own))
    // A DO block returns no rows.
    const [done] = await session.query<{ method: Method | '' }>(READ_METHOD)
    const method = done === undefined || done.method === '' ? null : done.method
    return { method, note: method && note(sequence, method, own) }
  }
  return inTransaction(session, 'read write', options, work, repairAlone([sequence.oid]))
}

function note(sequence: Sequence, method: Method, own: boolean): string | null {
  const notes = [
    ...(method === 'leap'
      ? [
          'It was moved without its lock, which is safe unless others drew millions of values within that moment.',
        ]
      : []),
    ...(sequence.cache > 1n && !(own && method === 'setval')
      ? [
          `Sessions that took values of it before, up to ${String(sequence.cache)} at once (CACHE), go on with those. Reconnect them.`,
        ]
      : []),
  ]
  return notes.length > 0 ? notes.join(' ') : null
}
