import { Allowed, OneOf, Optional, Text } from '../../options/rules'
import { isFailOn } from '../fail-on'
import { FleetFlags } from './fleet'

const FORMATS = ['table', 'json', 'prometheus', 'nagios'] as const

/** The options of `verify`. */
export class VerifyFlags extends FleetFlags {
  @OneOf(FORMATS)
  readonly format: (typeof FORMATS)[number]

  @Allowed('a list of behind, unknown, fault and headroom=PERCENT', isFailOn)
  readonly failOn: string

  @Optional()
  @Text('the URL of a database, or env:NAME')
  readonly against?: string
}
