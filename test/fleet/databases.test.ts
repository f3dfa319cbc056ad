import { beforeAll, describe, expect, it } from 'vitest'
import { resync } from '../support/cli'
import { fleetOn } from '../support/fleet'
import { useOwnServer } from '../support/own-server'

const server = useOwnServer({ fsync: 'off' })
const fleet = fleetOn(server)

const HOSTILE = [
  `it's "quoted"`,
  'a b',
  'line\nbreak',
  'a/b?c#d@e%20f&g=h',
  '..',
  '数据库_数据库_数据库',
  'x'.repeat(63),
  '\u001b[31mred',
  '$(id);`id`',
  'Mixed*Case',
  'MixedLowerCase',
]
const PLAIN = ['shop_1', 'shop_2']

beforeAll(async () => {
  await fleet.make([...PLAIN, ...HOSTILE])
  await fleet.query('postgres', 'create database a_template template template0')
  await fleet.query('postgres', 'alter database a_template is_template true')
  await fleet.query('postgres', 'create database closed template template0 allow_connections false')
  await fleet.query('postgres', 'revoke connect on database shop_2 from public')
})

/** Verifies every database that is chosen, and returns them with what became of each. */
async function found(...args: string[]): Promise<(readonly [string, string])[]> {
  const ran = await resync([
    ...['verify', '--all-databases', '--url', fleet.url('shop_1')],
    ...['--format', 'json', ...args],
  ])
  expect(ran.err).toBe('')
  const { targets } = JSON.parse(ran.out) as { targets: { database: string; state: string }[] }
  return targets.map(({ database, state }) => [database, state] as const)
}

async function refusal(...args: string[]): Promise<string> {
  const ran = await resync(args)
  expect({ exitCode: ran.exitCode, out: ran.out }).toEqual({ exitCode: 2, out: '' })
  return ran.err
}

describe('--all-databases', () => {
  it('finds every database but templates and those that are closed, whatever its name, and reports one that keeps the role out', async () => {
    const all = await found()
    expect(all).toHaveLength(HOSTILE.length + 3)
    expect(new Map(all)).toEqual(
      new Map([
        ...['postgres', 'shop_1', ...HOSTILE].map((name) => [name, 'done'] as const),
        ['shop_2', 'failed'],
      ]),
    )
  })

  it('includes and excludes by pattern', async () => {
    expect(await found('--include-database', 'shop_?')).toEqual([
      ['shop_1', 'done'],
      ['shop_2', 'failed'],
    ])
    expect(
      await found('--include-database', 'shop*', 'postgres', '--exclude-database', '*_2'),
    ).toEqual([
      ['postgres', 'done'],
      ['shop_1', 'done'],
    ])
    expect(await found('--include-database', 'line?break', '$(id);`id`', '..')).toHaveLength(3)
    expect(await found('--include-database', 'a/b?c#d@e%20f&g=h')).toHaveLength(1)
  })

  it('refuses a pattern that matches nothing, or patterns that leave nothing', async () => {
    const all = ['verify', '--all-databases', '--url', fleet.url('shop_1')]
    expect(await refusal(...all, '--include-database', 'shpo_1')).toBe(
      'Cannot find a database that "shpo_1" matches. Nearest: shop_1, shop_2. Nothing was changed.',
    )
    expect(await refusal(...all, '--exclude-database', 'SHOP_1')).toContain(
      'Cannot find a database that "SHOP_1" matches. Nearest: shop_1, ',
    )
    expect(await refusal(...all, '--include-database', 'shop_?', '--exclude-database', 's*')).toBe(
      'Cannot choose a database: of 14 none is left. Nothing was changed. Use other patterns.',
    )
  })

  it('prints rows of at most 80 columns, a line each, that steer no terminal', async () => {
    const { exitCode, out, err } = await resync(
      ['verify', '--all-databases'],
      { DATABASE_URL: fleet.url('shop_1') },
      true,
    )
    expect(exitCode).toBe(1)
    const plain = out.replaceAll(/\u001b\[\d+m/g, '')
    const lines = plain.split('\n')
    expect(lines).toHaveLength(1 + 14 + 2)
    expect(plain).toContain('\\u001b[31mred')
    expect(plain).toContain('line\\nbreak')
    expect(lines.filter((line) => columnsOf(line) > 80)).toEqual([])
    expect(lines.find((line) => line.includes('xxx…xxx'))).toMatch(/ behind$/)
    expect(err).not.toContain('\u001b')
  })

  it('a name that holds a * means that database, and not those that it would match', async () => {
    const all = [
      '--all-databases',
      '--url',
      fleet.url('shop_1'),
      '--include-database',
      'Mixed*Case',
    ]
    expect((await resync(['apply', ...all])).out).toContain('1 database: 1 done, 0 failed.')
    expect(await fleet.states(['Mixed*Case', 'MixedLowerCase'])).toEqual([
      'next 4, 2 rows',
      'next 1, 2 rows',
    ])
  })

  it('repairs them all, and the command that it prints names one of them to a shell', async () => {
    const { err } = await resync(['verify', '--all-databases', '--url', fleet.url('shop_1')])
    expect(err).toContain(
      `Run: typeorm-resync apply --all-databases --url URL --include-database 'it'\\''s "quoted"' --table public.users`,
    )
    const args = ['--all-databases', '--url', fleet.url('shop_1'), '--exclude-database', 'shop_2']
    expect(await resync(['apply', ...args])).toMatchObject({ exitCode: 0, err: '' })
    expect(await fleet.states(HOSTILE)).toEqual(HOSTILE.map(() => 'next 4, 2 rows'))
  })
})

/** East Asian characters are two wide. */
function columnsOf(line: string): number {
  return Array.from(line).reduce(
    (sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1),
    0,
  )
}
