import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataSource, type MigrationInterface } from 'typeorm'
import { beforeEach, describe, expect, it } from 'vitest'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'

const database = useDatabase()
const newFolder = useFolders()

beforeEach(async () => {
  await database.query(`drop schema public cascade; create schema public;
    create table users (id serial primary key, email text);
    create table fine (id serial primary key); insert into fine default values`)
})

const diagnose = (...options: string[]) => resync(['diagnose', '--url', database.url, ...options])

interface Json {
  readonly columns: readonly {
    readonly table: string
    readonly causes: readonly {
      readonly kind: string
      readonly confidence: string
      readonly evidence: readonly { readonly source: string; readonly text: string }[]
    }[]
  }[]
}

describe('diagnose --trap', () => {
  it('writes a migration for what is behind; once that ran, diagnose names who brought the ids', async () => {
    await database.query(`insert into users values (5, 'a@b.c')`)
    const folder = join(newFolder(), 'migrations')
    const ran = await diagnose('--trap', '--out', folder)
    const [name = ''] = readdirSync(folder)
    expect(ran).toEqual({
      exitCode: 0,
      out: join(folder, name),
      err: `Does not see rows that a subscription brings after its first copy of a table.
Review, then run the project's own migration:run.
Let it watch for a while, then see what it caught. Run: typeorm-resync diagnose --url URL --table public.users`,
    })
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain('"fine"')
    const loaded = (await import(join(folder, name))) as Record<
      string,
      new () => MigrationInterface
    >
    const dataSource = await new DataSource({
      type: 'postgres',
      url: database.url,
      migrations: Object.values(loaded),
    }).initialize()
    await dataSource.runMigrations()
    await database.query(`set application_name = 'seeder'; insert into users values (9, 'x@y.z')`)
    const { columns } = JSON.parse((await diagnose('--format', 'json')).out) as Json
    expect(columns[0]?.causes[0]).toMatchObject({
      kind: 'explicit-ids',
      confidence: 'proven',
      evidence: [
        { source: 'trap', text: expect.stringContaining('application "seeder"') as string },
      ],
    })
    expect(JSON.stringify(columns)).not.toContain('x@y.z')
    await dataSource.undoLastMigration()
    expect((await diagnose()).out).not.toContain('seeder')
    await dataSource.destroy()
  })

  it('says where it cannot be set, and what needs it', async () => {
    expect(await diagnose('--trap')).toEqual({
      exitCode: 2,
      out: '',
      err: 'Cannot choose where to set a trap: no sequence is behind, and no table is named. Nothing was written. Use --table NAME.',
    })
    expect((await diagnose('--dry-run')).err).toBe(
      'Cannot use --out, --outputJs, --esm or --dry-run without --trap: nothing else is written. Leave them out, or add --trap.',
    )
  })
})

describe('diagnose --source', () => {
  it('names the file and line that brings the ids, and no value', async () => {
    await database.query(`insert into users values (5, 'a@b.c')`)
    const folder = newFolder()
    mkdirSync(join(folder, 'seeds'))
    writeFileSync(
      join(folder, 'seeds/users.ts'),
      `export const seed = (m) =>\n  m.query("insert into users (id, email) values (5, 'a@b.c')")\n`,
    )
    const { out, exitCode } = await diagnose('--source', folder)
    expect(exitCode).toBe(1)
    expect(out).toContain('(seed)\n    seeds/users.ts:2: ')
    expect(out).not.toContain('a@b.c')
    expect((await diagnose('--no-source')).out).not.toContain('seeds/users.ts')
  })
})
