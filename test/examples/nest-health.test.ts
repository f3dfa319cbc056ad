import { NestFactory } from '@nestjs/core'
import { ServiceUnavailableException } from '@nestjs/common'
import { getDataSourceToken, getRepositoryToken } from '@nestjs/typeorm'
import type { DataSource, Repository } from 'typeorm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { resyncSequences } from 'typeorm-resync'
import { AppModule } from '../../examples/nest/app.module'
import { HealthController } from '../../examples/nest/health/health.controller'
import { Invoice } from '../../examples/nest/invoice'
import { useDatabase } from '../support/database'

const database = useDatabase()
const MAX_AGE = 10_000
const BEHIND =
  'Sequence "public"."invoice_id_seq" is behind "public"."invoice"."id": next value 1, highest value 7. Inserts that draw a taken value fail with 23505. Run: typeorm-resync apply --table public.invoice'
const UP = { status: 'ok', details: { sequences: { status: 'up' } } }

beforeEach(async () => {
  vi.stubEnv('DATABASE_URL', database.url)
  vi.useFakeTimers({ toFake: ['Date'] })
  await database.query(
    `drop table if exists invoice, receipt; create table invoice (id serial primary key, customer text not null);
     insert into invoice values (6, 'first'), (7, 'second'); select setval('invoice_id_seq', 7)`,
  )
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

interface Started {
  readonly dataSource: DataSource
  readonly invoices: Repository<Invoice>
  /** What the endpoint returns, or the body of its 503. */
  readonly health: () => Promise<unknown>
  readonly logged: unknown[]
}

/** Starts the application, gives it to `work`, and stops it. */
async function start(work: (started: Started) => Promise<void>): Promise<void> {
  const logged: unknown[] = []
  const note = (message: unknown) => logged.push(message)
  const app = await NestFactory.createApplicationContext(AppModule, {
    abortOnError: false,
    logger: { log: () => undefined, warn: note, error: note },
  })
  const controller = app.get(HealthController)
  try {
    await work({
      dataSource: app.get<DataSource>(getDataSourceToken()),
      invoices: app.get<Repository<Invoice>>(getRepositoryToken(Invoice)),
      health: () =>
        controller.check().catch((error: unknown) => {
          if (!(error instanceof ServiceUnavailableException)) throw error
          return error.getResponse()
        }),
      logged,
    })
  } finally {
    await app.close()
  }
}

function down(...findings: string[]): object {
  return { status: 'error', details: { sequences: { status: 'down', findings } } }
}

const DRIFT = `select setval('invoice_id_seq', 1, false)`

describe('a guarded DataSource in a Nest application', () => {
  it('heals an insert of a repository, and logs it through Nest', async () => {
    await start(async ({ invoices, logged }) => {
      await database.query(`select setval('invoice_id_seq', 6, false)`)
      expect(await invoices.save({ customer: 'third' })).toMatchObject({ id: 8 })
      expect(await invoices.count()).toBe(3)
      expect(logged).toEqual(['The sequence of public.invoice.id was behind: 7 is now 8.'])
    })
  })

  it('logs what it could not heal', async () => {
    await start(async ({ invoices, logged }) => {
      await database.query(
        `alter sequence invoice_id_seq maxvalue 7; select setval('invoice_id_seq', 6, false)`,
      )
      await expect(invoices.save({ customer: 'third' })).rejects.toMatchObject({ code: '23505' })
      expect(logged).toHaveLength(1)
      expect(logged[0]).toContain('"public"."invoice_id_seq"')
    })
  })
})

describe('the health of the sequences', () => {
  it('is up, down with the reason after drift, and up again after a resync', async () => {
    await start(async ({ dataSource, health }) => {
      expect(await health()).toMatchObject(UP)
      await database.query(DRIFT)
      vi.advanceTimersByTime(MAX_AGE)
      expect(await health()).toMatchObject(down(BEHIND))
      await resyncSequences(dataSource)
      vi.advanceTimersByTime(MAX_AGE)
      expect(await health()).toMatchObject(UP)
    })
  })

  it('is down where it cannot be told', async () => {
    await database.query(`create table receipt (id bigint default nextval('nowhere'::text))`)
    await start(async ({ health }) => {
      expect(await health()).toMatchObject(
        down(
          'Cannot tell which sequence feeds "public"."receipt"."id": its default names one as text, which is looked up at each insert, and there is none of that name, or several.',
        ),
      )
    })
  })

  it('is down where nothing can be read', async () => {
    await start(async ({ health }) => {
      const client = await database.connect()
      await client.query('begin; lock table pg_catalog.pg_sequence')
      const answer = await health().finally(() => client.end())
      expect(answer).toMatchObject(
        down(
          `Cannot read the database's catalog: a lock was not free within 1s. Nothing was changed. Try again with --lock-timeout 10s.`,
        ),
      )
    })
  })

  it('is looked at once for many who ask, also soon after each other', async () => {
    await start(async ({ dataSource, health }) => {
      let looks = 0
      dataSource.subscribers.push({
        afterQuery: ({ query }) => {
          if (query.includes('has_sequence_privilege')) looks += 1
        },
      })
      await Promise.all(Array.from({ length: 50 }, health))
      await health()
      vi.advanceTimersByTime(MAX_AGE - 1)
      expect(await health()).toMatchObject(UP)
      expect(looks).toBe(1)
      vi.advanceTimersByTime(1)
      await Promise.all(Array.from({ length: 50 }, health))
      expect(looks).toBe(2)
    })
  })
})
