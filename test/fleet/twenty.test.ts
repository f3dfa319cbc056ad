import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { resync } from '../support/cli'
import { APP, fleetOn } from '../support/fleet'
import { useFolders } from '../support/folders'
import { useOwnServer } from '../support/own-server'

const server = useOwnServer({ fsync: 'off' })
const fleet = fleetOn(server)
const newFolder = useFolders()

const NAMES = Array.from(
  { length: 20 },
  (_, index) => `tenant_${String(index + 1).padStart(2, '0')}`,
)
/** Each is broken in a way of its own. */
const [SHUT, FULL, GONE] = ['tenant_04', 'tenant_09', 'tenant_20'] as const
const BROKEN: readonly string[] = [SHUT, FULL, GONE]
const WELL = NAMES.filter((name) => !BROKEN.includes(name))

beforeEach(async () => {
  await fleet.make(NAMES)
  await fleet.query(
    'postgres',
    `revoke connect on database ${SHUT} from public; alter database ${FULL} connection limit 0`,
  )
})

function listed(lines: readonly string[]): string {
  const file = join(newFolder(), 'fleet.txt')
  writeFileSync(file, lines.join('\n'))
  return file
}

interface Fleet {
  readonly summary: Record<string, unknown>
  readonly targets: readonly {
    readonly target: string
    readonly database: string
    readonly state: string
    readonly error: { readonly code: string; readonly message: string } | null
    readonly summary?: Record<string, number>
    readonly repaired?: readonly { readonly before: string; readonly after: string }[]
  }[]
}

describe('20 databases, 3 of them broken in different ways', () => {
  it('17 are done, 3 are reported, and the exit code is 1', async () => {
    await fleet.query('postgres', `drop database ${GONE}`)
    const at = new URL(server.current().url).host
    const { exitCode, out, err } = await resync([
      'apply',
      '--targets',
      listed(NAMES.map(fleet.url)),
    ])
    const lines = out.split('\n')
    expect({ exitCode, lines: lines.slice(0, 5), end: lines.slice(-3) }).toEqual({
      exitCode: 1,
      lines: [
        'TARGET           DATABASE   REPAIRED  UNCHANGED  REFUSED  RESULT',
        ...['01', '02', '03'].map(
          (n) => `${at}  tenant_${n}         1          1        0  repaired`,
        ),
        `${at}  tenant_04                                failed`,
      ],
      end: [
        `${at}  tenant_20                                failed`,
        '20 databases: 17 done, 3 failed.',
        '17 repaired, 17 unchanged, 0 refused.',
      ],
    })
    expect(lines.filter((line) => line.endsWith('  repaired'))).toHaveLength(17)
    expect(err.split('\n')).toEqual([
      `${at}/${SHUT}: Cannot connect to ${at}: it does not let role "app" into database "${SHUT}" (permission denied for database "${SHUT}"). Nothing was changed. Run: GRANT CONNECT ON DATABASE "${SHUT}" TO "app"`,
      `${at}/${FULL}: Cannot connect to ${at}: too many connections for database "${FULL}". Nothing was changed.`,
      `${at}/${GONE}: Cannot connect to ${at}: it has no database "${GONE}". Nothing was changed.`,
    ])
    expect(await fleet.states(WELL)).toEqual(WELL.map(() => 'next 4, 2 rows'))
    expect(await fleet.states([SHUT, FULL])).toEqual(['next 1, 2 rows', 'next 1, 2 rows'])
  })

  it('one connection does the same: a database that fails leaves its place to the next one', async () => {
    await fleet.query('postgres', `drop database ${GONE}`)
    // First, in the middle and last.
    const names = [FULL, 'tenant_01', SHUT, 'tenant_02', GONE]
    const { exitCode, out } = await resync([
      ...['apply', '--targets', listed(names.map(fleet.url))],
      ...['--jobs', '1', '--max-connections', '1'],
    ])
    expect({ exitCode, end: out.split('\n').slice(-2) }).toEqual({
      exitCode: 1,
      end: ['5 databases: 2 done, 3 failed.', '2 repaired, 2 unchanged, 0 refused.'],
    })
    expect(await fleet.states(['tenant_01', 'tenant_02'])).toEqual([
      'next 4, 2 rows',
      'next 4, 2 rows',
    ])
  })

  it('says the same in JSON, each with the fields of a single run', async () => {
    await fleet.query(GONE, 'revoke all on all sequences in schema public from app')
    const single = await resync([
      'apply',
      '--url',
      fleet.url('tenant_01'),
      '--dry-run',
      '--format',
      'json',
    ])
    const { exitCode, out, err } = await resync([
      ...['apply', '--all-databases', '--url', fleet.url('tenant_01')],
      ...['--include-database', 'tenant_*', '--dry-run', '--format', 'json'],
    ])
    const { summary, targets } = JSON.parse(out) as Fleet
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' })
    expect(summary).toEqual({
      targets: 20,
      done: 18,
      failed: 2,
      notBegun: 0,
      columns: { repaired: 17, unchanged: 17, refused: 2, notBegun: 0, settledBefore: 0 },
    })
    expect(targets.map(({ database }) => database)).toEqual(NAMES)
    expect(targets[0]).toEqual({
      target: new URL(server.current().url).host,
      state: 'done',
      error: null,
      ...(JSON.parse(single.out) as object),
    })
    expect(
      targets.filter(({ error }) => error).map(({ database, error }) => [database, error?.code]),
    ).toEqual([
      [SHUT, 'CONNECTION'],
      [FULL, 'CONNECTION'],
    ])
    expect(targets.at(-1)?.summary).toMatchObject({ repaired: 0, unchanged: 0, refused: 2 })
  })

  it('verify: a wrong password, a table that is locked and one that is not there', async () => {
    const wrong = new URL(fleet.url('tenant_01'))
    wrong.password = 'nonsense'
    await fleet.query('tenant_02', 'alter table users rename to people')
    const holder = await fleet.connect('tenant_03')
    await holder.query('begin; lock table users in access exclusive mode')
    const urls = ['tenant_02', 'tenant_03', 'tenant_05'].map(fleet.url)
    const at = new URL(server.current().url).host
    const file = listed([`eu=${wrong.href}`, ...urls])
    const { exitCode, out, err } = await resync([
      ...['verify', '--targets', file],
      ...['--table', 'users', '--lock-timeout', '100ms'],
    ])
    await holder.end()
    expect({ exitCode, out }).toEqual({
      exitCode: 1,
      out: [
        'TARGET           DATABASE   OK  BEHIND  UNKNOWN  RESULT',
        'eu               tenant_01                       failed',
        `${at}  tenant_02                       failed`,
        `${at}  tenant_03   0       0        1  unknown`,
        `${at}  tenant_05   0       1        0  behind`,
        '4 databases: 2 done, 2 failed.',
        '2 columns: 0 ok, 1 behind, 1 unknown.',
      ].join('\n'),
    })
    expect(err.split('\n')).toEqual([
      `eu/tenant_01: Cannot connect to ${at}: it does not accept role "app" with the password given (password authentication failed for user "app"). Nothing was changed.`,
      `${at}/tenant_02: Cannot find table "users" in the database. Nearest: public.orders. Nothing was changed.`,
      `${at}/tenant_03: Cannot read "public"."users"."id": a lock was not free within 100ms. Nothing was changed. Run: typeorm-resync verify --targets ${file} --include-database tenant_03 --table public.users --lock-timeout 10s`,
      `${at}/tenant_05: Sequence "public"."users_id_seq" is behind "public"."users"."id": next value 1, highest value 3. Inserts that draw a taken value fail with 23505. Run: typeorm-resync apply --targets ${file} --include-database tenant_05 --table public.users`,
    ])
    expect(`${out}${err}`).not.toContain(APP.password)
    expect(`${out}${err}`).not.toContain('nonsense')
  })

  it('a database that is dropped while it is worked on is reported, and the others are done', async () => {
    const holder = await fleet.connect(GONE)
    await holder.query('begin; lock table users in access exclusive mode')
    const urls = [GONE, ...WELL].map(fleet.url)
    const running = resync(['apply', '--targets', listed(urls), '--lock-timeout', '60s'])
    await fleet.until(
      `exists (select from pg_stat_activity where datname = '${GONE}' and wait_event_type = 'Lock')`,
    )
    await fleet.query('postgres', `drop database ${GONE} with (force)`)
    const { exitCode, out, err } = await running
    expect(exitCode).toBe(1)
    expect(err).toMatch(
      /^127\.0\.0\.1:\d+\/tenant_20: Lost the connection to the database: .*\. No sequence is lower than before\. Run it again\.$/,
    )
    expect(out).toContain('18 databases: 17 done, 1 failed.')
    expect(await fleet.states(WELL)).toEqual(WELL.map(() => 'next 4, 2 rows'))
  })

  it('the command that it prints repairs that one database alone', async () => {
    const file = listed(WELL.map(fleet.url))
    const { err } = await resync(['verify', '--targets', file])
    const [, args = ''] = /tenant_05: .* Run: typeorm-resync (.*)/.exec(err) ?? []
    expect(await resync(args.split(' '))).toMatchObject({ exitCode: 0, err: '' })
    expect(await fleet.states(['tenant_05', 'tenant_06'])).toEqual([
      'next 4, 2 rows',
      'next 1, 2 rows',
    ])
  })

  it('the exit code is 0 where all are well, and 2 where none could be worked on', async () => {
    const all = ['--targets', listed(WELL.map(fleet.url))]
    expect((await resync(['apply', ...all])).exitCode).toBe(0)
    expect(await resync(['verify', ...all])).toMatchObject({ exitCode: 0, err: '' })
    const none = ['--targets', listed([SHUT, FULL].map(fleet.url))]
    const { exitCode, out } = await resync(['verify', ...none])
    expect({ exitCode, end: out.split('\n').slice(-2) }).toEqual({
      exitCode: 2,
      end: ['2 databases: 0 done, 2 failed.', '0 columns: 0 ok, 0 behind, 0 unknown.'],
    })
  })
})
