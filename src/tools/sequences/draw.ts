import type { Session } from '../db/session'
import { inTransaction, type Timeouts } from '../db/transaction'
import type { RepairPlan } from './plan'
import { repairAlone } from './repair-alone'
import { BURN_LIMIT } from './repair-sql'

/** Sequences in one statement, which keeps a weak lock on each until it ends: default settings have room for 6,400 locks. */
const BATCH = 100

/** Values drawn in one statement: a third of a second. */
const MOST_DRAWS = BigInt(BURN_LIMIT)

/**
 * The first way of the repair, for many sequences at once: draws what is missing of each with nextval, which can only go forward and holds up no
 * writer. How many that is, is told anew, because others may have drawn meanwhile; more than were planned are never drawn. Returns how many, in order.
 */
const DRAW = `
  select missing.draws::text as draws,
         (select pg_catalog.max(drawn.value)
            from (select pg_catalog.nextval(missing.sequence) as value
                    from (select pg_catalog.generate_series(1, missing.draws)) series offset 0) drawn)
    from (select wanted.position, wanted.sequence::regclass as sequence,
                 case when (wanted.last - reached.next) * wanted.step < 0 then 0
                      else least(pg_catalog.div(wanted.last - reached.next, wanted.step) + 1, wanted.planned) end::bigint as draws
            from rows from (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::numeric[]), pg_catalog.unnest($3::numeric[]),
                            pg_catalog.unnest($4::numeric[]), pg_catalog.unnest($5::numeric[]))
                 with ordinality wanted(sequence, step, next, last, planned, position)
           cross join lateral (
             select coalesce(pg_catalog.pg_sequence_last_value(wanted.sequence::regclass) + wanted.step, wanted.next) as next) reached
          offset 0) missing
   order by missing.position`

/** What is to be drawn of one sequence. */
export type Drawn = Pick<RepairPlan, 'method' | 'gap' | 'before' | 'after'> & {
  readonly resolved: Pick<RepairPlan['resolved'], 'sequence'>
}

/** A repair that needs nothing but drawing a few values. */
export function isDrawn({ method, resolved, gap }: Drawn): boolean {
  return method === 'burn' && resolved.sequence.cache === 1n && gap <= MOST_DRAWS
}

/** Returns plans in batches whose values can be drawn by one statement each, in their order. */
export function drawnTogether<T extends Drawn>(plans: readonly T[]): T[][] {
  const batches: T[][] = []
  let draws = 0n
  for (const plan of plans) {
    const batch = batches.at(-1)
    draws += plan.gap
    if (batch && batch.length < BATCH && draws <= MOST_DRAWS) {
      batch.push(plan)
    } else {
      batches.push([plan])
      draws = plan.gap
    }
  }
  return batches
}

/**
 * Draws what the planned repairs miss, in a transaction of its own; returns of each whether anything was drawn. Of two that draw from one sequence the second
 * waits, and then finds it drawn: at the same time each would draw all that is missing.
 */
export async function drawMissing(
  session: Session,
  plans: readonly Drawn[],
  timeouts: Timeouts,
): Promise<boolean[]> {
  const of = (value: (plan: Drawn) => bigint | string) => plans.map((plan) => String(value(plan)))
  const oids = of(({ resolved }) => resolved.sequence.oid)
  const rows = await inTransaction(
    session,
    'read write',
    timeouts,
    () =>
      session.query<{ draws: string }>(DRAW, [
        oids,
        of(({ resolved }) => resolved.sequence.increment),
        of(({ before }) => before),
        of(({ after, resolved }) => after - resolved.sequence.increment),
        of(({ gap }) => gap),
      ]),
    repairAlone(oids),
  )
  return rows.map(({ draws }) => draws !== '0')
}
