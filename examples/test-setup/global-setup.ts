import { resyncSequences } from 'typeorm-resync'
import { newDataSource } from './data-source'
import { insertFixtures } from './fixtures'

/** Run once before all tests: `globalSetup` in the configuration of Vitest or Jest. */
export default async function setup(): Promise<void> {
  const dataSource = await newDataSource().initialize()
  try {
    // Drops every table first.
    await dataSource.synchronize(true)
    await insertFixtures(dataSource.manager)
    await resyncSequences(dataSource)
  } finally {
    await dataSource.destroy()
  }
}
