import { connect } from '../db/connect'
import { durationMillis } from '../db/duration'
import { isDataSource, type Target } from '../db/session'
import { verifySequences, type Verification } from '../sequences/verify'
import { CheckTimeout } from './error-kind'
import type { WatchOptions, WatchTarget } from './watch-options'

const STOPPED = 'Stopped: the check was not finished. Nothing was changed.'

/** Makes checks, each within its time. */
export class Checker {
  private readonly millis: number
  /** Ends the check that is on, if one is. */
  private end: ((reason: string) => void) | undefined

  constructor(
    private readonly target: WatchTarget,
    private readonly options: WatchOptions,
    private readonly timeout: string,
  ) {
    this.millis = durationMillis(timeout)
  }

  /**
   * Verifies once.
   *
   * @param settled - is called once nothing of the check is left: what cannot be cut short may go on after its time
   * @throws {ConnectionError} when the server cannot be reached, or the time is over.
   */
  async check(settled: () => void): Promise<Verification> {
    const closers: (() => void)[] = []
    let timer: NodeJS.Timeout | undefined
    const ended = new Promise<never>((_, reject) => {
      this.end = (reason) => {
        reject(new CheckTimeout(reason))
        for (const close of closers) close()
      }
      timer = setTimeout(() => {
        this.end?.(
          `Cannot finish the check: it took longer than ${this.timeout}. Nothing was changed.`,
        )
      }, this.millis)
    })
    const work = this.verified((close) => closers.push(close))
    void work.catch(() => undefined).finally(settled)
    try {
      return await Promise.race([work, ended])
    } finally {
      clearTimeout(timer)
      this.end = undefined
    }
  }

  /** Ends the check that is on. */
  stop(): void {
    this.end?.(STOPPED)
  }

  private async verified(closable: (close: () => void) => void): Promise<Verification> {
    const { entities, tables, schemas, lockTimeout, statementTimeout, now } = this.options
    const verify = (target: Target) =>
      verifySequences(target, { entities, tables, schemas, lockTimeout, statementTimeout, now })
    if (typeof this.target === 'function') return this.target(verify)
    if (isDataSource(this.target)) return verify(this.target)
    const client = await connect(this.target, this.millis)
    // With a query on, end() cuts the connection; without one, a network that is silent would keep it waiting.
    closable(() => void client.end().catch(() => undefined))
    try {
      return await verify(client)
    } finally {
      await client.end()
    }
  }
}
