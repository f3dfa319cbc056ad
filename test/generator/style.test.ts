import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderMigration } from '../../src/tools/generator/render'
import { projectStyle } from '../../src/tools/generator/style'
import { useFolders } from '../support/folders'
import { ROOT, run } from '../support/run'

const newFolder = useFolders()
const FILE = 'migrations/1700000000000-Resync.ts'

/** Makes a project with these files, and writes a migration there in its style. */
async function written(
  files: Record<string, string>,
  packages: readonly string[] = [],
): Promise<{ folder: string; text: string }> {
  const folder = newFolder()
  mkdirSync(join(folder, 'migrations'))
  mkdirSync(join(folder, 'node_modules'))
  for (const name of packages) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const style = await projectStyle(join(folder, FILE))
  const source = {
    className: 'ResyncANameThatMakesTheLineLongerThanEightyColumnsSequence1700000000000',
    tables: [{ entity: 'Order', schema: 'sales', table: 'order', columns: ['id'] }],
    language: 'ts',
  } as const
  const text = await style.format(renderMigration(source, style.indent), source.className)
  writeFileSync(join(folder, FILE), text)
  return { folder, text }
}

describe('the style of a migration', () => {
  it(`is that of the project's prettier, which finds nothing to change`, async () => {
    const { folder, text } = await written(
      {
        '.prettierrc': '{"singleQuote":true,"semi":false}',
        '.editorconfig': '[*]\nindent_style=tab',
      },
      ['prettier'],
    )
    expect(text).toContain("import type { MigrationInterface, QueryRunner } from 'typeorm'\n")
    expect(text).toContain(" implements MigrationInterface {\n\tname =\n\t\t'Resync")
    expect(text).toContain('\n  target constant regclass := \'"sales"."order"\';\n')
    const prettier = join(ROOT, 'node_modules/prettier/bin/prettier.cjs')
    const check = await run(process.execPath, [prettier, '--check', FILE], { cwd: folder })
    expect(check).toMatchObject({ exitCode: 0 })
  })

  it(`is that of .editorconfig where there is no prettier, or it is told to leave migrations alone`, async () => {
    const editor = {
      '.editorconfig': '[*.ts]\nindent_style = space\nindent_size = 4\nend_of_line = crlf',
    }
    const { text } = await written(editor)
    expect(text).toContain('{\r\n    name = "Resync')
    const ignored = {
      ...editor,
      '.prettierrc': '{"singleQuote":true}',
      '.prettierignore': 'migrations',
    }
    expect(await written(ignored, ['prettier'])).toMatchObject({ text })
  })

  it('is ours where the project has none, or a configuration that cannot be read', async () => {
    const { text } = await written({})
    expect(text).toContain('{\n  name = "Resync')
    expect(await written({ '.prettierrc': '{' }, ['prettier'])).toMatchObject({ text })
  })
})
