import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockSize } from '../../src/tools/diagnose/ids/patterns'
import { redacted } from '../../src/tools/diagnose/statements/redacted'
import { restarts } from '../../src/tools/diagnose/statements/restarts'
import { readWrites } from '../../src/tools/diagnose/statements/writes'
import { assigns } from '../../src/tools/diagnose/triggers/assignments'
import type { VerifiedColumn } from '../../src/tools/sequences/verify'

const SEQUENCE = { schema: 'shop', name: 't_id_seq', increment: 1n }
const COLUMN = { schema: 'shop', table: 't', column: 'id', sequence: SEQUENCE, columnMax: 9n }

/** Only what restarts reads. */
const column = COLUMN as unknown as VerifiedColumn

describe('restarts', () => {
  it.each([
    ['alter sequence shop.t_id_seq restart', false, 'likely'],
    ['alter sequence if exists "shop"."t_id_seq" restart with 9', false, 'likely'],
    ['alter sequence shop.t_id_seq restart with 10', false, null],
    ['alter sequence shop.t_id_seq restart with -10', false, 'likely'],
    ['alter sequence other.t_id_seq restart', true, null],
    ['alter sequence t_id_seq restart', true, 'possible'],
    ['alter sequence t_id_seq restart', false, 'likely'],
    ['alter sequence t_id_seq increment 2 /* restart */', false, null],
    ['alter table only shop.t alter column id restart', false, 'likely'],
    ['alter table shop.t alter other restart', false, null],
    ['alter table other.t alter id restart', true, null],
    ['truncate shop.a, shop.t restart identity cascade', false, 'possible'],
    ['truncate other.t restart identity', true, null],
    ['select setval($1, (select max(t.id) from shop.t))', true, 'likely'],
    ['select setval($1, (select max(t.id) from other.t))', true, null],
    ['select setval($1, (select max(id) from t))', true, 'possible'],
    ['with x as (select 1) select setval($1, 1)', false, 'possible'],
    [`select 'setval', "restart" from shop.t`, false, null],
  ])('%s, with a namesake %s: %s', (sql, hasNamesake, expected) => {
    const known = { ofTable: hasNamesake, ofSequence: hasNamesake }
    expect(restarts(sql, column, known)).toBe(expected)
  })
})

it.each([
  ['insert into shop.t (id) values ($1)', [true]],
  ['insert into "T" ("ID") values (1)', [false]],
  [
    'with x as (insert into t (id) values (1)), y as (insert into t (id) values (default)) select',
    [true, false],
  ],
  ['merge into t using s on true when not matched then insert (id) values (s.id)', [true]],
  [`select 'insert into t (id) values (1)'`, []],
  ['/* insert into t (id) values (1) */ insert into t default values', [false]],
  ['insert into t (id) overriding user value values (1)', [false]],
  [`insert into t (note) values ('); insert into t (id) values (1)')`, [false]],
])('reads the writes of %s', (sql, expected) => {
  expect(readWrites(sql).map((write) => write.gives('id', ['id', 'note']))).toEqual(expected)
})

it.each([
  ['begin new.id := 1; end', 'always'],
  ['begin if true then new.id = 1; end if; end', 'sometimes'],
  ['begin -- new.id := 1;\n return new; end', null],
  ['begin /* /* */ ; new.id := 1; */ return new; end', null],
  [`begin raise notice '; new.id := 1'; end`, null],
  [`begin new.id := nextval('shop.t_id_seq'); end`, null],
  ['begin if new.id = 1 then return null; end if; end', null],
])('reads what %j assigns', (body, expected) => {
  expect(assigns(body, 'id', 't_id_seq')).toBe(expected)
})

it('tells the size of blocks, and sees none in values that follow each other', () => {
  expect(blockSize([50n, 51n, 100n, 101n, 200n, 201n, 250n, 251n])).toBe(50n)
  expect(blockSize([1n, 2n, 3n, 5n, 6n, 9n, 10n])).toBeNull()
  expect(blockSize([])).toBeNull()
})

describe('redacted', () => {
  const SECRET = 'sesame'
  const around: ((text: string) => string)[] = [
    (text) => `'${text}'`,
    (text) => `'it''s ${text}'`,
    (text) => `E'\\'${text}\\\\'`,
    (text) => `$$'${text}$$`,
    (text) => `$tag$ $$ ${text} $tag$`,
    (text) => `/* ${text} */`,
    (text) => `/* /* */ ${text} */`,
    (text) => `-- ' ${text}\n`,
  ]
  // Nothing closes these, so that they end the text.
  const unclosed: typeof around = [
    (text) => `E'x''\\' ${text}`,
    (text) => `/* ${text}`,
    (text) => `' ${text}`,
    (text) => `E'abc\\' ${text}`,
    (text) => `$tag$ ${text} $$`,
    (text) => `" ${text}`,
  ]

  it('never shows what stands in a constant or a comment, wherever it is', () => {
    const literal = fc.constantFrom(...around).map((wrap) => ` ${wrap(SECRET)} `)
    const last = fc.constantFrom(...unclosed).map((wrap) => wrap(SECRET))
    const code = fc.constantFrom(
      'insert into t',
      '(',
      ')',
      ',',
      '.',
      '"a""b"',
      '$1',
      '1.5',
      '\n',
      '+',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(literal, code), { maxLength: 12 }), last, (parts, end) => {
        expect(redacted([...parts, end].join(' '), 10_000)).not.toContain(SECRET)
      }),
      { numRuns: 3_000 },
    )
  })
})

it.each([
  `'`,
  `"`,
  '/*',
  '$a$ $b$ ',
  '(',
  `E'\\'`,
  '--',
  'insert into t (',
  ';new.id:=',
  'setval alter restart ',
])('comes to an end on 100 kB of %j', (junk) => {
  const text = junk.repeat(Math.ceil(100_000 / junk.length))
  for (const sql of [text, `insert into ${text}`, `alter sequence ${text} restart`]) {
    expect(typeof redacted(sql, 1e6)).toBe('string')
    expect(readWrites(sql).length).toBeGreaterThanOrEqual(0)
    restarts(sql, column, { ofTable: false, ofSequence: false })
    assigns(text, 'id', undefined)
  }
})
