import { durationMillis } from '../db/duration'
import { messageOf } from '../db/sqlstate'
import { HistoryFile } from '../history/history-file'
import { MemoryHistory } from '../history/memory-history'
import { validated } from '../options/validated'
import type { Verification } from '../sequences/verify'
import type { AsyncDisposal } from '../telemetry/async-disposal'
import { Checker } from './checker'
import { changesBetween, standingOf, type Standing } from './changes'
import { errorKind } from './error-kind'
import type { Metrics } from './metrics'
import { serve, type Served } from './serve'
import type { Pages } from './pages'
import type { Change, WatchOptions, WatchTarget } from './watch-options'
import { WatchRules } from './watch-rules'

/** A watch that is on. */
export interface SequenceWatch extends AsyncDisposal {
  /** Where it serves: `http://127.0.0.1:9899`. */
  readonly address: string
  /** Ends the check that is on, and the server. */
  stop(): Promise<void>
}

/**
 * Verifies on an interval, and serves `/metrics` for Prometheus, `/healthz` and the report at `/`. A check that fails is counted, and the next one is made all the same.
 *
 * @throws {UsageError} when an option is wrong, or the port is taken.
 * @throws {OutputError} when the history cannot be read or written.
 */
export async function watchSequences(
  target: WatchTarget,
  options: WatchOptions = {},
): Promise<SequenceWatch> {
  const checked = validated(WatchRules, options)
  const { history: file } = checked
  const kept = file === undefined ? undefined : await HistoryFile.open(file)
  // Loaded here: it brings a library that only a watch needs.
  const { Metrics } = await import('./metrics.js')
  const watch = new Watch(target, checked, kept, new Metrics(checked.worst ?? 20))
  const served = await serve(watch, checked.host ?? '127.0.0.1', checked.port ?? 9899)
  watch.begin()
  const stop = () => watch.stop(served)
  return { address: served.address, stop, [Symbol.asyncDispose]: stop }
}

class Watch implements Pages {
  readonly history: MemoryHistory
  readonly millis: number
  last: Verification | undefined
  took = 0
  failure: string | undefined
  private readonly checker: Checker
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  private isBusy = false
  private isStopped = false
  private standing: Standing = new Map()
  private isHistoryKept = true

  constructor(
    target: WatchTarget,
    private readonly options: WatchOptions,
    private readonly file: HistoryFile | undefined,
    readonly metrics: Metrics,
  ) {
    this.millis = durationMillis(options.interval ?? '60s')
    this.history = file?.history ?? new MemoryHistory()
    this.checker = new Checker(target, options, options.checkTimeout ?? '60s')
  }

  now(): Date {
    return (this.options.now ?? (() => new Date()))()
  }

  begin(): void {
    const tick = () => {
      if (this.isBusy) this.metrics.passedOver()
      else this.running = this.check()
    }
    this.timer = setInterval(tick, this.millis)
    tick()
  }

  async stop(served: Served): Promise<void> {
    this.isStopped = true
    clearInterval(this.timer)
    this.checker.stop()
    await Promise.all([this.running, served.close()])
  }

  /** Never rejects. Busy until nothing of it is left. */
  private async check(): Promise<void> {
    this.isBusy = true
    const start = performance.now()
    let isSettled = false
    let isTaken = false
    const done = () => {
      if (isSettled && isTaken) this.isBusy = false
    }
    try {
      const verification = await this.checker.check(() => {
        isSettled = true
        done()
      })
      await this.succeeded(verification, performance.now() - start)
    } catch (error) {
      if (!this.isStopped) this.failed(error)
    } finally {
      isTaken = true
      done()
    }
  }

  private async succeeded(verification: Verification, took: number): Promise<void> {
    this.metrics.succeeded(verification, took / 1000)
    if (this.failure !== undefined) this.tell({ kind: 'working', message: 'Checks work again.' })
    this.failure = undefined
    this.last = verification
    this.took = took
    const standing = standingOf(verification.columns)
    for (const change of changesBetween(this.standing, standing)) this.tell(change)
    this.standing = standing
    await this.keep(verification)
  }

  private failed(error: unknown): void {
    this.metrics.failed(errorKind(error), this.now())
    const message = messageOf(error)
    if (this.failure === undefined) this.tell({ kind: 'failing', message })
    this.failure = message
  }

  private async keep(verification: Verification): Promise<void> {
    if (!this.file) {
      this.history.record(verification.checkedAt, verification.columns)
      return
    }
    try {
      await this.file.record(verification)
      this.isHistoryKept = true
    } catch (error) {
      this.metrics.troubled('history')
      if (this.isHistoryKept) this.tell({ kind: 'history', message: messageOf(error) })
      this.isHistoryKept = false
    }
  }

  private tell(change: Change): void {
    try {
      this.options.onChange?.(change)
    } catch {
      // The application's own; a watch goes on.
    }
  }
}
