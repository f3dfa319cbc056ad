import { Allowed, Flag, Names, OneOf, Optional, Text, Time } from '../../options/rules'
import { shown, validated, type Rules } from '../../options/validated'

/** Checks what was typed, and returns it. An error names options as they are typed. */
export function checked<T extends object>(rules: Rules<T>, options: object): T {
  return validated(rules, options, optionName, typed) as T
}

function typed(value: unknown): string {
  return Array.isArray(value) ? value.map(shown).join(' ') : shown(value)
}

function optionName(property: string): string {
  // TypeORM's own spelling.
  if (property === 'outputJs') return '--outputJs'
  return `--${property.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** How to print. */
export const FORMATS = ['table', 'json'] as const

/** The options that name a database. */
export class TargetFlags {
  @Optional()
  @Text('a file')
  readonly dataSource?: string

  @Optional()
  @Text('postgres://user:password@host:5432/database')
  readonly url?: string
}

/** The options that say which columns, and how long to wait. */
export class ColumnFlags extends TargetFlags {
  @Optional()
  @Names('entity names')
  readonly entity?: string[]

  @Optional()
  @Names('tables, each as [schema.]table')
  readonly table?: string[]

  @Optional()
  @Names('schema names')
  readonly schema?: string[]

  @Optional()
  @Flag()
  readonly allSchemas?: boolean

  @Time()
  readonly lockTimeout: string

  @Time()
  readonly statementTimeout: string
}

/** How many connections may work side by side. More would be work for the server alone. */
export function Jobs(): PropertyDecorator {
  return Allowed('a whole number, 1 to 64', (value) =>
    /^([1-9]|[1-5]\d|6[0-4])$/.test(String(value)),
  )
}

/** These, and how to print. */
export class SelectorFlags extends ColumnFlags {
  @OneOf(FORMATS)
  readonly format: (typeof FORMATS)[number]
}

/** Returns what the selectors mean to the library. */
export function selection(flags: ColumnFlags) {
  const { entity, table, schema, lockTimeout, statementTimeout } = flags
  return { entities: entity, tables: table, schemas: schema, lockTimeout, statementTimeout }
}
