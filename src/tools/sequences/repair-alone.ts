import { quoteLiteral } from '../db/quoting'

/**
 * Returns the statement that waits until nobody else who runs it repairs one of the sequences, and keeps it so until the transaction ends. An advisory lock holds up
 * no writer, and ends with the transaction, also behind a pooler; its numbers are ours ('rsyn') and the sequence's oid, which goes up to 2^32. In the
 * order of the oids, so that no two wait for each other. Constants, because it goes in one message with others.
 */
export function repairAlone(oids: readonly string[]): string {
  return `select pg_catalog.pg_advisory_xact_lock(1920170350, (wanted.oid - 2147483648)::integer)
    from (select oid from pg_catalog.unnest(${quoteLiteral(`{${oids.join(',')}}`)}::bigint[]) oid order by oid offset 0) wanted`
}
