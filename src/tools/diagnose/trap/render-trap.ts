import { commentedName, inTemplate, type MigrationSource } from '../../generator/render'
import { MOST_RECORDS, removeTrapSql, setTrapSql, type TrapColumn } from './trap-sql'

/** What a trap's migration is made from. */
export interface TrapSource extends Pick<MigrationSource, 'className' | 'language'> {
  readonly columns: readonly TrapColumn[]
  /** How long each statement waits for its table's lock. */
  readonly lockTimeout: string
}

/** Returns the text of a migration that sets traps, and whose revert takes them away: it imports nothing but TypeORM's types. */
export function renderTrap(
  { className, columns, language, lockTimeout }: TrapSource,
  indent = '  ',
): string {
  const typed = language === 'ts'
  const head = {
    ts: `import type { MigrationInterface, QueryRunner } from "typeorm";\n\n`,
    esm: '',
    cjs: `"use strict";\n\n`,
  }[language]
  const declaration = {
    ts: `export class ${className} implements MigrationInterface`,
    esm: `export class ${className}`,
    cjs: `module.exports = class ${className}`,
  }[language]
  const method = (name: string, sql: (column: TrapColumn, timeout: string) => string) => {
    const statements = columns.map(
      (column) =>
        `${indent}${indent}await queryRunner.query(\`\n${inTemplate(sql(column, lockTimeout))}\n\`);`,
    )
    return `${indent}${typed ? 'public ' : ''}async ${name}(queryRunner${typed ? ': QueryRunner' : ''})${typed ? ': Promise<void>' : ''} {
${statements.join('\n')}
${indent}}`
  }
  return `${head}/**
 * Records who inserts ids that the sequence has not given:
${columns.map((column) => ` *   ${commentedName(column)}`).join('\n')}
 *
 * No insert fails because of it. Of a statement it keeps the text without its values, for at most ${MOST_RECORDS.toLocaleString('en')} statements a column.
 * It waits up to ${lockTimeout} for each table's lock, which it keeps until its transaction ends: run it by itself. migration:revert takes it away,
 * with what it recorded. Written by typeorm-resync; each statement also runs as it stands in psql.
 */
${declaration} {
${indent}name = "${className}";

${method('up', setTrapSql)}

${method('down', removeTrapSql)}
}${language === 'cjs' ? ';' : ''}
`
}
