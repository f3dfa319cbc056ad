import { existsSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { compare } from '../../bench/fleet/compare'
import { countBehind, drift, makeTables } from '../../bench/fleet/tables'
import { BIN } from '../../bench/process'
import { useDatabase } from '../support/database'

const database = useDatabase()
const TABLES = 120

beforeAll(() => makeTables(database.url, TABLES))

it('puts every sequence behind, and sees that', async () => {
  expect(await countBehind(database.url, TABLES)).toBe(0)
  await drift(database.url, TABLES)
  expect(await countBehind(database.url, TABLES)).toBe(TABLES)
})

// The ways run what is built, as users do.
it.runIf(existsSync(BIN))('every way of fleets does its work on a small one', async () => {
  for (const command of ['apply', 'verify'] as const) {
    const compared = await compare(command, database.url, TABLES, 1)
    expect(compared.map(({ failure }) => failure)).toEqual(compared.map(() => null))
  }
})
