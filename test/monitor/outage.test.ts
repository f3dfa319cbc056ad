import { Client } from 'pg'
import type { SequenceWatch } from 'typeorm-resync'
import { describe, expect, it } from 'vitest'
import { startCuttingProxy } from '../support/cutting-proxy'
import { useOwnServer } from '../support/own-server'
import { useWatches } from '../support/watches'

const server = useOwnServer({ max_connections: '12' })
const { get, until, watching } = useWatches()

describe('a watch', () => {
  it('gives up a check whose connection falls silent in the middle, and makes the next', async () => {
    let isSilent = false
    const proxy = await startCuttingProxy(
      () => server.current().url,
      () => (isSilent ? 'silence' : 'no'),
    )
    const watch = await watching(proxy.url, { checkTimeout: '300ms' })
    await until(watch, 'typeorm_resync_up 1')
    isSilent = true
    const failing = await until(watch, /check_errors_total\{kind="timeout"\} [2-9]/)
    expect(failing).toContain('typeorm_resync_up 0\n')
    isSilent = false
    await until(watch, 'typeorm_resync_up 1')
    await watch.stop()
    await proxy.close()
  })

  it('is not healthy while its server takes no more connections, and well again after', async () => {
    const watch = await watching(server.current().url)
    await until(watch, 'typeorm_resync_up 1')
    const holders = await fill(watch)
    const full = (await get(watch, '/metrics')).text
    expect(full).toMatch(/check_errors_total\{kind="connection"\} [1-9]/)
    let health = await get(watch, '/healthz')
    // It is healthy until three intervals have passed since the last success.
    while (health.status === 200) health = await get(watch, '/healthz')
    expect([health.status, JSON.parse(health.text)]).toMatchObject([
      503,
      { status: 'failing', lastCheckFailed: true, verdicts: null },
    ])
    for (const holder of holders) await holder.end()
    await until(watch, 'typeorm_resync_up 1')
    await expect.poll(async () => (await get(watch, '/healthz')).status).toBe(200)
  })

  it('serves the report, which says that it is of a check before where the last one failed', async () => {
    const watch = await watching(server.current().url)
    await until(watch, 'typeorm_resync_up 1')
    const { status, headers, text } = await get(watch, '/')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(text).not.toContain('could not be made')
    const holders = await fill(watch)
    expect((await get(watch, '/')).text).toContain('The last check could not be made')
    for (const holder of holders) await holder.end()
  })
})

/** Takes every connection that the server has, also those that the watch gives back, until a check finds none. */
async function fill(watch: SequenceWatch): Promise<Client[]> {
  const holders: Client[] = []
  while (!(await get(watch, '/metrics')).text.includes('typeorm_resync_up 0\n')) {
    const holder = new Client(server.current().url)
    holder.on('error', () => undefined)
    try {
      await holder.connect()
      holders.push(holder)
    } catch (error) {
      if ((error as { code?: string }).code !== '53300') throw error
    }
  }
  return holders
}
