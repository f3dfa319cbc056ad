import { DataSource } from 'typeorm'
import type { PostgresOptions } from '../db/postgres-options'
import { startEmbeddedServer, type EmbeddedServer } from './server'

/**
 * A DataSource on a PostgreSQL of its own, which starts with `initialize()` and ends with `destroy()`, or with the process.
 * Until then nothing runs: what needs only the entities needs no server.
 */
export class EmbeddedDataSource extends DataSource {
  private server: EmbeddedServer | undefined

  constructor(
    options: PostgresOptions,
    /** Where the server keeps its files. */
    private readonly folder: string,
    private readonly log: (line: string) => void,
  ) {
    super(options)
  }

  override async initialize(): Promise<this> {
    this.server = await startEmbeddedServer({ folder: this.folder })
    this.log(`No DATABASE_URL: using an embedded PostgreSQL, data in ${this.server.folder}`)
    this.setOptions({ url: this.server.url })
    return super.initialize()
  }

  override async destroy(): Promise<void> {
    await super.destroy()
    await this.server?.stop()
    this.server = undefined
  }
}
