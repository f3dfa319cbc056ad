import { quoteIdentifier, quoteQualified } from '../db/quoting'
import { repairedColumn, repairSql } from '../sequences/repair-sql'
import type { ResyncTable } from './resync-table'

/** TypeScript; JavaScript, as the folder's package.json says; for CommonJS; an ES module. */
export const LANGUAGES = ['ts', 'js', 'cjs', 'esm'] as const

/** The language of a migration file. */
export type MigrationLanguage = (typeof LANGUAGES)[number]

/** What a migration is made from. */
export interface MigrationSource {
  /** The class name: TypeORM reads the order from the 13 digits at its end. */
  readonly className: string
  readonly tables: readonly ResyncTable[]
  readonly language: Exclude<MigrationLanguage, 'js'>
}

interface Column {
  readonly schema: string | undefined
  readonly table: string
  readonly column: string
}

/** Returns the text of a migration file: frozen in time, it imports nothing but TypeORM's types. */
export function renderMigration(
  { className, tables, language }: MigrationSource,
  indent = '  ',
): string {
  const typed = language === 'ts'
  const columns = tables.flatMap(columnsOf)
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
 * ${subject(columns)}
 *
 * It writes only if a sequence is behind and never moves one back, so it may run beside writers, and run again.
 * Written by typeorm-resync; each statement also runs as it stands in psql.
 */
${declaration} {
${indent}name = "${className}";

${indent}${typed ? 'public ' : ''}async up(queryRunner${typed ? ': QueryRunner' : ''})${typed ? ': Promise<void>' : ''} {
${columns.map((column) => `${indent}${indent}await queryRunner.query(\`\n${inTemplate(repairSql(column))}\n\`);`).join('\n')}
${indent}}

${indent}${typed ? 'public ' : ''}async down()${typed ? ': Promise<void>' : ''} {
${indent}${indent}// Nothing to undo: no row was changed, and moving a sequence back would make inserts fail with 23505.
${indent}}
}${language === 'cjs' ? ';' : ''}
`
}

/** Returns what a migration's text has to hold for it to repair a column. */
export function repairKey(column: Column): string {
  return inTemplate(repairedColumn(column))
}

/** Reads the keys of the columns that a migration repairs. */
export function repairsIn(text: string): string[] {
  const [, ...repairs] = text.replaceAll('\r\n', '\n').split('\n  target constant')
  // A file that was cut off repairs nothing.
  const whole = repairs.filter((repair) => repair.includes('\nend\n'))
  return whole.map((repair) => `target constant${repair.split('\n  burn_limit constant')[0] ?? ''}`)
}

/** Reads the names of a migration file's classes. */
export function classNamesIn(text: string): string[] {
  return [...text.matchAll(/\bclass (\w+\d{13})\b/g)].map(([, name = '']) => name)
}

/** The columns of a table, each as a repair names it. */
export function columnsOf({ schema, table, columns }: ResyncTable): Column[] {
  return columns.map((column) => ({ schema, table, column }))
}

function subject(columns: readonly Column[]): string {
  const [first, ...others] = columns.map(commentedName)
  if (first === undefined || others.length === 0) {
    return `Moves the sequence behind ${String(first)} past the values in the table.`
  }
  return `Moves the sequences behind these columns past the values in their tables:\n${[first, ...others].map((name) => ` *   ${name}`).join('\n')}`
}

/** Returns `text` as the inside of a template literal, which would end at a backtick, replace `${` and turn a carriage return into a line feed. */
export function inTemplate(text: string): string {
  return text.replaceAll(/[\\`]|\$(?=\{)/g, '\\$&').replaceAll('\r', '\\r')
}

/** Returns a column's name for a comment, which a name must not be able to end. */
export function commentedName({ schema, table, column }: Column): string {
  const name = `${quoteQualified(schema, table)}.${quoteIdentifier(column)}`
  return name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').replaceAll('*/', '* /')
}
