import type { EntityManager } from 'typeorm'
import { Member, Team } from './entities'

/**
 * Inserts rows with explicit ids, so that tests and other rows can name them; none of these inserts calls nextval. The columns are listed because
 * TypeORM would else leave the ids out: its `insert` and `save` drop those of an auto-increment key on PostgreSQL.
 */
export async function insertFixtures(manager: EntityManager): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(Team, ['id', 'name'])
    .values([
      { id: 1, name: 'Readers' },
      { id: 2, name: 'Writers' },
    ])
    .execute()
  await manager
    .createQueryBuilder()
    .insert()
    .into(Member, ['id', 'name', 'team'])
    .values([
      { id: 1, name: 'first', team: { id: 1 } },
      { id: 2, name: 'second', team: { id: 2 } },
      { id: 3, name: 'third', team: { id: 2 } },
    ])
    .execute()
}
