import type { SequenceColumn } from '../catalog/sequence-column'
import { quoteIdentifier, quoteQualified } from '../db/quoting'

/** Returns `"schema"."table"."column"`, as messages name it. */
export function columnName({
  schema,
  table,
  column,
}: Pick<SequenceColumn, 'schema' | 'table' | 'column'>): string {
  return `${quoteQualified(schema, table)}.${quoteIdentifier(column)}`
}

/** Returns `"schema"."sequence"`, as messages and SQL name it. */
export function sequenceName(sequence: { readonly schema: string; readonly name: string }): string {
  return quoteQualified(sequence.schema, sequence.name)
}

/** Returns the value for `--table` that selects this table, ready for a shell. */
export function tableArgument({ schema, table }: Pick<SequenceColumn, 'schema' | 'table'>): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_$]*$/
  const part = (name: string) => (plain.test(name) ? name : quoteIdentifier(name))
  const argument = `${part(schema)}.${part(table)}`
  return shellWord(argument)
}

/** Returns a word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
