import type { Client } from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { quoteIdentifier, quoteQualified } from '../../src/tools/db/quoting'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { verifySequences, type VerifiedColumn } from '../../src/tools/sequences/verify'
import { useDatabase } from '../support/database'
import { postgresMajor } from '../support/postgres-version'
import { BINDINGS } from './bindings'
import type { Case, Expected } from './case'
import { NAMES } from './names'
import { SHARING } from './sharing'
import { VALUES } from './values'

const database = useDatabase()
let client: Client

beforeAll(async () => {
  client = await database.connect()
})

/** Every sequence of the schema, as it stands on disk. */
async function sequencesIn(schema: string): Promise<Record<string, unknown>> {
  const { rows } = await client.query<{ relname: string }>(
    `select relname from pg_class where relkind = 'S' and relnamespace = $1::regnamespace order by relname`,
    [quoteIdentifier(schema)],
  )
  const states: Record<string, unknown> = {}
  for (const { relname } of rows) {
    const state = await client.query(
      `select last_value, is_called from ${quoteQualified(schema, relname)}`,
    )
    states[relname] = state.rows[0]
  }
  return states
}

async function nextInsert(schema: string, { table, column }: VerifiedColumn): Promise<bigint> {
  const { rows } = await client.query<{ value: string }>(
    `insert into ${quoteQualified(schema, table)} default values returning ${quoteIdentifier(column)}::text as value`,
  )
  return BigInt(rows[0]?.value ?? '')
}

function summary(column: VerifiedColumn, outcome: Expected[4]): Expected {
  return [
    `${column.table}.${column.column}`,
    column.binding,
    column.sequence?.name ?? null,
    column.verdict,
    outcome,
    ...column.faults.map(({ kind }) => kind),
  ]
}

async function check({ sql, columns: expected, ...options }: Case): Promise<void> {
  const schema = options.schema ?? `conformance_${String(Math.random()).slice(2)}`
  const scope = { schemas: [schema] }
  await client.query(
    `create schema ${quoteIdentifier(schema)}; set search_path to ${quoteIdentifier(schema)}`,
  )
  await client.query(sql)
  const created = await sequencesIn(schema)

  const { columns } = await verifySequences(client, scope)
  expect(await sequencesIn(schema)).toEqual(created)
  const outcomes = new Map(expected.map((row) => [row[0], row[4]]))
  expect(
    columns.map((column) =>
      summary(column, outcomes.get(`${column.table}.${column.column}`) ?? 'no insert'),
    ),
  ).toEqual(expected)

  const first = await resyncSequences(client, scope)
  const refused = first.refused.map(({ table, column }) => `${table}.${column}`)
  expect(refused).toEqual(expected.filter((row) => row[4] === 'refused').map(([column]) => column))
  const repaired = await sequencesIn(schema)
  if (columns.every(({ verdict }) => verdict !== 'behind') || refused.length === columns.length) {
    expect(repaired).toEqual(created)
  }

  const second = await resyncSequences(client, scope)
  expect(second.repaired).toEqual([])
  expect(await sequencesIn(schema)).toEqual(repaired)

  for (const [index, column] of columns.entries()) {
    const outcome = expected[index]?.[4]
    if (typeof outcome === 'bigint') expect(await nextInsert(schema, column)).toBe(outcome)
  }
}

describe.each([
  ['bindings', BINDINGS],
  ['sharing', SHARING],
  ['values', VALUES],
  ['names', NAMES],
])('%s', (_, cases) => {
  for (const one of cases) {
    const possible = (one.since ?? 0) <= postgresMajor()
    it.runIf(possible)(one.name, () => check(one))
  }
})
