import { describe, expect, it } from 'vitest'
import { parseInsert } from '../../src/tools/sql/insert-statement'

/** What is read of a statement: its table, whether it gives the id, and which conflicts it passes over. */
const STATEMENTS: readonly (readonly [
  sql: string,
  table: string,
  gives: boolean,
  conflict: unknown,
])[] = [
  [
    'INSERT INTO "shop"."Line Item"("id", "name") VALUES (DEFAULT, $1)',
    'shop.Line Item',
    false,
    null,
  ],
  ['insert into Orders (ID) values (1)', 'orders', true, null],
  ['insert into t (name) select id from other', 't', false, null],
  ['insert into t (id) select 1', 't', true, null],
  ['insert into t default values returning *', 't', false, null],
  ['insert into t values (default)', 't', true, null],
  ['insert into t as x (id, a) values (default, (1, 2)), (default, f(3, 4))', 't', false, null],
  ['insert into t (id, a) values (default, 1), (5, 2)', 't', true, null],
  ['insert into t (id) overriding user value values (3)', 't', false, null],
  ['insert into t (id) overriding system value values (3)', 't', true, null],
  ["insert into t (a, id) values ('), (default', default)", 't', false, null],
  ["insert into t (a, id) values (e'\\'), (', default)", 't', false, null],
  ["insert into t (a, id) values ($q$'), ('$q$, default)", 't', false, null],
  ['insert /* into x */ into -- y\n t (a) values (1)', 't', false, null],
  ['insert into "a""b"."c.d" ("i""d") values (1)', 'a"b.c.d', false, null],
  ['insert into t (a) values (1) on conflict do nothing', 't', false, 'any'],
  [
    'insert into t (a) values (1) ON CONFLICT ( "id", b ) DO UPDATE SET a = 2',
    't',
    false,
    { columns: ['id', 'b'] },
  ],
  [
    'insert into t (a) values (1) on conflict (lower(a)) do nothing',
    't',
    false,
    { columns: ['lower'] },
  ],
  [
    'insert into t (a) values (1) on conflict on constraint "PK_1" do nothing',
    't',
    false,
    { constraint: 'PK_1' },
  ],
  ["insert into t (a) values ('on conflict do nothing')", 't', false, null],
  [
    'insert into t (a) select 1 from x join y on (conflict) on conflict do nothing',
    't',
    false,
    'any',
  ],
]

describe('an INSERT', () => {
  it.each(STATEMENTS)('is read: %s', (sql, table, gives, conflict) => {
    const insert = parseInsert(sql)
    expect(insert && [insert.schema, insert.table].filter(Boolean).join('.')).toBe(table)
    expect(insert?.gives('id')).toBe(gives)
    expect(insert?.onConflict).toEqual(conflict)
  })

  it.each([
    'update t set id = 1',
    'with x as (select 1) insert into t values (1)',
    'insert',
    'insert into',
    '',
  ])('is not read from: %s', (sql) => {
    expect(parseInsert(sql)).toBeNull()
  })
})
