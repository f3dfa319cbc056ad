import { AsyncLocalStorage } from 'node:async_hooks'
import type { DataSource, EntitySubscriberInterface } from 'typeorm'
import { UsageError } from '../errors'
import { assertPostgres } from '../metadata/entities'
import { validated } from '../options/validated'
import { guardRunner, type RunnerGuard } from './guarded-runner'
import type { GuardOptions } from './guard-options'
import { guardParts } from './guard-parts'
import { GuardRules } from './guard-rules'
import { Healer } from './healer'
import { TableWatch } from './table-watch'

/** A DataSource's guard. */
export interface Guard {
  /** Ends it: QueryRunners that are created from now on are not guarded. */
  release(): void
}

/** Where a DataSource keeps its guard. Registered, so that two copies of this library find the same. */
const GUARD = Symbol.for('typeorm-resync.guard')

type Guarded = DataSource & { [GUARD]?: RunnerGuard | undefined }

/**
 * Makes every INSERT of a DataSource heal: `save`, `insert`, `upsert`, query builders, BaseEntity, and SQL that begins with INSERT. One that fails with 23505 because
 * a sequence is behind repairs that sequence, on the same connection, and runs again: outside a transaction, within one, and with a pool of one. Every other failure
 * passes through, the same error, and leaves a transaction as it would be without the guard.
 *
 * An INSERT with ON CONFLICT, which a sequence that is behind would make overwrite or drop a row without an error, is preceded by a look at its table.
 *
 * Call it once, before or after `initialize()`. QueryRunners that exist already are not guarded.
 *
 * @throws {UsageError} when an option is wrong, or the DataSource has a guard.
 * @throws {UnsupportedDatabaseError} when the DataSource is not for PostgreSQL.
 */
export function guardDataSource(dataSource: DataSource, options: GuardOptions = {}): Guard {
  const checked = validated(GuardRules, options)
  assertPostgres(dataSource)
  const guarded: Guarded = dataSource
  if (guarded[GUARD]) {
    throw new UsageError(
      'Cannot guard the DataSource: it has a guard already. Call release() of that one first.',
    )
  }
  if (checked.repairDataSource === dataSource) {
    throw new UsageError(
      'Cannot guard the DataSource: repairDataSource is the same one, whose connections may all be in use by what waits for the repair. Nothing is guarded. Leave it out, or pass another DataSource.',
    )
  }
  const parts = guardParts(dataSource, checked, dataSource.logger)
  const guard: RunnerGuard = {
    healer: new Healer(parts),
    watch: new TableWatch(parts),
    turnHolder: {
      storage: new AsyncLocalStorage(),
      isNeeded: () => dataSource.subscribers.some(hearsQueries),
    },
  }
  guarded[GUARD] = guard
  const unguarded = Object.getOwnPropertyDescriptor(dataSource, 'createQueryRunner')
  const create = dataSource.createQueryRunner.bind(dataSource)
  const createGuarded: DataSource['createQueryRunner'] = (mode) => {
    const runner = create(mode)
    if (guarded[GUARD] === guard) guardRunner(runner, guard)
    return runner
  }
  dataSource.createQueryRunner = createGuarded
  return {
    release() {
      if (guarded[GUARD] !== guard) return
      guarded[GUARD] = undefined
      // Who wrapped it after us goes on to call ours, which then does nothing.
      if (dataSource.createQueryRunner !== createGuarded) return
      if (unguarded) Object.defineProperty(dataSource, 'createQueryRunner', unguarded)
      else Reflect.deleteProperty(dataSource, 'createQueryRunner')
    },
  }
}

function hearsQueries(subscriber: EntitySubscriberInterface): boolean {
  return 'beforeQuery' in subscriber || 'afterQuery' in subscriber
}

/** Returns what guards a DataSource; undefined where nothing does. */
export function guardOf(dataSource: DataSource): RunnerGuard | undefined {
  return (dataSource as Guarded)[GUARD]
}
