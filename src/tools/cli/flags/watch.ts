import { Allowed, Optional, Text, Time } from '../../options/rules'
import { ColumnFlags } from './selectors'

/** The options of `watch`. */
export class WatchFlags extends ColumnFlags {
  @Time()
  readonly interval: string

  @Time()
  readonly checkTimeout: string

  @Text('an address')
  readonly host: string

  @Allowed(
    'a port, 0 to 65535',
    (value) => /^\d{1,5}$/.test(String(value)) && Number(value) <= 65_535,
  )
  readonly port: string

  @Allowed('a whole number, 0 or more', (value) => /^\d{1,6}$/.test(String(value)))
  readonly worst: string

  @Optional()
  @Text('a file')
  readonly history?: string
}
