import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { scanLogs } from '../../src/tools/logs/scan-logs'
import { resync } from '../support/cli'
import { useOwnServer } from '../support/own-server'
import { postgresMajor } from '../support/postgres-version'

const destinations = postgresMajor() >= 15 ? 'stderr,csvlog,jsonlog' : 'stderr,csvlog'
const server = useOwnServer({
  logging_collector: 'on',
  log_destination: destinations,
  log_timezone: 'UTC',
  log_min_duration_statement: '0',
})

/** Each as a server somewhere has it; %e at the start, in the middle, at the end, and not at all. */
const PREFIXES = [
  '%m [%p] ',
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%m [%p] %q%u@%d %e ',
  '%e %n %a %c:%l ',
  '%t:%r:%u@%d:[%p]:%e:%a:',
  '<%m %p %x %v %e> ',
  '%m %-10a|%10p|%e|%i|',
  '',
] as const

const EXPECTED = [
  { constraint: 'users_pkey', count: 3 },
  { constraint: 'users_email_key', count: 2 },
  { constraint: 'odd "name" 23505', count: 1 },
]

let folder = ''

async function sql(text: string, application = 'admin', isFailing = false): Promise<void> {
  const client = new Client({
    connectionString: server.current().url,
    application_name: application,
  })
  await client.connect()
  try {
    await client.query(text)
  } catch (error) {
    if (!isFailing) throw error
  } finally {
    await client.end()
  }
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await done()) return
    await sleep(25)
  }
  throw new Error('It never came to this.')
}

function text(file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8')
  } catch {
    return ''
  }
}

/** Makes six duplicates, and much that looks like one. */
async function makeDuplicates(): Promise<void> {
  await sql(`insert into users (id, email) values (1, 'x1'), (23505, 'x2')`, 'web', true)
  await sql(`insert into users (id, email) values (1, 'secret-23505')`, 'web', true)
  await sql(`insert into users (id, email)\n  values (1, 'it''s')`, 'job 23505', true)
  await sql(`insert into users (email) values ('a@x')`, 'web', true)
  await sql(`do $$ begin insert into users (email) values ('a@x'); end $$`, 'job 23505', true)
  await sql(`insert into odd values (1)`, '', true)
  await sql(`select 23505 as "23505", ',23505,"', '"state_code":"23505"'`)
  await sql(`select ',23505,",'`)
  await sql(
    `select 'line\n2026-01-01 00:00:00.000 UTC,,,1,,1.1,1,,2026-01-01 00:00:00 UTC,,0,ERROR,23505,"no hit'`,
  )
  await sql(
    `select 'ERROR:  duplicate key value violates unique constraint "not_this"\n23505 ERROR:  duplicate key value violates unique constraint "nor_this"'`,
  )
  await sql(`select 1 / 0 as "23505"`, '23505', true)
}

beforeAll(async () => {
  folder = join(server.current().folder, 'data/log')
  await sql(`create table users (id serial primary key, email text unique);
    create table odd (id int constraint "odd ""name"" 23505" primary key);
    insert into users (email) values ('a@x'); insert into odd values (1)`)
  for (const [index, prefix] of PREFIXES.entries()) {
    const file = `p${String(index)}.log`
    await sql(`alter system set log_filename = '${file}'`)
    await sql(`alter system set log_line_prefix = '${prefix}'`)
    await sql('select pg_reload_conf()')
    await until(async () => {
      await sql(`do $$ begin raise log 'begins'; end $$`)
      return text(file).includes('begins')
    })
    await makeDuplicates()
    await sql(`do $$ begin raise log 'it ends'; end $$`)
    await until(() => text(file).includes('it ends'))
  }
})

describe.each(PREFIXES.map((prefix, index) => [prefix, `p${String(index)}`] as const))(
  'the log of a real server with log_line_prefix "%s"',
  (prefix, name) => {
    const counted = async (extension: string, options = {}) => {
      const scan = await scanLogs([join(folder, `${name}.${extension}`)], options)
      return scan
    }
    const counts = ({ constraints }: Awaited<ReturnType<typeof counted>>) =>
      constraints.map(({ constraint, count }) => ({ constraint, count }))

    it('has every 23505 counted, and nothing else, with the prefix found', async () => {
      const scan = await counted('log')
      expect(counts(scan)).toEqual(EXPECTED)
      expect(scan).toMatchObject({ total: 6, skipped: 0, unknownZones: [] })
      expect(scan.lines).toBe(text(`${name}.log`).split('\n').length - 1)
    })

    it('has the same counted with the prefix given', async () => {
      const scan = await counted('log', prefix === '' ? {} : { logLinePrefix: prefix })
      expect(counts(scan)).toEqual(EXPECTED)
      if (!prefix.includes('%a')) return
      expect(scan.constraints.map(({ applications }) => applications)).toEqual([
        { web: 2, 'job 23505': 1 },
        { web: 1, 'job 23505': 1 },
        { '': 1 },
      ])
    })

    it('has a time for each where the prefix has one', async () => {
      const { constraints, timeless } = await counted('log')
      expect(timeless).toBe(prefix === '' ? 6 : 0)
      const recent = Date.now() - 600_000
      if (prefix !== '') {
        expect(constraints.every(({ first }) => (first?.millis ?? 0) > recent)).toBe(true)
      }
    })

    it('gives the same from other formats and from any cuts', async () => {
      const others = postgresMajor() >= 15 ? ['csv', 'json'] : ['csv']
      for (const extension of others) {
        const scan = await counted(extension)
        expect(counts(scan)).toEqual(EXPECTED)
        expect(scan).toMatchObject({ total: 6, skipped: 0 })
        expect(scan.constraints[0]?.applications).toEqual({ web: 2, 'job 23505': 1 })
        expect({ ...(await counted(extension, { chunkSize: 97 })) }).toEqual(scan)
      }
      expect(await counted('log', { chunkSize: 97 })).toEqual(await counted('log'))
    })
  },
)

describe('a sample', () => {
  it('has no value of a user, unless it is asked for', async () => {
    const file = join(folder, 'p2.log')
    const { constraints } = await scanLogs([file])
    expect(constraints[0]?.sample).toEqual({
      detail: 'Key (id)=(…) already exists.',
      statement: 'insert into users (id, email)\n  values (…, …)',
    })
    const shown = await scanLogs([file], { showValues: true })
    expect(shown.constraints[0]?.sample).toEqual({
      detail: 'Key (id)=(1) already exists.',
      statement: `insert into users (id, email)\n  values (1, 'it''s')`,
    })
    const printed = await resync(['logs', file])
    expect(printed.out).not.toContain('secret')
  })
})

describe('with a database', () => {
  it('names the table, and tells a generated key from another', async () => {
    const { url } = server.current()
    await sql(
      'create schema if not exists other; create table other.odd (id int constraint "odd ""name"" 23505" primary key)',
    )
    const ran = await resync(['logs', join(folder, 'p0.log'), '--url', url, '--format', 'json'])
    expect(ran).toMatchObject({ exitCode: 1, err: '' })
    expect(JSON.parse(ran.out)).toMatchObject({
      total: 6,
      constraints: [
        { constraint: 'users_pkey', table: '"public"."users"', kind: 'generated key', count: 3 },
        { constraint: 'users_email_key', table: '"public"."users"', kind: 'other unique' },
        {
          constraint: 'odd "name" 23505',
          table: null,
          kind: 'other unique',
          tables: ['"other"."odd"', '"public"."odd"'],
        },
      ],
      skipped: 0,
    })
    expect((await resync(['logs', join(folder, 'p0.log'), '--url', url])).err).toBe(
      `A sequence feeds "public"."users". Run: typeorm-resync diagnose --url URL --table '"public"."users"'`,
    )
  })
})
