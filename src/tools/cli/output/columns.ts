import { styleText } from 'node:util'
import { sequenceName } from '../../sequences/names'
import type { Verdict } from '../../sequences/verdict'
import type { VerifiedColumn } from '../../sequences/verify'
import { printable } from './printable'

/** Returns a number of the domain as its JSON: a string, because a bigint can be more than JSON's numbers hold. */
export function jsonValue(value: bigint | null): string | null {
  return value === null ? null : String(value)
}

/** Adds to the command in a sentence what finds the database of this run. */
export type Runnable = (sentence: string) => string

/** Returns a column's fields in JSON; their names are a contract. */
export function jsonColumn(column: VerifiedColumn, runnable: Runnable = (sentence) => sentence) {
  return {
    schema: column.schema,
    table: column.table,
    column: column.column,
    entity: column.entity,
    migrationsTable: column.migrationsTable,
    sequence: column.sequence && sequenceName(column.sequence),
    binding: column.binding,
    lastValue: jsonValue(column.lastValue),
    isCalled: column.isCalled,
    nextValue: jsonValue(column.nextValue),
    columnMax: jsonValue(column.columnMax),
    gap: jsonValue(column.gap),
    headroom: column.headroom,
    verdict: column.verdict,
    reason: column.reason === null ? null : runnable(column.reason),
    faults: column.faults,
  }
}

/** Returns `schema.table.column` for a table cell. */
export function shortName(column: VerifiedColumn): string {
  return printable(`${column.schema}.${column.table}.${column.column}`)
}

const COLOURS = { ok: 'green', behind: 'red', unknown: 'yellow' } as const

/** Returns the verdict's word, coloured where the terminal shows colour. */
export function verdictCell(verdict: Verdict, colour: boolean): string {
  return colour ? styleText(COLOURS[verdict], verdict, { validateStream: false }) : verdict
}
