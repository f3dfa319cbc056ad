import { quoteIdentifier, quoteQualified } from '../db/quoting'
import type { GeneratedColumn } from '../metadata/generated-columns'
import { repairSql } from '../sequences/repair-sql'

/** The language of a migration file. */
export type MigrationLanguage = 'ts' | 'cjs' | 'esm'

/** What a migration is made from. */
export interface MigrationSource {
  /** The class name: TypeORM reads the order from the 13 digits at its end. */
  readonly className: string
  readonly columns: readonly GeneratedColumn[]
  readonly language: MigrationLanguage
}

/** Returns the text of a migration file: frozen in time, it imports nothing but TypeORM's types. */
export function renderMigration({ className, columns, language }: MigrationSource): string {
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
  return `${head}/**
 * Moves the sequence behind ${columns.map(commentedName).join(' and ')} past the values in the table.
 *
 * It writes only if the sequence is behind and never moves it back, so it may run beside writers, and run again.
 * Written by typeorm-resync; each statement also runs as it stands in psql.
 */
${declaration} {
  name = "${className}";

  ${typed ? 'public ' : ''}async up(queryRunner${typed ? ': QueryRunner' : ''})${typed ? ': Promise<void>' : ''} {
${columns.map(renderRepair).join('\n')}
  }

  ${typed ? 'public ' : ''}async down()${typed ? ': Promise<void>' : ''} {
    // Nothing to undo: no row was changed, and moving the sequence back would make inserts fail with 23505.
  }
}${language === 'cjs' ? ';' : ''}
`
}

function renderRepair(column: GeneratedColumn): string {
  return `    await queryRunner.query(\`\n${inTemplate(repairSql(column))}\n\`);`
}

/** Returns `text` as the inside of a template literal, which would end at a backtick, replace `${` and turn a carriage return into a line feed. */
function inTemplate(text: string): string {
  return text.replaceAll(/[\\`]|\$(?=\{)/g, '\\$&').replaceAll('\r', '\\r')
}

/** Returns a column's name for a comment, which a name must not be able to end. */
function commentedName({ schema, table, column }: GeneratedColumn): string {
  const name = `${quoteQualified(schema, table)}.${quoteIdentifier(column)}`
  return name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').replaceAll('*/', '* /')
}
