import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DataSource, EntitySchema } from 'typeorm'
import { describe, expect, it } from 'vitest'
import { generateResyncMigrations } from '../../src/tools/generator/generate'
import { migrationName } from '../../src/tools/generator/name'
import { HOSTILE } from '../fixtures/hostile'
import { NAMESAKES } from '../fixtures/namesakes'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { bin, npm, ROOT } from '../support/run'

const database = useDatabase()
const FIXTURE = join(ROOT, 'test/fixtures/data-source.ts')
const newFolder = useFolders()

describe('generate', () => {
  it('writes one file for each entity, named and stamped as TypeORM does, in its order', async () => {
    const folder = newFolder()
    const ran = await resync([
      'generate',
      '-d',
      FIXTURE,
      '--all',
      '--out',
      folder,
      '--timestamp',
      '1700000000000',
    ])
    const files = [
      '1700000000000-ResyncUserAccountSequence.ts',
      '1700000000001-ResyncContentSequence.ts',
    ]
    expect(ran).toEqual({
      exitCode: 0,
      out: files.map((file) => join(folder, file)).join('\n'),
      err: `The DataSource does not read ${folder}. Add to its migrations: "${folder}/*.ts"\nReview, then run: typeorm migration:run -d ${FIXTURE}`,
    })
    expect(readdirSync(folder)).toEqual(files)
  })

  it('wrote the migrations of this project, which are committed as they came out', async () => {
    const entities = {
      ExtractionTelemetryV2: 1,
      HttpErrorSummary: 2,
      ContentTypeDetectionTelemetry: 3,
    }
    for (const [entity, n] of Object.entries(entities)) {
      const stamp = `179539200000${String(n)}`
      const ran = await npm('gen-resync', [
        '--entity',
        entity,
        '--again',
        '--timestamp',
        stamp,
        '--dry-run',
      ])
      expect(ran.exitCode).toBe(0)
      expect(ran.out).toBe(
        readFileSync(join(ROOT, `src/migrations/${stamp}-Resync${entity}Sequence.ts`), 'utf8'),
      )
    }
  })

  it('skips an entity that has one already, unless asked for another, and stamps that after the newest', async () => {
    const folder = newFolder()
    const args = ['generate', '-d', FIXTURE, '--entity', 'Content', '--out', folder]
    writeFileSync(join(folder, '9000000000000-Later.ts'), '')
    expect((await resync(args)).out).toBe(join(folder, '9000000000001-ResyncContentSequence.ts'))
    expect(await resync(args)).toEqual({
      exitCode: 0,
      out: '',
      err: 'Entity "Content" has a resync migration already. Use --again for a new one.',
    })
    expect((await resync([...args, '--again'])).out).toBe(
      join(folder, '9000000000002-ResyncContentSequence.ts'),
    )
  })

  it('knows what a migration repairs by its text: its name and line ends may be changed', async () => {
    const folder = newFolder()
    const args = ['generate', '-d', FIXTURE, '--all', '--out', folder]
    for (const path of (await resync(args)).out.split('\n')) {
      const text = readFileSync(path, 'utf8').replaceAll('\n', '\r\n')
      writeFileSync(path.replace(/-Resync(\w+)Sequence/, '-Mend$1'), text)
      rmSync(path)
    }
    expect(await resync([...args, '--check'])).toMatchObject({ exitCode: 0, out: '' })
    expect(readdirSync(folder).map((name) => name.slice(14))).toEqual([
      'MendUserAccount.ts',
      'MendContent.ts',
    ])
  })

  it('writes one file for all when asked to, and only for what no file repairs yet', async () => {
    const folder = newFolder()
    const args = ['generate', '-d', FIXTURE, '--out', folder]
    expect((await resync([...args, '--entity', 'Content'])).exitCode).toBe(0)
    const single = [...args, '--all', '--single']
    const ran = await resync(single)
    expect(ran.err).toContain('Entity "Content" has a resync migration already.')
    expect(readFileSync(ran.out, 'utf8').match(/target constant regclass.*/g)).toEqual([
      `target constant regclass := '"app"."user_account"';`,
      `target constant regclass := '"app"."user_account"';`,
    ])
    expect((await resync(single)).out).toBe('')
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('writes where the migrations of the DataSource are, and says when it lists none', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'db/steps'), { recursive: true })
    const source = (migrations: string) =>
      `const { DataSource, EntitySchema } = require('typeorm')
       const User = new EntitySchema({ name: 'User', columns: { id: { type: 'integer', primary: true, generated: true } } })
       module.exports = new DataSource({ type: 'postgres', entities: [User], migrations: ${migrations} })`
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'named.js'), source(`[__dirname + '/db/steps/*{.ts,.js}']`))
    writeFileSync(join(folder, 'none.js'), source('[]'))
    const written = async (file: string) =>
      bin(['generate', '-d', file, '--all', '--outputJs', '--timestamp', '1700000000000'], {
        cwd: folder,
      })
    expect(await written('named.js')).toEqual({
      exitCode: 0,
      out: 'db/steps/1700000000000-ResyncUserSequence.js\n',
      err: 'Review, then run: npx typeorm migration:run -d named.js\n',
    })
    expect(await written('none.js')).toEqual({
      exitCode: 0,
      out: 'src/migrations/1700000000000-ResyncUserSequence.js\n',
      err: `The DataSource does not read src/migrations. Add to its migrations: "src/migrations/*.js"
Review, then run: npx typeorm migration:run -d none.js\n`,
    })
  })

  it('writes all or nothing', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, '1700000000001-ResyncContentSequence.ts'), '')
    const args = ['generate', '-d', FIXTURE, '--all', '--timestamp', '1700000000000', '--out']
    expect(await resync([...args, folder])).toMatchObject({
      exitCode: 2,
      err: `Cannot write "${join(folder, '1700000000001-ResyncContentSequence.ts')}": it exists, and nothing is ever overwritten. Nothing was written. Use another --timestamp or --out.`,
    })
    expect(readdirSync(folder)).toEqual(['1700000000001-ResyncContentSequence.ts'])
  })

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('says when it may not write', async () => {
    const folder = newFolder()
    chmodSync(folder, 0o555)
    const path = join(folder, '1700000000000-ResyncContentSequence.ts')
    const args = ['generate', '-d', FIXTURE, '--entity', 'Content', '--out', folder]
    expect(await resync([...args, '--timestamp', '1700000000000'])).toMatchObject({
      exitCode: 2,
      err: `Cannot write "${path}": EACCES: permission denied, open '${path}'. Nothing was written. Use another --out FOLDER.`,
    })
  })

  it('checks without writing: exit 1 while a migration is missing', async () => {
    const folder = newFolder()
    const args = ['generate', '-d', FIXTURE, '--entity', 'Content', '--out', folder]
    expect((await resync([...args, '--check'])).exitCode).toBe(1)
    expect(readdirSync(folder)).toEqual([])
    await resync(args)
    expect((await resync([...args, '--check'])).exitCode).toBe(0)
  })

  it('writes only for what is behind when asked for the drifted, and changes nothing by connecting', async () => {
    await database.query(`create schema if not exists app; drop table if exists app.user_account, content cascade;
      create table app.user_account (id serial, ticket_no serial); create table content (id bigserial); insert into content values (3)`)
    const folder = newFolder()
    const ran = await bin(['generate', '-d', FIXTURE, '--drifted', '--out', folder], {
      env: { FIXTURE_URL: database.url },
    })
    expect(ran.err).toContain('Review, then run: ')
    expect(readdirSync(folder)).toMatchObject([
      expect.stringMatching(/^\d{13}-ResyncContentSequence\.ts$/),
    ])
    expect(await database.query('select id from content')).toEqual([{ id: '3' }])
    expect(
      await database.query(
        `select 1 from pg_class where relname in ('session', 'country', 'overview')`,
      ),
    ).toEqual([])
  })

  it('writes for the table of an entity, by the name of any that stands for it', async () => {
    const { out } = await resync(['generate', '-d', FIXTURE, '--entity', 'Photo', '--dry-run'])
    expect(out).toContain('export class ResyncContentSequence')
  })

  it('gives different entities different names', () => {
    const names = ['User', 'user', 'A_B', 'AB', 'Größe', 'Grösse', HOSTILE, ''].map((entity) =>
      migrationName({ entity, schema: undefined, table: 'any' }),
    )
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => !/^Resync[A-Za-z0-9]*Sequence$/.test(name))).toEqual([])
    expect(names[0]).toBe('ResyncUserSequence')
  })

  it('counts what is there already where it is much, and still says what to do next', async () => {
    const folder = newFolder()
    const entity = (n: number) =>
      `new EntitySchema({ name: 'E${String(n)}', columns: { id: { type: 'integer', primary: true, generated: true } } })`
    const source = (count: number) => {
      writeFileSync(
        join(folder, 'data-source.cjs'),
        `const { DataSource, EntitySchema } = require('typeorm')
         module.exports = new DataSource({ type: 'postgres', migrations: ['steps/*.js'], entities: [${Array.from({ length: count }, (_, n) => entity(n)).join()}] })`,
      )
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const args = ['generate', '-d', 'data-source.cjs', '--all', '--outputJs']
    source(24)
    expect((await bin(args, { cwd: folder })).exitCode).toBe(0)
    source(25)
    const ran = await bin(args, { cwd: folder })
    expect(ran.err).toBe(`24 tables have a resync migration already. Use --again for new ones.
Review, then run: npx typeorm migration:run -d data-source.cjs\n`)
    // In the module system of the folder, not of the DataSource.
    expect(readFileSync(join(folder, ran.out.trim()), 'utf8')).toContain('export class ResyncE24')
  })

  it('writes for a namesake that has a generated key, whatever the other has', async () => {
    const { migrations } = await generateResyncMigrations(
      new DataSource({ type: 'postgres', entities: NAMESAKES }),
      { entities: ['Person'], dryRun: true },
    )
    expect(migrations.flatMap(({ tables }) => tables.map(({ table }) => table))).toEqual(['clerk'])
  })

  it('says why an entity is passed over, a view too; and where there is none at all', async () => {
    expect((await resync(['generate', '-d', FIXTURE, '--entity', 'Overview'])).err).toBe(
      'Cannot write a resync for entity "Overview": a view. Nothing was written. Use --list to see what there is.',
    )
    await expect(
      generateResyncMigrations(new DataSource({ type: 'postgres', entities: [] })),
    ).rejects.toThrow(
      'Cannot find entities: the DataSource has none. Nothing was written. Look whether the patterns in its entities match files from this folder.',
    )
  })

  it('tells two entities of one name apart by their tables', async () => {
    const order = (tableName: string) =>
      new EntitySchema<{ id: number }>({
        name: 'Order',
        tableName,
        columns: { id: { type: 'integer', primary: true, generated: true } },
      })
    const { migrations } = await generateResyncMigrations(
      new DataSource({
        type: 'postgres',
        entities: [order('sales_order'), order('support_order')],
      }),
      { dryRun: true, timestamp: 1e12 },
    )
    expect(
      migrations.map(({ className, tables }) => [className, tables.map(({ table }) => table)]),
    ).toEqual([
      [expect.stringMatching(/^ResyncOrder[0-9a-f]{8}Sequence1000000000000$/), ['sales_order']],
      [expect.stringMatching(/^ResyncOrder[0-9a-f]{8}Sequence1000000000001$/), ['support_order']],
    ])
    expect(new Set(migrations.map(({ className }) => className.slice(0, -13))).size).toBe(2)
  })

  it('says of which it cannot be told whether they are behind, and exits 1', async () => {
    await database.query(`create schema if not exists app; drop table if exists app.user_account, content cascade; 
      create table app.user_account (id serial, ticket_no bigint default nextval('nowhere'::text)); create table content (id bigserial)`)
    const ran = await bin(['generate', '-d', FIXTURE, '--drifted', '--dry-run'], {
      env: { FIXTURE_URL: database.url },
    })
    expect(ran).toEqual({
      exitCode: 1,
      out: '',
      err: `Cannot tell which sequence feeds "app"."user_account"."ticket_no": its default names one as text, which is looked up at each insert, and there is none of that name, or several.\n`,
    })
  })

  it('names the nearest entities, and says when one has no generated key', async () => {
    expect(await resync(['generate', '-d', FIXTURE, '--entity', 'UserAcount'])).toEqual({
      exitCode: 2,
      out: '',
      err: 'Cannot find entity "UserAcount" in the DataSource. Nearest: UserAccount. Nothing was changed.',
    })
    expect(await resync(['generate', '-d', FIXTURE, '--entity', 'Session'])).toEqual({
      exitCode: 2,
      out: '',
      err: 'Cannot write a resync for entity "Session": key id is a uuid. Nothing was written. Use --list to see what there is.',
    })
  })

  it('says what is wrong with a folder it cannot use, and overwrites nothing', async () => {
    const folder = newFolder()
    const file = join(folder, 'taken')
    writeFileSync(file, 'mine')
    const args = ['generate', '-d', FIXTURE, '--entity', 'Content', '--out']
    expect(await resync([...args, file])).toMatchObject({
      exitCode: 2,
      err: `Cannot read the migrations in "${file}": ENOTDIR: not a directory, scandir '${file}'. Nothing was written. Use another --out FOLDER.`,
    })
    await resync([...args, folder, '--timestamp', '1700000000000'])
    expect(
      await resync([...args, folder, '--timestamp', '1700000000000', '--again']),
    ).toMatchObject({
      exitCode: 2,
      err: `Cannot write "${join(folder, '1700000000000-ResyncContentSequence.ts')}": it exists, and nothing is ever overwritten. Nothing was written. Use another --timestamp or --out.`,
    })
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  it('refuses timestamps that TypeORM would not read, up to the last', async () => {
    const folder = newFolder()
    const ran = await resync([
      'generate',
      '-d',
      FIXTURE,
      '--all',
      '--out',
      folder,
      '--timestamp',
      '9999999999999',
    ])
    expect(ran).toMatchObject({
      exitCode: 2,
      err: 'Cannot use timestamp 10000000000000: expected milliseconds since 1970, 13 digits, as TypeORM reads them. Nothing was written.',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('asks for what to write, and for a DataSource', async () => {
    expect((await resync(['generate', '-d', FIXTURE])).err).toBe(
      'Cannot choose what to write: nothing is named. Use --entity NAME, --all, --table NAME, --all-tables or --drifted; --list shows what there is.',
    )
    expect((await resync(['generate', '--all'])).err).toBe(
      'Cannot find the entities: no DataSource is named. Run: typeorm-resync generate --data-source FILE',
    )
  })
})
