import fc from 'fast-check'
import { clamp, TYPE_RANGES, type IntegerType } from './integers'
import { pick, SCHEMA, type Column, type Schema, type Sequence } from './schema'

const types = fc.constantFrom<IntegerType>('int4', 'int8', 'int2')

/**
 * The ends of an ascending sequence; those of a descending one are the same below zero. Null: the type's own. The far end may be beyond what the column
 * can hold, the near end is not.
 */
const RANGES = [
  { near: 1n, far: null },
  { near: -30n, far: 60n },
  { near: 1n, far: 2_500_000n },
  { near: -30_000n, far: 1_600_000n },
] as const

/** A sequence, whatever its name and type are. */
const sequenceOptions = fc.record({
  increment: fc.constantFrom(1n, 2n, 10n, -1n, -3n),
  cache: fc.constantFrom(1n, 5n),
  range: fc.oneof(
    { arbitrary: fc.constant(RANGES[0]), weight: 3 },
    { arbitrary: fc.constantFrom(...RANGES), weight: 2 },
  ),
  /** Where it starts, as a distance from the near end. */
  offset: fc.constantFrom(0n, 7n),
  cycle: fc.oneof(
    { arbitrary: fc.constant(false), weight: 5 },
    { arbitrary: fc.constant(true), weight: 1 },
  ),
})

/** A table with a serial or an identity, perhaps with a relative. */
const ownedTables = fc.record({
  type: types,
  generated: fc.constantFrom('serial', 'always', 'by default'),
  kin: fc.constantFrom('none', 'partitions', 'child', 'copy'),
  options: sequenceOptions,
})

/** A sequence that nobody owns, and one to three columns that draw from it. */
const freeSequences = fc.record({
  type: types,
  options: sequenceOptions,
  place: fc.constantFrom('tables of their own', 'one table'),
  fed: fc.array(
    fc.record({
      type: types,
      by: fc.constantFrom('default', 'default by name', 'default, owning another', 'domain'),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})

/** What an arbitrary makes. */
export type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never

/** One to three sequences with all that belongs to them. */
export const schemas: fc.Arbitrary<Schema> = fc
  .array(fc.oneof(ownedTables, freeSequences), { minLength: 1, maxLength: 3 })
  .map((groups) => {
    const parts = groups.map((group, index) => {
      const name = pick(['a', 'b', 'c'], index)
      return 'fed' in group ? freeSequence(name, group) : ownedSequence(name, group)
    })
    return {
      sql: parts.flatMap(({ sql }) => sql),
      columns: parts.flatMap(({ columns }) => columns),
      idle: parts.flatMap(({ idle }) => idle),
    }
  })

function ownedSequence(
  table: string,
  { type, generated, kin, options }: Generated<typeof ownedTables>,
): Schema {
  const sequence = sequenceOf(`${table}_id_seq`, type, options)
  const key = { column: 'id', type, sequence, nullable: false }
  const unique = (of: string) => `create unique index on ${of} (id)`
  const fed = (of: string): Column => ({ ...key, table: of, rows: `only ${of}` })

  const isSerial = generated === 'serial'
  const id = isSerial
    ? `id ${type.replace('int', 'serial')}`
    : `id ${type} generated ${generated} as identity (${clauses(sequence)})`
  const sql = (suffix: string, ...more: string[]) => [
    `create table ${table} (${id})${suffix}`,
    ...(isSerial ? [`alter sequence ${sequence.name} ${clauses(sequence)} restart`] : []),
    unique(table),
    ...more,
  ]
  const [child, copy] = [`${table}_child`, `${table}_copy`]

  // Before PostgreSQL 17 a partitioned table can have no identity.
  if (kin === 'partitions' && isSerial) {
    const partition = (remainder: number) =>
      `create table ${table}_${String(remainder)} partition of ${table} for values with (modulus 2, remainder ${String(remainder)})`
    return {
      sql: sql(' partition by hash (id)', partition(0), partition(1)),
      columns: [{ ...fed(table), rows: table }],
      idle: [],
    }
  }
  if (kin === 'child') {
    return {
      sql: sql('', `create table ${child} () inherits (${table})`, unique(child)),
      // A default is inherited, an identity is not.
      columns: isSerial ? [fed(table), fed(child)] : [fed(table)],
      idle: [],
    }
  }
  if (kin === 'copy') {
    const own = isSerial ? sequence : { ...sequence, name: `${copy}_id_seq` }
    return {
      sql: sql('', `create table ${copy} (like ${table} including all)`),
      columns: [fed(table), { ...fed(copy), sequence: own }],
      idle: [],
    }
  }
  return { sql: sql(''), columns: [fed(table)], idle: [] }
}

function freeSequence(
  prefix: string,
  { type, options, place, fed }: Generated<typeof freeSequences>,
): Schema {
  const name = `${prefix}_seq`
  const sequence = sequenceOf(name, type, options)
  const sql = [`create sequence ${name} as ${type} ${clauses(sequence)}`]
  const columns: Column[] = []
  const idle: string[] = []
  for (const [index, { type, by }] of fed.entries()) {
    const table = place === 'one table' ? prefix : `${prefix}${String(index)}`
    const column = `c${String(index)}`
    const domain = `${table}_${column}`
    columns.push({ table, column, type, sequence, rows: `only ${table}`, nullable: true })

    if (place !== 'one table' || index === 0) sql.push(`create table ${table} ()`)
    const add = `alter table ${table} add ${column}`
    // The catalog does not record a sequence that is named as text, so beside another table that draws from it nobody can know of this one.
    switch (by === 'default by name' && fed.length > 1 ? 'default' : by) {
      case 'default':
        sql.push(`${add} ${type} default nextval('${name}')`)
        break
      case 'default by name':
        sql.push(`${add} ${type} default nextval('${SCHEMA}.${name}'::text)`)
        break
      case 'default, owning another':
        sql.push(`${add} ${type.replace('int', 'serial')}`)
        sql.push(
          `alter table ${table} alter ${column} drop not null, alter ${column} set default nextval('${name}')`,
        )
        idle.push(`${table}_${column}_seq`)
        break
      case 'domain':
        sql.push(`create domain ${domain} as ${type} default nextval('${name}')`)
        sql.push(`${add} ${domain}`)
        break
    }
    sql.push(`create unique index on ${table} (${column})`)
  }
  return { sql, columns, idle }
}

function sequenceOf(
  name: string,
  type: IntegerType,
  options: Generated<typeof sequenceOptions>,
): Sequence {
  const { increment, cache, cycle, range, offset } = options
  const whole = TYPE_RANGES[type]
  const [near, far] = [range.near, range.far ?? whole.max]
  const up = increment > 0n
  const min = clamp(up ? near : -far, whole)
  const max = clamp(up ? far : -near, whole)
  return { name, increment, min, max, start: up ? min + offset : max - offset, cache, cycle }
}

function clauses({ increment, min, max, start, cache, cycle }: Sequence): string {
  return (
    `increment ${String(increment)} minvalue ${String(min)} maxvalue ${String(max)} ` +
    `start ${String(start)} cache ${String(cache)}${cycle ? ' cycle' : ''}`
  )
}
