import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadDataSource } from '../../src/tools/cli/data-source/load'
import { startEmbeddedServer } from '../../src/tools/embedded/server'
import { tellIncident } from './story'

/** Tells the incident on a PostgreSQL that is made for it and removed afterwards, whatever DATABASE_URL says. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-demo-'))
  const server = await startEmbeddedServer({ folder, temporary: true })
  try {
    process.env.DATABASE_URL = server.url
    const { dataSource } = await loadDataSource(join(__dirname, '../../ormconfig.ts'), {
      err: console.error,
      debug: () => undefined,
    })
    await dataSource.initialize()
    try {
      await tellIncident(dataSource, server.url)
    } finally {
      await dataSource.destroy()
    }
  } finally {
    await server.stop()
  }
  console.log('\nThe server is stopped and its data removed.')
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
