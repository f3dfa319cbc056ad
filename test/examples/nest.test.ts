import { join } from 'node:path'
import { NestFactory } from '@nestjs/core'
import { getDataSourceToken } from '@nestjs/typeorm'
import type { DataSource } from 'typeorm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { resyncSequences } from 'typeorm-resync'
import { AppModule } from '../../examples/nest/app.module'
import { Invoice } from '../../examples/nest/invoice'
import { useDatabase } from '../support/database'
import { npx, ROOT, run, TSX } from '../support/run'

const database = useDatabase()
const BEHIND =
  'Sequence "public"."invoice_id_seq" is behind "public"."invoice"."id": next value 1, highest value 7. Inserts that draw a taken value fail with 23505. Run: typeorm-resync apply --table public.invoice'

beforeEach(async () => {
  vi.stubEnv('DATABASE_URL', database.url)
  await database.query(
    `drop table if exists invoice, receipt, "Credit Note"; create table invoice (id serial primary key, customer text not null);
     insert into invoice values (6, 'first'), (7, 'second')`,
  )
})

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Starts the application, gives `work` its DataSource, and stops it; returns what it logged as a warning or an error. */
async function start(work?: (dataSource: DataSource) => Promise<void>): Promise<unknown[]> {
  const logged: unknown[] = []
  const note = (message: unknown) => logged.push(message)
  const app = await NestFactory.createApplicationContext(AppModule, {
    abortOnError: false,
    logger: { log: () => undefined, warn: note, error: note },
  })
  try {
    await work?.(app.get<DataSource>(getDataSourceToken()))
  } finally {
    await app.close()
  }
  return logged
}

describe('the check at the start of a Nest application', () => {
  it('warns of a sequence that is behind, and changes nothing', async () => {
    expect(await start()).toEqual([BEHIND])
    expect(
      await database.query(`select last_value, is_called, (select count(*) from invoice) as rows
                              from invoice_id_seq`),
    ).toEqual([{ last_value: '1', is_called: false, rows: '2' }])
  })

  it('is silent once the sequence is repaired', async () => {
    await start(async (dataSource) => {
      expect((await resyncSequences(dataSource)).repaired).toHaveLength(1)
    })
    const logged = await start(async (dataSource) => {
      const invoices = dataSource.getRepository(Invoice)
      expect(await invoices.save({ customer: 'third' })).toMatchObject({ id: 8 })
      expect(await invoices.count()).toBe(3)
    })
    expect(logged).toEqual([])
  })

  it('names a command that repairs it, whatever the table is called', async () => {
    await database.query(
      `create table "Credit Note" (id serial); insert into "Credit Note" values (4)`,
    )
    const logged = (await start()).map(String)
    expect(logged).toHaveLength(2)
    for (const line of logged) {
      const [, command = ''] = line.split('Run: ')
      const ran = await run('bash', ['-c', `${npx()}\nnpx ${command}`], {
        env: { DATABASE_URL: database.url },
      })
      expect(ran.out).toContain('1 repaired, 0 unchanged, 0 refused.')
    }
    expect(await start()).toEqual([])
  })

  it('names none where no value is left, which no resync cures', async () => {
    await database.query(`create table receipt (id serial); alter sequence receipt_id_seq maxvalue 3;
      select setval('receipt_id_seq', 3), setval('invoice_id_seq', 7)`)
    expect(await start()).toEqual([
      `Sequence "public"."receipt_id_seq" has no value left for "public"."receipt"."id": inserts fail with 2200H, or 22003 where the column's type ends first. A larger type helps, or a larger MAXVALUE; a resync does not.`,
    ])
  })

  it('warns where it cannot tell', async () => {
    await database.query(`create table receipt (id bigint default nextval('nowhere'::text))`)
    expect(await start()).toEqual([
      BEHIND,
      'Cannot tell which sequence feeds "public"."receipt"."id": its default names one as text, which is looked up at each insert, and there is none of that name, or several.',
    ])
  })

  it('warns where nothing can be read, and lets the application start', async () => {
    const client = await database.connect()
    await client.query('begin; lock table pg_catalog.pg_sequence')
    const logged = await start().finally(() => client.end())
    expect(logged).toEqual([
      `Cannot read the database's catalog: a lock was not free within 2s. Nothing was changed. Try again with --lock-timeout 10s.`,
    ])
  })

  it('runs under tsx, which emits no types for decorators', async () => {
    const ran = await run(
      process.execPath,
      ['--import', TSX, join(ROOT, 'examples/nest/main.ts')],
      { env: { DATABASE_URL: database.url, NO_COLOR: '1' } },
    )
    expect(ran).toMatchObject({ exitCode: 0, err: '' })
    expect(ran.out).toContain(`WARN [SequenceCheck] ${BEHIND}\n`)
  })
})
