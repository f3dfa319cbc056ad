import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startEmbeddedServer, type EmbeddedServer } from '../../src/tools/embedded/server'
import { useFolders } from './folders'
import { serverUnderTest } from './postgres-version'
import { query } from './query'

/** Returns what makes a server with tables, stops it, and starts a standby on a copy of its files. */
export function useStandbys(): (sql: string) => Promise<EmbeddedServer> {
  const newFolder = useFolders()
  return async (sql) => {
    const primary = await startEmbeddedServer({ ...serverUnderTest(), folder: newFolder() })
    await query(primary.url, sql)
    await primary.stop()
    const folder = newFolder()
    mkdirSync(folder, { recursive: true })
    execFileSync('cp', ['-a', join(primary.folder, 'data'), join(folder, 'data')])
    cpSync(join(primary.folder, 'password'), join(folder, 'password'))
    writeFileSync(join(folder, 'data/standby.signal'), '')
    return startEmbeddedServer({ ...serverUnderTest(), folder })
  }
}
