import { expect, it } from 'vitest'
import { assertPostgresServer } from '../../src/tools/sequences/server-kind'

function judged(version: string, description: string) {
  const server = { database: 'shop', role: 'app', inRecovery: false, readOnly: false }
  return () => {
    assertPostgresServer({ ...server, version, description })
  }
}

it('takes PostgreSQL from 14 on, betas too', () => {
  expect(judged('14.23', 'PostgreSQL 14.23 on x86_64-pc-linux-gnu')).not.toThrow()
  expect(judged('19beta1', 'PostgreSQL 19beta1 on x86_64-pc-linux-gnu')).not.toThrow()
})

it('refuses what is older, and what is no PostgreSQL', () => {
  expect(judged('13.22', 'PostgreSQL 13.22 on x86_64-pc-linux-gnu')).toThrow(
    'Cannot judge the sequences of database "shop": the server is PostgreSQL 13.22, and 14 is the oldest that is supported. Nothing was changed.',
  )
  expect(judged('15.2', 'PostgreSQL 15.2-YB-2025.1 on x86_64-pc-linux-gnu')).toThrow(
    'the server is "PostgreSQL 15.2-YB-2025.1 on x86_64-pc-linux-gnu", not PostgreSQL.',
  )
  expect(judged('15.0', 'CockroachDB CCL v25.1')).toThrow('not PostgreSQL')
})
