import { DataSource } from 'typeorm'
import { describe, expect, it } from 'vitest'
import {
  generateResyncMigrations,
  resyncSequences,
  verifySequences,
  type ResyncOptions,
} from 'typeorm-resync'

const dataSource = new DataSource({ type: 'postgres', entities: [] })

describe('an option that is wrong', () => {
  it.each([
    [{ entites: ['User'] }, 'Cannot use option entites: there is none. Nearest: entities.'],
    [
      { entities: 'User' },
      'Cannot use option entities "User": expected a list of entity names, one at least.',
    ],
    [
      { entities: [] },
      'Cannot use option entities []: expected a list of entity names, one at least.',
    ],
    [
      { tables: [''] },
      `Cannot use option tables [ '' ]: expected a list of tables, each as [schema.]table, one at least.`,
    ],
    [
      { schemas: null },
      'Cannot use option schemas null: expected a list of schema names, one at least.',
    ],
    [
      { lockTimeout: 500 },
      'Cannot use option lockTimeout 500: expected a time such as 500ms, 5s or 1min.',
    ],
    [
      { statementTimeout: '0s' },
      'Cannot use option statementTimeout "0s": expected a time such as 500ms, 5s or 1min.',
    ],
    [{ maxGap: 5 }, 'Cannot use option maxGap 5: expected a bigint, 0n or more.'],
    [{ maxGap: -1n }, 'Cannot use option maxGap -1n: expected a bigint, 0n or more.'],
    [
      { tables: new DataSource({ type: 'postgres', password: 'secret' }) },
      'Cannot use option tables {…}: expected a list of tables, each as [schema.]table, one at least.',
    ],
    [{ constructor: 5 }, 'Cannot use option constructor: there is none. Nearest: force.'],
    [{ force: 'yes' }, 'Cannot use option force "yes": expected true or false.'],
    [
      { dryRun: 1, now: 'today' },
      'Cannot use option dryRun 1: expected true or false. Cannot use option now "today": expected a function.',
    ],
  ])('of resyncSequences: %o', async (options, message) => {
    await expect(resyncSequences(dataSource, options as never)).rejects.toThrow(
      expect.objectContaining({ code: 'USAGE', message: `${message} Nothing was changed.` }),
    )
  })

  it('is found where an options class has it as a getter, or inherits it', async () => {
    const time = 'nonsense'
    class Options {
      get lockTimeout() {
        return time
      }
    }
    await expect(resyncSequences(dataSource, new Options())).rejects.toThrow(
      'Cannot use option lockTimeout "nonsense": expected a time such as 500ms, 5s or 1min.',
    )
    const inherited = Object.create({ dryRun: 'yes' }) as ResyncOptions
    await expect(resyncSequences(dataSource, inherited)).rejects.toThrow(
      'Cannot use option dryRun "yes": expected true or false.',
    )
  })

  it('of verifySequences, which knows no limits', async () => {
    await expect(verifySequences(dataSource, { maxGap: 5n } as never)).rejects.toThrow(
      'Cannot use option maxGap: there is none. Nearest: signal. Nothing was changed.',
    )
  })

  it.each([
    [
      { language: 'coffee' },
      'Cannot use option language "coffee": expected ts or js or cjs or esm.',
    ],
    [
      { timestamp: 17 },
      'Cannot use option timestamp 17: expected milliseconds since 1970, 13 digits.',
    ],
    [{ folder: '' }, 'Cannot use option folder "": expected a folder.'],
    [{ single: 0 }, 'Cannot use option single 0: expected true or false.'],
  ])('of generateResyncMigrations: %o', async (options, message) => {
    await expect(generateResyncMigrations(dataSource, options as never)).rejects.toThrow(
      expect.objectContaining({ code: 'USAGE', message: `${message} Nothing was changed.` }),
    )
  })
})
