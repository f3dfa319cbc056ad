import type { DataSource, EntityManager } from 'typeorm'
import { resyncSequences } from 'typeorm-resync'
import { insertFixtures } from './fixtures'

/**
 * For a suite that keeps its tables empty: runs one test with the fixtures, in a transaction that is rolled back. The rows are gone afterwards; the
 * sequences stay where they are, which PostgreSQL never rolls back and no test should count on.
 */
export async function withFixtures(
  dataSource: DataSource,
  test: (manager: EntityManager) => Promise<void>,
): Promise<void> {
  const runner = dataSource.createQueryRunner()
  await runner.startTransaction()
  try {
    await insertFixtures(runner.manager)
    await resyncSequences(runner)
    await test(runner.manager)
  } finally {
    await runner.rollbackTransaction()
    await runner.release()
  }
}
