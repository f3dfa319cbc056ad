import { repairSql } from '../../src/tools/sequences/repair-sql'

/** A way to resync the sequence of `t.id`. */
export interface Repair {
  readonly name: string
  /** As one message to the server, so that none is slowed by round trips. `undefined`: the baseline. */
  readonly sql: string | undefined
}

// On an empty table max(id) is null, and setval(…, null) does nothing: setval is strict.
const SETVAL_MAX = `select setval('t_id_seq', (select max(id) from t))`

/** What is compared: ours, and what is written by hand. */
export const REPAIRS: readonly Repair[] = [
  { name: 'none', sql: undefined },
  { name: 'typeorm-resync', sql: repairSql({ table: 't', column: 'id' }) },
  { name: 'setval(max)', sql: SETVAL_MAX },
  {
    name: 'GREATEST',
    sql: `select setval('t_id_seq', greatest((select max(id) from t), (select last_value from t_id_seq)))`,
  },
  {
    name: 'conditional',
    sql: `select setval('t_id_seq', m) from (select max(id) as m from t) x, t_id_seq s where s.last_value < m`,
  },
  {
    name: 'table lock',
    sql: `begin; lock table t in share row exclusive mode; ${SETVAL_MAX}; commit`,
  },
]
