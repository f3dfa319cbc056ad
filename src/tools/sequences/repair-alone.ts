import type { Session } from '../db/session'

/**
 * An advisory lock holds up no writer, and ends with the transaction, also behind a pooler. Its numbers are ours ('rsyn') and the sequence's oid, which
 * goes up to 2^32. In the order of the oids, so that no two wait for each other.
 */
const REPAIR_ALONE = `
  select pg_catalog.pg_advisory_xact_lock(1920170350, (wanted.oid - 2147483648)::integer)
    from (select oid from pg_catalog.unnest($1::bigint[]) oid order by oid offset 0) wanted`

/** Waits until nobody else who asks for this repairs one of the sequences, and keeps it so until the transaction ends. At most for the lock timeout. */
export async function repairAlone(session: Session, oids: readonly string[]): Promise<void> {
  await session.query(REPAIR_ALONE, [oids])
}
