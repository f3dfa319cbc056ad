import type { DataSource } from 'typeorm'
import type { Target } from '../db/session'
import type { Timeouts } from '../db/transaction'
import type { Selection } from '../sequences/selection'

/** Gives `work` a database, and closes it afterwards. */
export type Opener = <T>(work: (target: Target) => Promise<T>) => Promise<T>

/** What to watch: a database by its URL, which is connected to anew for each check; a DataSource that is initialised; or how to open one. */
export type WatchTarget = string | DataSource | Opener

/** A change of what is watched. */
export interface Change {
  readonly kind: 'behind' | 'unknown' | 'recovered' | 'failing' | 'working' | 'history'
  /** One sentence or two, in a form to print. */
  readonly message: string
}

/** What to watch, how often, and where to serve it. */
export interface WatchOptions extends Selection, Timeouts {
  /** How often to check. Default: `60s`. */
  readonly interval?: string | undefined
  /** How long one check may take, connecting included. Default: `60s`. */
  readonly checkTimeout?: string | undefined
  /** The address to serve on. Default: `127.0.0.1`. */
  readonly host?: string | undefined
  /** The port to serve on; 0 for any. Default: 9899. */
  readonly port?: number | undefined
  /** How many columns have series of their own, by gap and by headroom. Default: 20. */
  readonly worst?: number | undefined
  /** A file that keeps the history. Default: none, it is in memory alone. */
  readonly history?: string | undefined
  /** Is told of each change. */
  readonly onChange?: ((change: Change) => void) | undefined
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined
}
