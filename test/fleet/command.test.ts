import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { reportFleet } from '../../src/tools/cli/output/fleet'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { bin, npx, ROOT, run } from '../support/run'

const one = useDatabase()
const two = useDatabase()
const newFolder = useFolders()

beforeEach(async () => {
  for (const database of [one, two]) {
    await database.query(`drop schema public cascade; create schema public;
      create table users (id serial primary key); insert into users values (1), (3)`)
  }
})

function listed(text: string): string {
  const file = join(newFolder(), 'fleet.txt')
  writeFileSync(file, text)
  return file
}

/** A word as a shell gives it on. */
function unquoted(word: string): string {
  return word.replace(/^'(.*)'$/, '$1')
}

async function refusal(...args: string[]): Promise<string> {
  const ran = await resync(args)
  expect({ exitCode: ran.exitCode, out: ran.out }).toEqual({ exitCode: 2, out: '' })
  return ran.err
}

describe('--targets', () => {
  it('takes variables and names, and prints a table', async () => {
    const file = listed('first=env:ONE\nsecond=env:TWO')
    const env = { ONE: one.url, TWO: two.url }
    await two.query(`select setval('users_id_seq', 3)`)
    expect(await resync(['apply', '--targets', file], env)).toEqual({
      exitCode: 0,
      out: [
        'TARGET  DATABASE           REPAIRED  UNCHANGED  REFUSED  RESULT',
        `first   ${one.name}         1          0        0  repaired`,
        `second  ${two.name}         0          1        0  unchanged`,
        '2 databases: 2 done, 0 failed.',
        '1 repaired, 1 unchanged, 0 refused.',
      ].join('\n'),
      err: '',
    })
  })

  it('takes standard input, JSON too, with no terminal', async () => {
    const list = JSON.stringify([one.url, { name: 'two', env: 'TWO' }])
    const ran = await run(
      'bash',
      ['-c', `${npx()}\nprintf '%s' "$LIST" | npx typeorm-resync verify --targets - --format json`],
      { cwd: ROOT, env: { LIST: list, TWO: two.url } },
    )
    expect({ exitCode: ran.exitCode, err: ran.err }).toEqual({ exitCode: 1, err: '' })
    const { summary, targets } = JSON.parse(ran.out) as { summary: object; targets: object[] }
    expect(summary).toEqual({
      ...{ targets: 2, done: 2, failed: 0, notBegun: 0 },
      columns: { total: 2, ok: 0, behind: 2, unknown: 0, faults: 0 },
    })
    expect(targets).toMatchObject([
      { target: new URL(one.url).host, database: one.name, error: null, missing: [] },
      { target: 'two', database: two.name, error: null, columns: [{ gap: '3' }] },
    ])
  })

  it('says on a terminal what it waits for', async () => {
    const [typed, piped] = [true, false].map((isTTY) =>
      Object.assign(Readable.from([`one=${one.url}\n`]), { isTTY }),
    )
    const args = ['apply', '--targets', '-']
    expect((await resync(args, {}, false, typed)).err).toBe(
      'Waiting for the targets on standard input: a URL or env:NAME a line. Ctrl-D ends them.',
    )
    expect((await resync(args, {}, false, piped)).err).toBe('')
  })

  it('prints in JSON, too, commands that find the database', async () => {
    const file = listed(`first=${one.url}\n${two.url}`)
    const args = ['--targets', file, '--max-gap', '1', '--format', 'json']
    const { out } = await resync(['apply', ...args])
    const { targets } = JSON.parse(out) as { targets: { refused: { reason: string }[] }[] }
    expect(targets.map(({ refused }) => refused[0]?.reason.replace(/^.*(?=Run: )/, ''))).toEqual(
      ['first', two.name].map(
        (name) =>
          `Run: typeorm-resync apply --targets ${file} --include-database ${name} --table public.users --force`,
      ),
    )
    const holder = await one.connect()
    await holder.query('begin; lock table users in access exclusive mode')
    const locked = await resync([
      ...['verify', ...args.slice(0, 2)],
      '--lock-timeout',
      '10ms',
      '--format',
      'json',
    ])
    await holder.end()
    expect(locked.out).toContain(
      `Run: typeorm-resync verify --targets ${file} --include-database first --table public.users --lock-timeout 10s`,
    )
  })

  it('prints in a dry run the SQL of each database under its name, which psql takes', async () => {
    const file = listed(`${one.url}\n${two.url}`)
    const { exitCode, out, err } = await resync(['apply', '--targets', file, '--dry-run'])
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toContain('to repair')
    expect(out.split('\n').at(-1)).toBe('2 to repair, 0 unchanged, 0 refused.')
    for (const [index, database] of [one, two].entries()) {
      expect(await database.nextId('users').catch((error: unknown) => error)).toMatchObject({
        code: '23505',
      })
      const [, ...parts] = out.split(/^-- (?=.*\/test_)/m)
      const [head = '', ...sql] = parts[index]?.split('\n') ?? []
      expect(head).toBe(`${new URL(database.url).host}/${database.name}`)
      await database.query(sql.join('\n').replace(/;\s*\d+ to repair.*$/s, ''))
      expect(await database.nextId('users')).toBe(4)
    }
  })

  it('colours what needs a look, where there is a terminal', async () => {
    const file = listed(one.url)
    const { out } = await resync(['verify', '--targets', file], {}, true)
    expect(out.split('\n')[1]).toMatch(/ \u001b\[31mbehind\u001b\[39m$/)
  })

  it('prints every database that failed, and of very many findings the first of each database', async () => {
    for (const [database, n] of [
      [one, 30],
      [two, 3],
    ] as const) {
      await database.query(
        `do $$ begin for n in 1..${String(n)} loop execute format('create table t%s (id serial); insert into t%1$s values (3)', n); end loop; end $$`,
      )
    }
    const nowhere = Array.from({ length: 25 }, (_, n) =>
      one.url.replace(one.name, `no_${String(n)}`),
    )
    const file = listed([...nowhere, one.url, `two=${two.url}`].join('\n'))
    const { exitCode, err } = await resync(['verify', '--targets', file])
    const lines = err.split('\n')
    const at = new URL(one.url).host
    const command = `Run: typeorm-resync verify --targets ${file} --include-database`
    expect(exitCode).toBe(1)
    expect(lines.filter((line) => line.includes('it has no database'))).toHaveLength(25)
    expect(lines).toHaveLength(25 + 3 + 1 + 3 + 1)
    expect(lines[28]).toBe(`${at}/${one.name}: … and 28 more. ${command} ${one.name}`)
    expect(lines[32]).toBe(`two/${two.name}: … and 1 more. ${command} two`)
    const alone = await resync(['verify', '--targets', file, '--include-database', one.name])
    const last = alone.err.split('\n').slice(20)
    expect(last).toEqual([`${at}/${one.name}: … and 11 more. Use --format json for all of them.`])
  })

  it('tells of the first twenty databases in which something was found, and how many more there are', () => {
    const err: string[] = []
    const outcomes = Array.from({ length: 23 }, (_, n) => ({
      target: { name: `t${String(n)}`, url: one.url },
      state: 'done' as const,
      result: undefined,
    }))
    const shown = {
      ...{ headings: [], counts: () => [], resultOf: () => 'ok' as const },
      lines: () => ['One.', 'Two.'],
    }
    const fleet = { targets: [], selectorOf: () => '' }
    reportFleet(outcomes, shown, fleet, { err: (text: string) => err.push(text) } as never)
    expect(err).toHaveLength(2 * 20 + 1)
    expect(err[39]).toBe(`t19/${one.name}: Two.`)
    expect(err[40]).toBe('… and 6 more, of 3 other databases. Use --format json for all of them.')
  })

  it('one of two servers’ databases of the same name can be chosen alone, by the command that is printed', async () => {
    const elsewhere = one.url.replace('127.0.0.1', 'localhost')
    const named = listed(`eu-1=${one.url}\neu-2=${elsewhere}`)
    const nameless = listed(`${elsewhere}\n${one.url}`)
    for (const file of [named, nameless]) {
      const { err } = await resync(['verify', '--targets', file])
      const commands = [...err.matchAll(/ Run: typeorm-resync apply (.*)$/gm)]
      expect(commands).toHaveLength(2)
      for (const [, args = ''] of commands) {
        const { out } = await resync(['verify', ...args.split(' ').map(unquoted)])
        expect(out).toContain('1 database: 1 done, 0 failed.')
      }
    }
  })

  it('is byte for byte what it was with one database and none of these options', async () => {
    const { out } = await bin(['apply', '--url', one.url, '--jobs', '4'])
    expect(out).toBe(
      'COLUMN           NEXT BEFORE  NEXT AFTER  METHOD\npublic.users.id            1           4  burn\n1 repaired, 0 unchanged, 0 refused.\n',
    )
  })
})

describe('what is refused before anything is connected', () => {
  // Its server takes no connection: to have connected would be said.
  const NOWHERE = 'postgres://app:secret@127.0.0.1:1/shop'

  it('a file that is not there', async () => {
    expect(await refusal('verify', '--targets', 'nowhere.txt')).toBe(
      'Cannot read the targets of "nowhere.txt": there is no such file. Nothing was changed. Use another --targets FILE.',
    )
  })

  it('a list of which one line is wrong', async () => {
    expect(await refusal('apply', '--targets', listed(`${NOWHERE}\nenv:NOWHERE`))).toMatch(
      /^Cannot use the targets of ".*fleet\.txt": line 2: the environment variable NOWHERE is not set\. Nothing was changed\.$/,
    )
  })

  it('a pattern that matches no database of the list', async () => {
    const args = ['verify', '--targets', listed(NOWHERE), '--include-database', 'shpo']
    expect(await refusal(...args)).toBe(
      'Cannot find a database that "shpo" matches. Nearest: shop. Nothing was changed.',
    )
  })

  it.each([
    [
      ['--targets', 'x', '--url', NOWHERE],
      'Cannot use --targets and --url together: each names databases. Use one of them.',
    ],
    [
      ['--targets', 'x', '--all-databases'],
      "Cannot read the command: option '--targets <file>' cannot be used with option '--all-databases'. Nothing was changed. Run: typeorm-resync --help",
    ],
    [
      ['--targets', 'x', '-d', 'y.ts'],
      "Cannot use --data-source with --targets: a fleet's databases are named by URL, and a URL knows no entities. Use --table or --schema.",
    ],
    [
      ['--all-databases', '--entity', 'User'],
      "Cannot use --entity with --all-databases: a fleet's databases are named by URL, and a URL knows no entities. Use --table or --schema.",
    ],
    [
      ['--all-databases'],
      'Cannot choose a server: none is named. Use --all-databases with --url URL of one of its databases, or set DATABASE_URL.',
    ],
    [
      ['--url', NOWHERE, '--include-database', 'x'],
      'Cannot use --include-database with one database. Use it with --targets FILE or --all-databases.',
    ],
    [
      ['--url', NOWHERE, '--max-connections', '4'],
      'Cannot use --max-connections with one database. Use it with --targets FILE or --all-databases.',
    ],
    [
      ['--all-databases', '--max-connections', '0'],
      'Cannot use --max-connections "0": expected a whole number, 1 to 9999. Nothing was changed.',
    ],
  ])('%j', async (args, message) => {
    expect(await refusal('verify', ...args)).toBe(message)
    expect(await refusal('apply', ...args)).toBe(message)
  })

  it('a format that tells of one database', async () => {
    const message = (format: string) =>
      `Cannot use --format ${format} with many databases: it tells of one. Run it for each, or use --format json.`
    const args = ['verify', '--targets', listed(NOWHERE), '--format']
    expect(await refusal(...args, 'prometheus')).toBe(message('prometheus'))
    expect(await resync([...args, 'nagios'])).toEqual({
      exitCode: 3,
      out: `SEQUENCES UNKNOWN - ${message('nagios')}`,
      err: '',
    })
  })

  it('a server that cannot be asked for its databases', async () => {
    expect(await refusal('apply', '--all-databases', '--url', NOWHERE)).toBe(
      'Cannot connect to 127.0.0.1:1: nothing listens there. Nothing was changed.',
    )
  })
})
