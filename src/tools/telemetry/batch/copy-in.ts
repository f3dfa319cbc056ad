import type { Submittable } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { quoteIdentifier } from '../../db/quoting'

/** What we need of a pg client to COPY. */
export interface CopyClient {
  query(copy: Submittable): unknown
}

/** Tells whether a client can be given a COPY: pg's own, not that of libpq or of another driver. */
export function canCopy(client: unknown): client is CopyClient {
  const { connection } = client as { connection?: { sendCopyFail?: unknown } }
  return typeof connection?.sendCopyFail === 'function'
}

/**
 * Sends a COPY of lines in its text format.
 *
 * @throws the server's error; the connection can be used again, unless it is gone.
 */
export async function copyIn(
  client: CopyClient,
  table: string,
  columns: readonly string[],
  lines: readonly string[],
): Promise<void> {
  const copy = copyFrom(`copy ${table} (${columns.map(quoteIdentifier).join(', ')}) from stdin`)
  const data = Buffer.from(lines.join(''))
  await new Promise<void>((resolve, reject) => {
    copy.once('finish', resolve)
    copy.on('error', reject)
    client.query(copy)
    // In one message, which PostgreSQL reads whole before it says a thing: the stream throws where an error meets it still sending.
    copy.end(data)
  })
}
