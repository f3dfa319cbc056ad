import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { DataSource } from 'typeorm'
import { expect, it } from 'vitest'
import { survivingLostSessions } from '../../src/tools/db/lost-sessions'
import { useDatabase } from '../support/database'

const database = useDatabase()

/** What the server says as it ends a session. */
const FATAL = Buffer.from('E\0\0\0\x1aSFATAL\0C57P01\0Mended\0\0', 'latin1')
/** The end of what it says as it begins one: ready for a query. */
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1')

it('a session that ends in the moment it is ready fails its query, and not the process', async () => {
  const { hostname, port } = new URL(database.url)
  const sockets: Socket[] = []
  let connections = 0
  const between = createServer((from) => {
    const to = connect(Number(port), hostname)
    connections += 1
    const ends = connections === 2
    sockets.push(from, to)
    for (const socket of [from, to]) socket.on('error', () => undefined)
    from.pipe(to)
    to.on('data', (chunk: Buffer) => {
      const last = ends && chunk.subarray(-READY.length).equals(READY)
      from.write(last ? Buffer.concat([chunk, FATAL]) : chunk)
      if (last) from.end()
    })
    to.on('end', () => from.end())
  })
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  const url = new URL(database.url)
  url.port = String((between.address() as AddressInfo).port)

  const dataSource = new DataSource({ type: 'postgres', url: url.href, poolSize: 2 })
  await dataSource.initialize()
  survivingLostSessions(dataSource)
  const answers = await Promise.allSettled([
    dataSource.query('select pg_sleep(0.2)'),
    dataSource.query('select 1'),
  ])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(await dataSource.query('select 1 as one')).toEqual([{ one: 1 }])
  await dataSource.destroy()
  for (const socket of sockets) socket.destroy()
  between.close()
})
