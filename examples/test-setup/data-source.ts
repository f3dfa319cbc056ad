import { DataSource } from 'typeorm'
import { Member, Team } from './entities'

/** A variable of its own, so that no other database is emptied by mistake. */
export function newDataSource(): DataSource {
  const url = process.env.TEST_DATABASE_URL
  if (!url) throw new Error('Set TEST_DATABASE_URL to a database that the tests may empty.')
  return new DataSource({ type: 'postgres', url, entities: [Team, Member] })
}
