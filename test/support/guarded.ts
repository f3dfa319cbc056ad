import { afterAll } from 'vitest'
import { DataSource, type EntitySchema, type MixedList } from 'typeorm'
import { guardDataSource, type Guard, type GuardOptions } from 'typeorm-resync'
import { warningsOnly } from './warnings-only'

/** A guarded DataSource, and what its guard told. */
export interface Guarded {
  readonly dataSource: DataSource
  readonly guard: Guard
  readonly warnings: string[]
}

/** Returns a function that connects a DataSource with a guard; all are closed after the file's tests. */
export function useGuarded(
  entities: MixedList<string | (abstract new () => object) | EntitySchema>,
): (url: string, options?: GuardOptions, poolSize?: number) => Promise<Guarded> {
  const opened: DataSource[] = []
  afterAll(async () => {
    for (const dataSource of opened) await dataSource.destroy()
  })
  return async (url, options = {}, poolSize = 10) => {
    const warnings: string[] = []
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      entities: entities as [],
      poolSize,
      logger: warningsOnly(warnings),
    })
    const guard = guardDataSource(dataSource, options)
    await dataSource.initialize()
    opened.push(dataSource)
    return { dataSource, guard, warnings }
  }
}
