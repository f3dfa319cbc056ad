import { beforeAll, describe, expect, inject, it } from 'vitest'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { APPLICATIONS } from './applications'
import { Project } from './project'

/** Reads what the decorators said, where our discovery reads the metadata that TypeORM makes of it. */
const DECLARED = `
const dataSource = require('./data-source.js')
dataSource.buildMetadatas().then(() => {
  const entities = dataSource.entityMetadatas.filter(({ isJunction }) => !isJunction)
  const columns = require('typeorm').getMetadataArgsStorage().generations
    .filter(({ strategy }) => strategy === 'increment' || strategy === 'identity')
    .map(({ target, propertyName }) => [target.name, dataSource.getMetadata(target).tableName, propertyName])
  console.log(JSON.stringify({ count: entities.length, columns: columns.map((column) => column.join(' ')).sort() }))
})`

const DISCOVERED = `
const { discoverGeneratedColumns } = require('typeorm-resync')
discoverGeneratedColumns(require('./data-source.js')).then((columns) => {
  console.log(JSON.stringify(columns.map(({ entity, table, column }) => [entity, table, column].join(' ')).sort()))
})`

/** What the catalog itself says is fed by a sequence. */
const FED = `
select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns
where column_default like 'nextval(%' or is_identity = 'YES' order by name`

const RESYNC = 'node_modules/.bin/typeorm-resync'
const DATA_SOURCE = ['-d', 'data-source.js']

for (const application of APPLICATIONS) {
  describe(application.name, () => {
    const newFolder = useFolders()
    const database = useDatabase()
    let project: Project

    beforeAll(async () => {
      const folder = newFolder()
      project = new Project(folder, {
        DATABASE_URL: database.url,
        XDG_CONFIG_HOME: folder,
      })
      // Else Medusa leaves a process behind, which reports what was used; its variable against that only keeps the report empty.
      project.write('medusa/config.json', '{ "telemetry": { "enabled": false } }')
      await project.begin(...application.install, inject('tarball'))
      project.write(
        'data-source.js',
        `const { DataSource } = require('typeorm')
module.exports = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: ${application.entities},
  migrations: [${application.migrations}, 'src/migrations/*.js'],
})`,
      )
    })

    const resync = (args: string[], exitCode = 0) =>
      project.runs(RESYNC, [...args, ...DATA_SOURCE], exitCode)

    it('has the generated columns that the decorators declare, and no others', async () => {
      const { count, generated } = application
      expect(await project.evaluate(DECLARED)).toEqual({ count, columns: generated })
      expect(await project.evaluate(DISCOVERED)).toEqual(generated)
      const printed = await resync(['generate', '--all', '--dry-run'])
      const named = [...printed.matchAll(/Moves the sequence behind "(\w+)"\."(\w+)"/g)]
      expect(named.map(([, table, column]) => `${String(table)} ${String(column)}`).sort()).toEqual(
        generated.map((line) => line.replace(/^\S+ /, '')).sort(),
      )
    })

    it('is repaired by the migrations that generate writes', async () => {
      const { insert, drift, ids, behind, fed, generated } = application
      const migrate = () => project.runs('npx', ['typeorm', 'migration:run', ...DATA_SOURCE])
      const verified = async (exitCode: number) =>
        JSON.parse(await resync(['verify', '--format', 'json'], exitCode)) as {
          summary: unknown
          columns: { schema: string; table: string; column: string }[]
        }

      await migrate()
      expect(await project.evaluate(insert)).toBe(ids[0])
      await database.query(drift)
      const before = await verified(1)
      expect(before.summary).toMatchObject({ total: fed, behind, unknown: 0 })
      const listed = before.columns.map(
        ({ schema, table, column }) => `${schema}.${table}.${column}`,
      )
      const catalog = await database.query<{ name: string }>(FED)
      expect(listed.sort()).toEqual(catalog.map(({ name }) => name))

      const written = await resync(['generate', '--all', '--outputJs'])
      // Not beside Medusa's own, which the DataSource names too.
      expect(written.trim().split('\n')).toEqual(
        generated.map((): unknown =>
          expect.stringMatching(/^src\/migrations\/\d{13}-Resync\w+\.js$/),
        ),
      )
      await migrate()
      expect((await verified(0)).summary).toMatchObject({ total: fed, ok: fed })
      expect(await project.evaluate(insert)).toBe(ids[1])
    })
  })
}
