import { Allowed, Flag, OneOf, Optional } from '../../options/rules'
import { FleetFlags } from './fleet'
import { FORMATS } from './selectors'

/** The options of `apply`. */
export class ApplyFlags extends FleetFlags {
  @OneOf(FORMATS)
  readonly format: (typeof FORMATS)[number]

  @Optional()
  @Flag()
  readonly dryRun?: boolean

  @Optional()
  @Allowed('a whole number, 0 or more', (value) => /^\d+$/.test(String(value)))
  readonly maxGap?: string

  @Optional()
  @Flag()
  readonly force?: boolean
}

/** Returns what these limits mean to the library. */
export function repairLimits({ dryRun, maxGap, force }: ApplyFlags) {
  return { dryRun, force, maxGap: maxGap === undefined ? undefined : BigInt(maxGap) }
}
