import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DataSource } from 'typeorm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { migrationsFolder } from '../../src/tools/generator/folder'
import { useFolders } from '../support/folders'

const newFolder = useFolders()

/** Returns the folder for a project in which some exist. */
function folder(migrations: string[], existing: string[], language: 'ts' | 'js' = 'ts'): string {
  const project = newFolder()
  for (const path of existing) mkdirSync(join(project, path), { recursive: true })
  vi.spyOn(process, 'cwd').mockReturnValue(project)
  const names = migrations.map((glob) => glob.replace('<project>', project))
  return migrationsFolder(new DataSource({ type: 'postgres', migrations: names }), language)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the folder for migrations', () => {
  it('is the one that the DataSource names, there or not yet', () => {
    expect(folder(['src/db/*.ts'], ['src/migrations'])).toBe('src/db')
    expect(folder(['<project>/src/db/*{.ts,.js}'], [])).toBe('src/db')
    expect(folder(['<project>/src/**/migrations/**/*{.ts,.js}'], [])).toBe('src/migrations')
    expect(folder(['src/one/*.[tj]s', 'src/two/*.ts'], ['src/two'])).toBe('src/two')
  })

  it('is never what a compiler or an installation writes', () => {
    expect(folder(['dist/migrations/*.js'], ['dist/migrations'])).toBe('src/migrations')
    expect(folder(['<project>/build/db/*{.ts,.js}'], ['build/db'])).toBe('src/migrations')
    expect(folder(['node_modules/some/migrations/*.js'], [], 'js')).toBe('src/migrations')
    expect(folder(['dist/migrations/*.js'], [], 'js')).toBe('dist/migrations')
  })

  it('is a usual one where the DataSource names none', () => {
    expect(folder([], ['src/migration'])).toBe('src/migration')
    expect(folder(['src/*/migrations/*.ts'], ['migrations'])).toBe('migrations')
    expect(folder([], [])).toBe('src/migrations')
  })
})
