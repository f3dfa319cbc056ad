import type { Client } from 'pg'
import { repairSql } from '../../src/tools/sequences/repair-sql'

/** A way to resync the sequence of `t.id`. */
export interface Repair {
  readonly name: string
  /** Does it once; `undefined`: the baseline. */
  readonly run: ((client: Client) => Promise<unknown>) | undefined
}

/** As one message to the server, so that none is slowed by round trips. */
const sent =
  (sql: string): Repair['run'] =>
  (client) =>
    client.query(sql)

/** Ours. */
export const RESYNC: Repair = {
  name: 'typeorm-resync',
  run: sent(repairSql({ table: 't', column: 'id' })),
}

// On an empty table max(id) is null, and setval(…, null) does nothing: setval is strict.
const SETVAL_MAX = `select setval('t_id_seq', (select max(id) from t))`

/** What is compared: ours, and what is written by hand. */
export const REPAIRS: readonly Repair[] = [
  { name: 'none', run: undefined },
  RESYNC,
  { name: 'setval(max)', run: sent(SETVAL_MAX) },
  {
    name: 'GREATEST',
    run: sent(
      `select setval('t_id_seq', greatest((select max(id) from t), (select last_value from t_id_seq)))`,
    ),
  },
  {
    name: 'conditional',
    run: sent(
      `select setval('t_id_seq', m) from (select max(id) as m from t) x, t_id_seq s where s.last_value < m`,
    ),
  },
  {
    name: 'table lock',
    run: sent(`begin; lock table t in share row exclusive mode; ${SETVAL_MAX}; commit`),
  },
]
