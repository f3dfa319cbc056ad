import { expect, it } from 'vitest'
import { patience } from '../../src/tools/sequences/failure'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const database = useDatabase()

it.each([
  [
    'cycles',
    'create table t (id bigserial); alter sequence t_id_seq cycle; insert into t values (9)',
    'next value 1, highest value 9',
    'It cycles: it returns to used values by design. Where that is not meant, run: ALTER SEQUENCE "public"."t_id_seq" NO CYCLE',
  ],
  [
    'is held up to its end',
    'create table t (id smallserial); insert into t values (32767)',
    'next value 1, highest value 32767',
    'No value is left past that: its range ends at 32767. A larger type helps, or a larger MAXVALUE; a resync does not.',
  ],
])(
  'a sequence that is behind and %s is not said to be for apply, which says the same',
  async (_, sql, numbers, cure) => {
    await database.query(`drop table if exists t; ${sql}`)
    const args = ['--url', database.url, '--table', 't']
    const verified = await resync(['verify', ...args])
    expect(verified.err).toBe(
      `Sequence "public"."t_id_seq" is behind "public"."t"."id": ${numbers}. ${cure}`,
    )
    const applied = await resync(['apply', ...args])
    expect(applied.err).toBe(
      `Sequence "public"."t_id_seq" is behind "public"."t"."id" (${numbers}). Nothing was changed. ${cure}`,
    )
    expect(applied.exitCode).toBe(1)
  },
)

it.each([
  ['55P03', { lockTimeout: '500ms' }, ' --lock-timeout 10s'],
  ['55P03', { lockTimeout: '20s' }, ' --lock-timeout 100s'],
  ['57014', {}, ' --statement-timeout 10min'],
  ['57014', { statementTimeout: '30min' }, ' --statement-timeout 9000s'],
  ['42501', {}, ''],
])('after %s with %o, what is offered waits longer than it did', (state, timeouts, option) => {
  expect(patience(state, timeouts)).toBe(option)
})
