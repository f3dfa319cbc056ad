import { createHash } from 'node:crypto'
import type { TrapColumn } from './trap-sql'

/** The table that a trap writes to, in the schema of the table it watches: to make it takes no right but CREATE there. */
export const TRAP_TABLE = 'typeorm_resync_trap'

/** Returns the name of a column's trigger and function. A digest: names of 63 bytes leave no room for another word. */
export function trapName({ schema, table, column }: TrapColumn): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([schema, table, column]))
    .digest('hex')
  return `${TRAP_TABLE}_${digest.slice(0, 12)}`
}
