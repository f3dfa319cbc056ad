import { quoteLiteral, quoteQualified } from '../db/quoting'
import { READ_FEED } from './feed-sql'
import { repairBlock, type BlockLimits } from './repair-block'

export {
  BURN_LIMIT,
  LONG_BURN_LIMIT,
  METHOD_SETTING,
  SPARE_PERCENT,
  type Method,
} from './repair-block'

/** Which column's sequence to repair, and within which limits. */
export interface RepairTarget extends BlockLimits {
  /** Without it the session's search path decides, as it does for the queries of an entity that names no schema. */
  readonly schema?: string | undefined
  readonly table: string
  readonly column: string
  /** A value that the sequence has to be past as well, whatever its columns hold. Default: none. */
  readonly past?: bigint | undefined
}

/** Returns the lines of the repair that name the column: what tells whose repair a text holds. */
export function repairedColumn({
  schema,
  table,
  column,
}: Pick<RepairTarget, 'schema' | 'table' | 'column'>): string {
  return `target constant regclass := ${quoteLiteral(quoteQualified(schema, table))};
  key constant name := ${quoteLiteral(column)};`
}

/** Returns the repair of a column's sequence as one SQL statement: what a generated migration carries, `apply` runs and the guard runs. */
export function repairSql(repair: RepairTarget): string {
  const { past } = repair
  const floor =
    past === undefined
      ? ''
      : `\n      extreme := case when feed.step > 0 then greatest(extreme, ${String(past)}) else least(extreme, ${String(past)}) end;`
  const parts = {
    declarations: repairedColumn(repair),
    place: "format('%s.%I', target, key)",
    readFeed: READ_FEED,
    readExtreme: `execute feed.read_extreme into extreme;${floor}`,
  }
  return repairBlock(parts, repair)
}
