import { expect, it } from 'vitest'
import { eachTarget } from '../../src/tools/fleet/each-target'
import { verifyFleet } from '../../src/tools/fleet/fleet'

it('goes on where one throws whatever it may', async () => {
  const urls = ['a', 'b', 'c'].map((name) => ({ url: `postgres://app@db/${name}` }))
  const outcomes = await eachTarget(urls, 2, ({ url }) =>
    url.endsWith('b') ? Promise.reject(new Error('b')) : Promise.resolve(url),
  )
  expect(outcomes).toEqual([
    { target: urls[0], state: 'done', result: urls[0]?.url },
    { target: urls[1], state: 'failed', error: new Error('b') },
    { target: urls[2], state: 'done', result: urls[2]?.url },
  ])
})

it.each([
  [
    { maxConnections: 0 },
    'Cannot use option maxConnections 0: expected a whole number, 1 or more.',
  ],
  [{ signal: 5 }, 'Cannot use option signal 5: expected an AbortSignal.'],
  [{ maxGap: 5n }, 'Cannot use option maxGap: there is none. Nearest: '],
  [
    { entities: ['User'] },
    'Cannot select an entity in a fleet: its databases are given by URL, and a URL knows no entities.',
  ],
  [{ tables: ['a.b.c'] }, 'Cannot read table name "a.b.c"'],
])('refuses an option that is wrong before it connects: %o', async (options, message) => {
  const nowhere = [{ url: 'postgres://app@127.0.0.1:1/shop' }]
  await expect(verifyFleet(nowhere, options as never)).rejects.toThrow(message)
})

it('refuses a URL that is malformed before it connects', async () => {
  await expect(
    verifyFleet([{ url: 'postgres://app@127.0.0.1:1/shop' }, { url: 'shop' }]),
  ).rejects.toThrow('Cannot read the database URL: expected ')
})
