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
