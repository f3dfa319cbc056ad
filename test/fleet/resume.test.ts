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

/** Runs a command in shop_1 that waits for a lock, and goes on once something befell it. */
async function befallen(args: string[], what: () => unknown) {
  const holder = await fleet.connect('shop_1')
  await holder.query('begin; lock table users in access exclusive mode')
  const running = resync(['apply', ...args, '--lock-timeout', '60s'])
  await fleet.until(`exists (select from ${WAITING})`)
  await what()
  await holder.end()
  return running
}

const WAITING = `pg_stat_activity where datname = 'shop_1' and wait_event_type = 'Lock'`
const lose = () => fleet.query('postgres', `select pg_terminate_backend(pid) from ${WAITING}`)

it.each([
  ['with a name that a shell takes', 'run.jsonl'] as const,
  ['with a blank', 'a run'] as const,
])(
  'a run that lost its connection, or was stopped, is run again with the same file, %s',
  async (_, name) => {
    const journal = join(newFolder(), name)
    const again = `Run it again with --resume ${name === 'a run' ? `'${journal}'` : journal}.`
    const lost = `Lost the connection to the database: terminating connection due to administrator command (57P01). No sequence is lower than before. ${again}`
    const single = await befallen(['--url', fleet.url('shop_1'), '--resume', journal], lose)
    expect(single).toEqual({ exitCode: 2, out: '', err: lost })

    const all = ['--all-databases', '--url', fleet.url('postgres'), '--include-database', 'shop_?']
    const options = ['--resume', journal, '--max-connections', '1']
    const failed = await befallen([...all, ...options], lose)
    expect(failed.err).toMatch(/^127\.0\.0\.1:\d+\/shop_1: Lost /)
    expect(failed.err.endsWith(lost)).toBe(true)
    const json = await befallen([...all, ...options, '--format', 'json'], lose)
    expect(JSON.parse(json.out)).toMatchObject({ targets: [{ error: { message: lost } }, {}, {}] })

    await fleet.make(['shop_2', 'shop_3'])
    const stopped = await befallen([...all, ...options], () => process.emit('SIGINT'))
    expect(stopped.err.split('\n')).toEqual([
      'Stopping, once what was begun is done. Ctrl-C again ends it at once.',
      `2 databases not begun. ${again}`,
      `Stopped: 1 sequence still behind. ${again}`,
    ])
  },
)
