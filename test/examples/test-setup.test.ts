import { QueryFailedError, type DataSource } from 'typeorm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { resyncSequences } from 'typeorm-resync'
import { newDataSource } from '../../examples/test-setup/data-source'
import { Member, Team } from '../../examples/test-setup/entities'
import { insertFixtures } from '../../examples/test-setup/fixtures'
import setup from '../../examples/test-setup/global-setup'
import { withFixtures } from '../../examples/test-setup/with-fixtures'
import { useDatabase } from '../support/database'

const database = useDatabase()
let dataSource: DataSource

beforeEach(async () => {
  vi.stubEnv('TEST_DATABASE_URL', database.url)
  dataSource = await newDataSource().initialize()
  await dataSource.synchronize(true)
})

afterEach(async () => {
  await dataSource.destroy()
  vi.unstubAllEnvs()
})

async function rows() {
  return database.query(
    'select (select count(*) from team)::int as teams, (select count(*) from member)::int as members',
  )
}

/** The next value of each sequence. */
async function next() {
  return database.query(`
    select (select last_value + is_called::int from team_id_seq)::int as team,
           (select last_value + is_called::int from member_id_seq)::int as member`)
}

const insertTeam = () => dataSource.getRepository(Team).insert({ name: 'new' })

describe('the global setup', () => {
  it('without its call on the DataSource leaves a repository whose inserts fail', async () => {
    await insertFixtures(dataSource.manager)
    expect(await next()).toEqual([{ team: 1, member: 1 }])
    const error = await insertTeam().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(QueryFailedError)
    expect(error).toMatchObject({
      driverError: { code: '23505', constraint: expect.stringMatching(/^PK_/) as string },
    })
    expect(await rows()).toEqual([{ teams: 2, members: 3 }])
  })

  it('leaves repositories that insert', async () => {
    await setup()
    expect(await next()).toEqual([{ team: 3, member: 4 }])
    const team = await dataSource.getRepository(Team).save({ name: 'new' })
    const member = await dataSource.getRepository(Member).save({ name: 'new', team })
    expect([team.id, member.id]).toEqual([3, 4])
    expect(await rows()).toEqual([{ teams: 3, members: 4 }])
  })

  it('runs again on what an earlier run left', async () => {
    await setup()
    await insertTeam()
    await setup()
    expect(await next()).toEqual([{ team: 3, member: 4 }])
    expect(await rows()).toEqual([{ teams: 2, members: 3 }])
  })
})

it('needs the columns of fixtures listed: TypeORM leaves out the id of an auto-increment key', async () => {
  await dataSource.getRepository(Team).insert({ id: 70, name: 'inserted' })
  await dataSource.getRepository(Team).save({ id: 80, name: 'saved' })
  expect(await database.query('select id, name from team order by id')).toEqual([
    { id: 1, name: 'inserted' },
    { id: 2, name: 'saved' },
  ])
})

describe('fixtures in a transaction', () => {
  it('leave no row, and sequences past them', async () => {
    for (const id of [3, 4]) {
      await withFixtures(dataSource, async (manager) => {
        expect(await manager.save(Team, { name: 'new' })).toMatchObject({ id })
        expect(await manager.count(Team)).toBe(3)
      })
    }
    expect(await rows()).toEqual([{ teams: 0, members: 0 }])
    expect(await next()).toEqual([{ team: 5, member: 4 }])
  })

  it('are rolled back where the test fails, whose error is thrown', async () => {
    const failing = withFixtures(dataSource, () => Promise.reject(new Error('not as expected')))
    await expect(failing).rejects.toThrow('not as expected')
    expect(await rows()).toEqual([{ teams: 0, members: 0 }])
  })

  it('may be those of dataSource.transaction, whose manager has the QueryRunner', async () => {
    await dataSource.transaction(async (manager) => {
      await insertFixtures(manager)
      if (!manager.queryRunner) throw new Error('A transaction has a QueryRunner.')
      await resyncSequences(manager.queryRunner)
      await manager.insert(Team, { name: 'new' })
    })
    expect(await rows()).toEqual([{ teams: 3, members: 3 }])
    expect(await next()).toEqual([{ team: 4, member: 4 }])
  })
})
