import { setTimeout as sleep } from 'node:timers/promises'
import type { ResolvedColumn } from '../catalog/sequence-column'
import { quoteQualified } from '../db/quoting'
import type { Session } from '../db/session'
import { messageOf } from '../db/sqlstate'
import { columnName, tableArgument } from '../sequences/names'
import { likelyCause } from './cause'
import { GeneratedKeys } from './generated-keys'
import type { GuardParts } from './guard-parts'
import { parseInsert } from '../sql/insert-statement'
import type { HealOutcome } from './measurements'
import { RepairBudget } from './repair-budget'
import { resyncTable } from './resync-table'
import { violationOf, type Violation } from './violation'

/** A duplicate key of a column whose value came from its sequence. */
interface Collision {
  /** Where the statement ran; it can be used again. */
  readonly session: Session
  readonly column: ResolvedColumn
  /** How often the statement ran again already. */
  readonly tries: number
}

/** Repairs the sequences behind duplicate keys: one repair at a time, not too many, and none for a row that brought its own id. */
export class Healer {
  private readonly keys: GeneratedKeys
  private readonly budget: RepairBudget
  private readonly flights = new Map<string, Promise<boolean>>()
  private readonly final = new WeakSet()

  constructor(private readonly parts: GuardParts) {
    this.keys = new GeneratedKeys(parts.settings.now)
    this.budget = new RepairBudget(parts.settings)
  }

  /** Returns the violation in an error if a sequence may be its cause, as far as that can be told without a query. */
  violationIn(error: unknown): Violation | null {
    if (typeof error !== 'object' || error === null || this.final.has(error)) return null
    const violation = violationOf(error)
    if (!violation) return null
    const known = this.keys.known(violation)
    return known && drawnColumn(known, violation) === undefined ? null : violation
  }

  /** Tells whether an error is a duplicate key of a generated column that was looked at and could not be healed. */
  isOwnKey(error: unknown): boolean {
    const violation = violationOf(error)
    return violation !== null && (this.keys.known(violation)?.length ?? 0) > 0
  }

  /** Makes an error final: nobody further out tries again. */
  giveUp(error: unknown): void {
    if (typeof error === 'object' && error !== null) this.final.add(error)
  }

  /** Repairs what the violation comes from; returns whether the statement may run again. */
  async heal(session: Session, violation: Violation, tries: number): Promise<boolean> {
    const column = drawnColumn(await this.keys.ofKey(session, violation), violation)
    if (!column) return false
    const healed = await this.inFlight({ session, column, tries })
    // The values that this session took beforehand are as stale as the one that collided.
    if (healed && column.sequence.cache > 1n) await session.query('discard sequences')
    return healed
  }

  /** A repair heals all that collided meanwhile; where it failed, each tries for itself, and may have rights that the other lacks. */
  private async inFlight(collision: Collision): Promise<boolean> {
    const { oid } = collision.column.sequence
    const other = this.flights.get(oid)
    if (other && (await other)) return true
    const flight = this.repair(collision)
    this.flights.set(oid, flight)
    try {
      return await flight
    } finally {
      if (this.flights.get(oid) === flight) this.flights.delete(oid)
    }
  }

  /** Never throws: the statement's own error is the one to see. */
  private async repair(collision: Collision): Promise<boolean> {
    const { column } = collision
    const { settings, measurements, teller } = this.parts
    const name = columnName(column)
    const permission = this.budget.ask(column.sequence.oid, settings.now())
    if (permission.kind === 'open') {
      const until = new Date(permission.until)
      const reason = `The sequence of ${name} fell behind ${String(settings.maxRepairsPerHour)} times within an hour and is not repaired any more until ${until.toISOString()}: something goes on to insert explicit ids. Run: typeorm-resync verify`
      this.count('open', column)
      if (permission.first) teller.opened({ ...placeOf(column), reason, until })
      return false
    }
    if (permission.kind === 'wait') await sleep(permission.millis)
    try {
      if (collision.tries >= settings.maxRetries) return await this.exhausted(collision)
      const outcome = await measurements.trace(tableOf(column), () => this.resync(collision))
      this.count(outcome, column)
      return outcome !== 'refused'
    } catch (error) {
      return this.refuse(column, messageOf(error))
    }
  }

  private async resync({ session, column }: Collision): Promise<HealOutcome> {
    const { target, settings, teller } = this.parts
    const { repaired, refused } = await resyncTable(session, target, column, settings)
    const isIt = (other: { readonly column: string }) => other.column === column.column
    for (const moved of repaired) {
      if (moved.sequence) this.budget.note(moved.sequence.oid, settings.now())
      teller.repaired(moved)
    }
    const obstacle = refused.find(isIt)
    if (obstacle) {
      teller.refused({ ...placeOf(column), reason: obstacle.reason })
      return 'refused'
    }
    // Not behind: another process may have repaired it since. The statement draws a new value in any case.
    return repaired.some(isIt) ? 'repaired' : 'unchanged'
  }

  private async exhausted({ session, column, tries }: Collision): Promise<false> {
    const cause = await likelyCause(session, column)
    const reason = `Inserts into ${columnName(column)} collide still, after ${String(tries)} retries. ${cause} Run: typeorm-resync verify --table ${tableArgument(column)}`
    return this.refuse(column, reason)
  }

  private refuse(column: ResolvedColumn, reason: string): false {
    this.count('refused', column)
    this.parts.teller.refused({ ...placeOf(column), reason })
    return false
  }

  private count(outcome: HealOutcome, column: ResolvedColumn): void {
    this.parts.measurements.count(outcome, tableOf(column))
  }
}

/** The column of the key that drew the colliding value; none where the row brought it. Of a row that a trigger wrote elsewhere, the statement tells nothing. */
function drawnColumn(
  columns: readonly ResolvedColumn[],
  { statement }: Violation,
): ResolvedColumn | undefined {
  const insert = statement === undefined ? null : parseInsert(statement)
  const named = insert ? columns.filter(({ table }) => table === insert.table) : []
  if (!insert || named.length === 0) return columns[0]
  return named.find(({ column }) => !insert.gives(column))
}

function tableOf({ schema, table }: ResolvedColumn): string {
  return quoteQualified(schema, table)
}

function placeOf({ schema, table, column }: ResolvedColumn) {
  return { schema, table, column }
}
