import { once } from 'node:events'
import type { DataSource } from 'typeorm'
import { durationMillis } from '../../db/duration'
import type { PostgresOptions } from '../../db/postgres-options'
import { watchSequences } from '../../monitor/watch'
import type { WatchTarget } from '../../monitor/watch-options'
import { loadDataSource } from '../data-source/load'
import { EXIT, type ExitCode } from '../exit-code'
import { interruptible } from '../interruption'
import { checked, selection } from '../flags/selectors'
import { WatchFlags } from '../flags/watch'
import { printable } from '../output/printable'
import { runnableOn } from '../output/report-lines'
import { chooseTarget, withInitialized, type TargetOptions } from '../target'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync watch`: verifies on an interval and serves what it finds, until it is told to stop. */
export async function watch(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  const flags = checked(WatchFlags, options)
  const { interval, checkTimeout, host, history } = flags
  const chosen = chooseTarget(flags, terminal)
  const target = await opened(chosen, checkTimeout, terminal)
  const here = runnableOn(chosen)
  const on = await watchSequences(target, {
    ...selection(flags),
    interval,
    checkTimeout,
    host,
    history,
    port: Number(flags.port),
    worst: Number(flags.worst),
    onChange: ({ message }) => {
      terminal.err(printable(here(message)))
    },
  })
  terminal.err(`Watching, every ${interval}. See ${on.address}/metrics, /healthz and /.`)
  await interruptible((signal) => once(signal, 'abort'))
  await on.stop()
  return EXIT.done
}

async function opened(
  { dataSource: file, url = '' }: TargetOptions,
  checkTimeout: string,
  terminal: CommandTerminal,
): Promise<WatchTarget> {
  if (file === undefined) return url
  const { dataSource } = await loadDataSource(file, terminal)
  bound(dataSource, durationMillis(checkTimeout))
  return (work) => withInitialized(dataSource, work)
}

/** Its connections are cut by pg itself: TypeORM gives no way to end a query whose server does not answer. */
function bound(dataSource: DataSource, millis: number): void {
  const options = dataSource.options as PostgresOptions
  const { connectTimeoutMS = millis } = options
  const extra = options.extra as object | undefined
  const limits: Partial<PostgresOptions> = {
    connectTimeoutMS: Math.min(connectTimeoutMS, millis),
    extra: { ...extra, query_timeout: millis },
  }
  dataSource.setOptions(limits)
}
