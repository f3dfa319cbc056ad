import { quoteLiteral } from '../db/quoting'
import { READ_SEQUENCE } from './feed-sql'
import { sequenceName } from './names'
import { repairBlock, type BlockLimits } from './repair-block'

/** Which sequence to move, and past which value. */
export interface RaiseTarget extends BlockLimits {
  readonly schema: string
  readonly name: string
  /** The next value is to come after this one, in the sequence's direction. */
  readonly past: bigint
}

/** Returns the repair of a sequence whose columns cannot be compared with it, or that has none, as one SQL statement. */
export function raiseSql(raise: RaiseTarget): string {
  const parts = {
    declarations: `target constant regclass := ${quoteLiteral(sequenceName(raise))};`,
    place: 'target::text',
    readFeed: READ_SEQUENCE,
    readExtreme: `extreme := ${String(raise.past)};`,
  }
  return repairBlock(parts, raise)
}
