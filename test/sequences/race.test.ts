import { describe, expect, it } from 'vitest'
import { repairSql } from '../../src/tools/sequences/repair-sql'
import { verifySequences } from '../../src/tools/sequences/verify'
import { useDatabase } from '../support/database'
import { runRace } from '../support/race'

const database = useDatabase()

describe('beside 8 writers', () => {
  it('a repair in a loop makes no duplicate key and never moves the sequence back', async () => {
    await database.query('create table quiet (id bigserial primary key)')
    const repair = repairSql({ table: 'quiet', column: 'id' })
    const result = await runRace(database, {
      table: 'quiet',
      repair: (client) => client.query(repair),
      seconds: 10,
    })
    expect(result).toMatchObject({ duplicates: 0, steppedBack: 0 })
    expect(result.repairs).toBeGreaterThan(100)
  })

  it('nor does it while rows with explicit ids open gaps that are drawn, and gaps that take setval', async () => {
    await database.query('create table jumpy (id bigserial primary key)')
    const repair = repairSql({ table: 'jumpy', column: 'id' })
    const result = await runRace(database, {
      table: 'jumpy',
      repair: (client) => client.query(repair),
      seconds: 10,
      jumps: [200_000, 2_000_000],
    })
    expect(result).toMatchObject({ duplicates: 0, steppedBack: 0 })
    const [sequence] = await database.query<{ last_value: string }>(
      'select last_value from jumpy_id_seq',
    )
    expect(Number(sequence?.last_value)).toBeGreaterThan(10_000_000)
  })

  it('verify never finds a good sequence behind, nor its value lower than before', async () => {
    await database.query('create table watched (id bigserial primary key)')
    const seen: bigint[] = []
    const verdicts = new Set<string>()
    await runRace(database, {
      table: 'watched',
      repair: async (client) => {
        const { columns } = await verifySequences(client, { tables: ['watched'] })
        for (const { verdict, lastValue } of columns) {
          verdicts.add(verdict)
          seen.push(lastValue ?? 0n)
        }
      },
      seconds: 5,
    })
    expect([...verdicts]).toEqual(['ok'])
    expect(seen.filter((value, index) => value < (seen[index - 1] ?? 0n))).toEqual([])
  })

  it('the setval that everyone writes does both: this harness can fail', async () => {
    await database.query('create table harmed (id bigserial primary key)')
    const result = await runRace(database, {
      table: 'harmed',
      repair: (client) =>
        client.query(
          `select setval(pg_get_serial_sequence('harmed', 'id'), greatest((select max(id) from harmed), 1))`,
        ),
      seconds: 20,
      untilHarm: true,
    })
    expect(result.duplicates + result.steppedBack).toBeGreaterThan(0)
  })
})
