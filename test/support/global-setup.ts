import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { ALEMBIC_TABLES } from '../../examples/incident/alembic-tables'
import { restoreEvents } from '../../examples/incident/events'
import { startEmbeddedServer } from '../../src/tools/embedded/server'
import { serverUnderTest } from './postgres-version'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the server that all tests share. */
    serverUrl: string
  }
}

/** Rows in the `incident` template's main table. */
export const EVENTS = 5_000

/** Starts one server for the whole run, of the version under test, with the template database `incident`: the tables of production, just restored. */
export default async function setup(project: TestProject) {
  const version = serverUnderTest()
  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-test-'))
  const server = await startEmbeddedServer({
    ...version,
    folder,
    temporary: true,
    settings: { fsync: 'off', max_connections: '200' },
  })
  const admin = new Client(server.url)
  await admin.connect()
  await admin.query('create database incident')
  await admin.end()
  const incident = new Client(server.url.replace(/postgres$/, 'incident'))
  await incident.connect()
  await incident.query(ALEMBIC_TABLES)
  await restoreEvents((sql, values) => incident.query(sql, values), EVENTS)
  await incident.end()
  project.provide('serverUrl', server.url)
  return () => server.stop()
}
