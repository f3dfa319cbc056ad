import fc from 'fast-check'
import { expect } from 'vitest'
import { checkApply, checkInserts, checkVerify } from './checks'
import type { Generated } from './generated-schema'
import { clamp, TYPE_RANGES } from './integers'
import { end, judge, look, upcoming } from './oracle'
import { explicitInsert, type Run } from './run'
import { pick, type Column } from './schema'

/** A place on the line of values: so many values on from a mark, and then perhaps off the sequence's phase. */
const places = fc.record({
  from: fc.oneof(
    { arbitrary: fc.constantFrom('next value', 'furthest value'), weight: 3 },
    { arbitrary: fc.constantFrom('zero', 'end'), weight: 1 },
  ),
  values: fc.oneof(
    // Where it is one more or less, mistakes show.
    { arbitrary: fc.constantFrom(0n, 1n, -1n), weight: 6 },
    { arbitrary: fc.bigInt(-12n, 30n), weight: 6 },
    // A gap of more than a million is repaired in another way than a smaller one, which takes the longer the larger it is.
    { arbitrary: fc.bigInt(1_000_001n, 3_000_000n), weight: 2 },
    { arbitrary: fc.constant(100_000n), weight: 1 },
  ),
  off: fc.oneof(
    { arbitrary: fc.constant(0n), weight: 2 },
    { arbitrary: fc.bigInt(-5n, 5n), weight: 1 },
  ),
})

type Place = Generated<typeof places>

/** Which of the columns, counted round and round. */
const column = fc.nat(8)
const writer = fc.nat(1)
const times = fc.integer({ min: 1, max: 7 })

const writes = fc.oneof(
  fc.record({ do: fc.constant('insert defaults'), column, writer, times }),
  fc.record({ do: fc.constant('insert'), column, writer, id: fc.option(places, { freq: 9 }) }),
  fc.record({ do: fc.constant('setval'), column, to: places, called: fc.boolean() }),
)

const rareWrites = fc.oneof(
  fc.record({ do: fc.constant('nextval'), column, writer }),
  fc.record({ do: fc.constant('delete the furthest'), column }),
  fc.record({ do: fc.constant('truncate'), column, restart: fc.boolean() }),
)

const scoped = { column, onlyItsTable: fc.boolean() }
const commits = fc.boolean()

const looks = fc.oneof(
  fc.record({ do: fc.constant('verify'), ...scoped }),
  fc.record({ do: fc.constant('apply'), ...scoped }),
  fc.record({ do: fc.constant('apply in a transaction'), ...scoped, id: places, commits }),
  fc.record({ do: fc.constant('apply beside a transaction'), ...scoped, commits }),
)

/** What happens to a schema, one thing after another. */
export const operations = fc.oneof(
  { arbitrary: writes, weight: 3 },
  { arbitrary: rareWrites, weight: 1 },
  { arbitrary: looks, weight: 2 },
)

/** Does it, and checks what must hold after it. */
export async function perform(operation: Generated<typeof operations>, run: Run): Promise<void> {
  const { schema, tool, writers } = run
  const column = pick(schema.columns, operation.column)
  const { table, rows, sequence } = column
  const session = pick(writers, 'writer' in operation ? operation.writer : 0)
  const scope = 'onlyItsTable' in operation && operation.onlyItsTable ? table : null

  switch (operation.do) {
    case 'insert defaults':
      for (let done = 0; done < operation.times; done += 1)
        await session.attempt(`insert into ${table} default values`)
      break
    case 'insert':
      if (operation.id === null && !column.nullable) break
      await session.query(
        explicitInsert(column, schema, operation.id && (await idAt(operation.id, column, run))),
      )
      break
    case 'nextval':
      await session.attempt(`select nextval('${sequence.name}')::text as value`)
      break
    case 'setval': {
      const value = clamp(await valueAt(operation.to, column, run), sequence)
      await session.query(
        `select setval('${sequence.name}', ${String(value)}, ${String(operation.called)})`,
      )
      break
    }
    case 'delete the furthest': {
      const extreme = sequence.increment > 0n ? 'max' : 'min'
      await session.query(
        `delete from ${rows} where ${column.column} = (select ${extreme}(${column.column}) from ${rows})`,
      )
      break
    }
    case 'truncate':
      await session.query(`truncate ${rows}${operation.restart ? ' restart identity' : ''}`)
      break
    case 'verify':
      await checkVerify(run, scope)
      break
    case 'apply':
      await checkInserts(run, await checkApply(run, scope))
      break
    case 'apply in a transaction': {
      await tool.query('begin')
      await tool.query(explicitInsert(column, schema, await idAt(operation.id, column, run)))
      const repaired = await checkApply(run, scope)
      const { states } = await look(tool.client, schema)
      await tool.query(operation.commits ? 'commit' : 'rollback')
      const after = await look(tool.client, schema)
      expect(after.states, 'the end of the transaction moved a sequence').toEqual(states)
      await checkInserts(run, repaired)
      break
    }
    case 'apply beside a transaction': {
      const [, other] = writers
      // A value that it has cached may be one that apply cannot know of: further than the sequence, which went back since, and not committed.
      await other.query('begin; discard sequences')
      const outcome = await other.attempt(`insert into ${table} default values`)
      // What was refused has ended its transaction, and the locks with it.
      const drawn = outcome.startsWith('refused') ? [] : schema.columns
      const locked = drawn.filter((one) => one.table === column.table)
      const repaired = await checkApply(run, scope, new Set(locked.map((one) => one.sequence)))
      await other.query(operation.commits ? 'commit' : 'rollback')
      await checkInserts(run, repaired)
      break
    }
  }
}

/** Verifies everything, at once and table by table, and repairs it, whatever happened before. */
export async function settle(run: Run): Promise<void> {
  await checkVerify(run, null)
  for (const table of new Set(run.schema.columns.map((one) => one.table)))
    await checkVerify(run, table)
  await checkInserts(run, await checkApply(run, null))
}

async function idAt(place: Place, column: Column, run: Run): Promise<bigint> {
  return clamp(await valueAt(place, column, run), TYPE_RANGES[column.type])
}

async function valueAt(place: Place, column: Column, { schema, tool }: Run): Promise<bigint> {
  const { from, values, off } = place
  const { increment } = column.sequence
  const snapshot = await look(tool.client, schema)
  const next = upcoming(snapshot, column.sequence)
  switch (from) {
    case 'next value':
      return next + values * increment + off
    case 'furthest value':
      return (judge(column, schema, snapshot).columnMax ?? next) + values * increment + off
    case 'zero':
      return values * increment + off
    case 'end':
      return end(column) - values * increment + off
  }
}
