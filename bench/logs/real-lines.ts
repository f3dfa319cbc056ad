import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { startEmbeddedServer } from '../../src/tools/embedded/server'

/** One statement in this many is a duplicate. */
const RARE = 200

/** Returns what a server writes that logs the time of each statement, of which some fail. */
export async function realLines(): Promise<string> {
  const server = await startEmbeddedServer({
    folder: mkdtempSync(join(tmpdir(), 'typeorm-resync-bench-')),
    temporary: true,
    settings: {
      logging_collector: 'on',
      log_filename: 'x.log',
      log_timezone: 'UTC',
      log_line_prefix: '%m [%p] %q%u@%d %e ',
      log_min_duration_statement: '0',
    },
  })
  try {
    const client = new Client(server.url)
    await client.connect()
    await client.query('create table orders (id serial primary key, note text)')
    for (let id = 1; id <= 2_000; id += 1) {
      const duplicate = id % RARE === 0
      await client
        .query(
          duplicate
            ? `insert into orders (id, note) values (1, 'order ${String(id)}')`
            : `insert into orders (note) values ('order ${String(id)}, a parcel of books to the usual address, by post')`,
        )
        .catch(() => undefined)
      await client.query('select id, note from orders where id = $1 and note <> $2', [id, 'none'])
    }
    await client.end()
    await sleep(500)
    return readFileSync(join(server.folder, 'data/log/x.log'), 'utf8')
  } finally {
    await server.stop()
  }
}
