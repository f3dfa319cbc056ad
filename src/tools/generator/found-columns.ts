import type { Rights, SequenceColumn } from '../catalog/sequence-column'
import { oneLane } from '../db/lanes'
import type { Session, Target } from '../db/session'
import type { Timeouts } from '../db/transaction'
import { incomparable } from '../sequences/comparable'
import type { CommandOptions } from '../sequences/failure'
import { planRepair } from '../sequences/plan'
import type { Selection } from '../sequences/selection'
import { assertPostgresServer } from '../sequences/server-kind'
import { readCatalog, verifyIn } from '../sequences/verify'

/** Columns to write for, and why it cannot be told of others. */
export interface Found {
  readonly columns: readonly SequenceColumn[]
  readonly unknown: readonly string[]
}

/** Looks at the selected columns: with `drifted` at those that are behind, else at all that can be repaired. */
export async function look(
  session: Session,
  target: Target,
  selection: Selection & Timeouts,
  drifted: boolean,
): Promise<Found> {
  if (drifted) return verifyColumns(session, target, selection)
  const { server, columns } = await readCatalog(session, target, selection)
  assertPostgresServer(server)
  return {
    columns: columns.selected.filter((column) => incomparable(column) === null),
    unknown: columns.selected.flatMap((column) => incomparable(column) ?? []),
  }
}

/** Whoever runs the migration may have other rights than who writes it. */
const ALL_RIGHTS: Rights = {
  readColumn: true,
  readSequence: true,
  drawSequence: true,
  setSequence: true,
  ownSequence: true,
  closedSchemas: [],
  rowsHidden: false,
}

/** Looks at those of the selected columns that are behind and can be repaired; returns also all of them, with their verdicts. */
export async function verifyColumns(
  session: Session,
  target: Target,
  selection: Selection & CommandOptions,
) {
  const { server, verified } = await verifyIn(oneLane(session), target, selection)
  const plans = verified.map((column) => ({
    column,
    plan: planRepair({ ...column, rights: ALL_RIGHTS }, server.role),
  }))
  return {
    verified,
    columns: plans.flatMap(({ column, plan }) => (plan.action === 'repair' ? [column] : [])),
    // A migration that is sure to fail would hold up the others.
    unknown: plans.flatMap(({ plan }) => (plan.action === 'refuse' ? [plan.reason] : [])),
  }
}
