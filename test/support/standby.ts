import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
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
    const folder = copyOf(primary, newFolder())
    return startEmbeddedServer({ ...serverUnderTest(), folder })
  }
}

/** A server, and a standby that follows it. */
export interface Pair {
  readonly primary: EmbeddedServer
  readonly standby: EmbeddedServer
}

/** Returns what starts a server with tables, and a standby that streams from it. */
export function useStreaming(): (sql: string) => Promise<Pair> {
  const newFolder = useFolders()
  return async (sql) => {
    const first = await startEmbeddedServer({ ...serverUnderTest(), folder: newFolder() })
    await query(first.url, sql)
    await first.stop()
    const folder = copyOf(first, newFolder())
    const primary = await startEmbeddedServer({ ...serverUnderTest(), folder: first.folder })
    const { hostname, port, password } = new URL(primary.url)
    appendFileSync(
      join(folder, 'data/postgresql.auto.conf'),
      `primary_conninfo = 'host=${hostname} port=${port} user=postgres password=${password}'\n`,
    )
    const standby = await startEmbeddedServer({ ...serverUnderTest(), folder })
    return { primary, standby }
  }
}

function copyOf(stopped: EmbeddedServer, folder: string): string {
  mkdirSync(folder, { recursive: true })
  execFileSync('cp', ['-a', join(stopped.folder, 'data'), join(folder, 'data')])
  cpSync(join(stopped.folder, 'password'), join(folder, 'password'))
  writeFileSync(join(folder, 'data/standby.signal'), '')
  return folder
}
