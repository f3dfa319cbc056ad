import { Allowed, Flag, OneOf, Optional, Text } from '../../options/rules'
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

  @Optional()
  @Text('a file')
  readonly resume?: string

  @Optional()
  @Text('the URL of a database, or env:NAME')
  readonly from?: string

  @Optional()
  @Allowed('a whole number, 0 or more', (value) => /^\d+$/.test(String(value)))
  readonly headroom?: string
}

/** Returns what these mean to the library. */
export function repairLimits({ dryRun, maxGap, force, resume }: ApplyFlags) {
  return { dryRun, force, resume, maxGap: maxGap === undefined ? undefined : BigInt(maxGap) }
}
