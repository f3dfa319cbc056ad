import { DataSource } from 'typeorm'
import { afterEach, beforeEach } from 'vitest'
import { TelemetryWriter, type WriterOptions } from 'typeorm-resync'
import { ENTITIES } from '../../../bench/drift/contenders'
import { makeTables } from '../../../bench/drift/run'
import { useOwnServer } from '../../support/own-server'
import { query } from '../../support/query'
import { warningsOnly } from '../../support/warnings-only'
import { useGate, type Gate } from '../support/gate'
import { readWritten, REFUSAL, type Written } from './story'

/** Writers of a database of each test's own, and the way to it, which can be shut. */
export interface Away {
  readonly gate: Gate
  url(): string
  newWriter(options: WriterOptions): Promise<TelemetryWriter>
  written(): Promise<Written>
}

/** Starts a server before the file's tests; before each makes a database with the tables of production, just restored. */
export function useAway(): Away {
  const server = useOwnServer({ fsync: 'off' })
  const opened: DataSource[] = []
  let databases = 0
  const url = () => server.current().url.replace(/postgres$/, `away_${String(databases)}`)
  const gate = useGate(url)

  beforeEach(async () => {
    databases += 1
    await query(server.current().url, `create database away_${String(databases)}`)
    await makeTables(url())
    await query(url(), REFUSAL)
    await gate.open()
  })
  afterEach(async () => {
    for (const dataSource of opened.splice(0)) await dataSource.destroy()
    await gate.shut()
  })

  return {
    gate,
    url,
    async newWriter(options) {
      const dataSource = new DataSource({
        type: 'postgres',
        url: gate.url(),
        entities: ENTITIES,
        poolSize: 2,
        poolErrorHandler: () => undefined,
        logger: warningsOnly([]),
      })
      await dataSource.initialize()
      opened.push(dataSource)
      return new TelemetryWriter(dataSource, {
        maxBatchSize: 100,
        scheduledDelayMillis: 5,
        initialBackoffMillis: 10,
        maxBackoffMillis: 100,
        onProblem: () => undefined,
        onRecovered: () => undefined,
        onDeadLetter: () => undefined,
        ...options,
      })
    },
    written: () => readWritten((sql) => query(url(), sql)),
  }
}
