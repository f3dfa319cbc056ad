import { groupedBy } from '../../grouped-by'
import type { RowText } from '../accepted-event'
import type { TableColumns } from './table-columns'

/** Rows that one INSERT can write: what they leave out has no default, or is left out by all. */
export interface RowGroup<Item> {
  readonly items: readonly Item[]
  /** The columns to write, in the table's order, then those that the table does not have: PostgreSQL will name them. */
  readonly columns: readonly string[]
}

/** Groups rows by the columns with a default that they give. */
export function rowGroups<Item>(
  items: readonly Item[],
  rowOf: (item: Item) => RowText,
  table: TableColumns,
): RowGroup<Item>[] {
  const optional = [...table.values()].filter(({ hasDefault }) => hasDefault)
  const given = (item: Item) => {
    const row = rowOf(item)
    return optional.map(({ name }) => (row[name] === undefined ? '0' : '1')).join('')
  }
  return [...groupedBy(items, given).values()].map((group) => ({
    items: group,
    columns: givenColumns(group, rowOf, table),
  }))
}

function givenColumns<Item>(
  items: readonly Item[],
  rowOf: (item: Item) => RowText,
  table: TableColumns,
): string[] {
  const given = new Set<string>()
  for (const item of items) {
    const row = rowOf(item)
    for (const name in row) if (row[name] !== undefined) given.add(name)
  }
  const known = [...table.keys()].filter((name) => given.delete(name))
  return [...known, ...given]
}
