import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { resync } from '../support/cli'
import { fleetOn } from '../support/fleet'
import { useFolders } from '../support/folders'
import { useOwnServer } from '../support/own-server'

const server = useOwnServer({ fsync: 'off' })
const fleet = fleetOn(server)
const newFolder = useFolders()

const NAMES = ['shop_1', 'shop_2', 'shop_3']

beforeEach(() => fleet.make(NAMES))

it('one file keeps what is settled of every database, until all are done', async () => {
  await fleet.query('postgres', 'alter database shop_2 connection limit 0')
  const journal = join(newFolder(), 'fleet.jsonl')
  const url = fleet.url('postgres')
  const args = ['apply', '--all-databases', '--url', url, '--resume', journal]
  const only = ['--include-database', 'shop_*']
  const broken = await resync([...args, ...only])
  expect(broken.exitCode).toBe(1)
  expect(broken.out).toContain('2 repaired, 2 unchanged, 0 refused.')
  expect(readFileSync(journal, 'utf8')).not.toContain('shop_2')

  await fleet.query('postgres', 'alter database shop_2 connection limit -1')
  const resumed = await resync([...args, ...only])
  expect(resumed).toMatchObject({ exitCode: 0, err: '' })
  expect(resumed.out).toContain('1 repaired, 1 unchanged, 0 refused. 4 were settled before.')
  expect(existsSync(journal)).toBe(false)
  expect(await fleet.states(NAMES)).toEqual(NAMES.map(() => 'next 4, 2 rows'))
})

it('a run on some of the databases leaves what is settled of the others, and is finished itself', async () => {
  await fleet.query('postgres', 'alter database shop_3 connection limit 0')
  const journal = join(newFolder(), 'fleet.jsonl')
  const url = fleet.url('postgres')
  const all = ['apply', '--all-databases', '--url', url, '--resume', journal]
  const only = (pattern: string) => resync([...all, '--include-database', pattern])
  expect((await only('shop_*')).out).toContain('2 done, 1 failed.\n2 repaired, 2 unchanged')

  // One of them by itself, and then as a part of the fleet: what was settled there counts until that run has come to its end.
  const single = ['apply', '--url', fleet.url('shop_1'), '--resume', journal]
  expect((await resync(single)).out).toBe(
    '0 repaired, 0 unchanged, 0 refused. 2 were settled before.',
  )
  expect((await resync(single)).out).toBe('0 repaired, 2 unchanged, 0 refused.')
  expect((await only('shop_1')).out).toContain('0 repaired, 2 unchanged, 0 refused.')

  await fleet.query('postgres', 'alter database shop_3 connection limit -1')
  const last = await only('shop_*')
  expect(last.out).toContain('1 repaired, 3 unchanged, 0 refused. 2 were settled before.')
  expect(existsSync(journal)).toBe(false)
})
