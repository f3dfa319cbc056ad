import { get as askFor } from 'node:http'
import { describe, expect, it } from 'vitest'
import { startCuttingProxy } from '../support/cutting-proxy'
import { useOwnServer } from '../support/own-server'
import { complaints } from '../support/promtool'
import { useWatches } from '../support/watches'

const server = useOwnServer()
const { get, until, watching } = useWatches()

async function drift(): Promise<void> {
  const client = await server.connect()
  await client.query(
    `drop table if exists users; create table users (id serial primary key); insert into users values (142)`,
  )
  await client.end()
}

describe('a watch', () => {
  it('serves what it finds, in a form that promtool has nothing to say against', async () => {
    await drift()
    // Healthy is said of the last three intervals: promtool may take long.
    const watch = await watching(server.current().url, { interval: '60s' })
    const text = await until(watch, 'typeorm_resync_columns{verdict="behind"} 1')
    expect(text).toContain(
      'typeorm_resync_column_gap_values{schema="public",table="users",column="id"} 142\n',
    )
    expect(text).toContain('typeorm_resync_up 1\n')
    expect(complaints(['check', 'metrics'], text)).toBe('')
    const health = await get(watch, '/healthz')
    expect([health.status, JSON.parse(health.text)]).toMatchObject([
      200,
      { status: 'ok', verdicts: { behind: 1 } },
    ])
  })

  it('tells the truth while its server is killed, and after it came back', async () => {
    await drift()
    const changes: string[] = []
    const proxy = await startCuttingProxy(
      () => server.current().url,
      () => 'no',
    )
    const watch = await watching(proxy.url, { onChange: ({ kind }) => changes.push(kind) })
    await until(watch, 'typeorm_resync_up 1')
    const crashing = server.crash()
    const down = await until(watch, 'typeorm_resync_up 0')
    expect(down).toMatch(/check_errors_total\{kind="connection"\} [1-9]/)
    expect(down).not.toMatch(/^typeorm_resync_(?:columns|column_gap_values|faults)[ {]/m)
    expect(down).toMatch(/^typeorm_resync_last_success_timestamp_seconds \d/m)
    await crashing
    await until(watch, 'typeorm_resync_columns{verdict="behind"} 1')
    expect(changes).toEqual(['behind', 'failing', 'working'])
    await watch.stop()
    await proxy.close()
  })

  it('has one session at most while a check is slow, and counts those it passed over', async () => {
    await drift()
    const holder = await server.connect()
    await holder.query('begin; lock table users in access exclusive mode')
    const watch = await watching(server.current().url, { interval: '10ms', lockTimeout: '2s' })
    await until(watch, /checks_skipped_total [1-9]\d/)
    const { rows } = await holder.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where application_name = 'typeorm-resync'`,
    )
    expect(rows).toEqual([{ n: 1 }])
    await until(watch, 'typeorm_resync_columns{verdict="unknown"} 1')
    await holder.query('rollback')
    await until(watch, 'typeorm_resync_columns{verdict="unknown"} 0')
  })

  it('gives up a check whose server accepts and never answers', async () => {
    const silent = await startSilentServer()
    const watch = await watching(silent.url, { checkTimeout: '200ms' })
    await until(watch, /check_errors_total\{kind="(?:timeout|connection)"\} [2-9]/)
    await watch.stop()
    await silent.close()
  })

  it('answers nobody who asks by another name, nor for another path, nor to change something', async () => {
    const watch = await watching(server.current().url)
    expect((await get(watch, '/other')).status).toBe(404)
    expect((await fetch(watch.address, { method: 'POST' })).status).toBe(405)
    const { port } = new URL(watch.address)
    const asked = await statusFor(watch.address, `evil.example:${port}`)
    expect(await statusFor(watch.address, `localhost:${port}`)).not.toBe(403)
    expect(asked).toBe(403)
    const { headers } = await get(watch, '/metrics')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('says which port is taken, and what to do', async () => {
    const { port } = new URL((await watching(server.current().url)).address)
    await expect(watching(server.current().url, { port: Number(port) })).rejects.toThrow(
      `Cannot serve on 127.0.0.1:${port}: the port is taken. Use another --port, or --port 0 for any that is free.`,
    )
  })
})

/** Asks for the health of a watch by a name of its own. */
function statusFor(address: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    askFor(`${address}/healthz`, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}

/** Accepts, and never answers. */
async function startSilentServer(): Promise<{ url: string; close(): Promise<void> }> {
  const { createServer } = await import('node:net')
  const sockets: { destroy(): void }[] = []
  const listener = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined).resume()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as { port: number }
  return {
    url: `postgres://nobody@127.0.0.1:${String(port)}/none`,
    close: () =>
      new Promise((resolve) =>
        listener.close(() => {
          resolve()
        }),
      ),
  }
}
