import { expect, it } from 'vitest'
import { readSequenceColumns } from '../../src/tools/catalog/columns'
import { isResolved } from '../../src/tools/catalog/sequence-column'
import { withSession } from '../../src/tools/db/session'
import { judgeAll } from '../../src/tools/sequences/verdict'
import { useDatabase } from '../support/database'

const database = useDatabase()

it('compares the furthest look at a shared sequence with every column, whichever was read first', async () => {
  await database.query(
    `create sequence s; create table a (id bigint default nextval('s')); create table b (id bigint default nextval('s'))`,
  )
  const client = await database.connect()
  const [a, b] = (await withSession(client, readSequenceColumns)).filter(isResolved)
  await client.end()
  if (!a || !b) throw new Error('Both columns draw from the sequence.')
  // Read in two statements, between which writers drew 11 to 20 and inserted 20 into b.
  const early = { column: a, state: { lastValue: 10n, isCalled: true, columnMax: 9n } }
  const late = { column: b, state: { lastValue: 20n, isCalled: true, columnMax: 20n } }
  for (const [one, other] of [
    [early, late],
    [late, early],
  ] as const) {
    expect(judgeAll([one, other])).toMatchObject([
      { verdict: 'ok', lastValue: 20n, nextValue: 21n },
      { verdict: 'ok', lastValue: 20n, nextValue: 21n },
    ])
  }
  const behind = { column: b, state: { ...late.state, columnMax: 25n } }
  expect(judgeAll([early, behind])).toMatchObject([
    { verdict: 'behind', columnMax: 9n, gap: 5n },
    { verdict: 'behind', columnMax: 25n, gap: 5n },
  ])
})
