import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { useGuarded } from '../support/guarded'
import { ROOT, run, TSX } from '../support/run'
import { Account, LineItem, Setting } from './entities'

const database = useDatabase()
const guarded = useGuarded([Account, LineItem, Setting])
const newFolder = useFolders()

const exported = new InMemoryMetricExporter(AggregationTemporality.DELTA)
const reader = new PeriodicExportingMetricReader({
  exporter: exported,
  exportIntervalMillis: 3_600_000,
})
const meters = new MeterProvider({ readers: [reader] })
const spans = new InMemorySpanExporter()
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })

beforeEach(async () => {
  metrics.setGlobalMeterProvider(meters)
  trace.setGlobalTracerProvider(tracers)
  await database.query(`
    drop table if exists account;
    create table account (id serial primary key, email text not null unique);
    insert into account select n, 'old-' || n from generate_series(1, 20) n`)
})

afterEach(() => {
  metrics.disable()
  trace.disable()
  spans.reset()
  exported.reset()
})

afterAll(async () => {
  await meters.shutdown()
  await tracers.shutdown()
})

/** Returns what was counted since the last call. */
async function counted(): Promise<unknown[]> {
  exported.reset()
  await reader.forceFlush()
  return exported.getMetrics().flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.map(({ descriptor, dataPoints }) => ({
        scope: scope.name,
        name: descriptor.name,
        unit: descriptor.unit,
        points: dataPoints.map(({ attributes, value }) => ({ ...attributes, value })),
      })),
    ),
  )
}

function counts(outcome: string, value = 1): unknown[] {
  return [
    {
      scope: 'typeorm-resync',
      name: 'typeorm_resync.guard.violations',
      unit: '{violation}',
      points: [
        {
          'db.system.name': 'postgresql',
          'db.collection.name': '"public"."account"',
          'db.response.status_code': '23505',
          'typeorm_resync.outcome': outcome,
          value,
        },
      ],
    },
  ]
}

function traced(): unknown[] {
  return spans
    .getFinishedSpans()
    .map(({ name, kind, attributes, status }) => ({ name, kind, attributes, status: status.code }))
}

function span(outcome: string, status: SpanStatusCode): unknown {
  return {
    name: 'resync "public"."account"',
    kind: SpanKind.INTERNAL,
    attributes: {
      'db.system.name': 'postgresql',
      'db.collection.name': '"public"."account"',
      'typeorm_resync.outcome': outcome,
    },
    status,
  }
}

const DRIFT = `select setval('account_id_seq', 1, false)`

describe("OpenTelemetry's providers", () => {
  it('are told of a repair, in a metric and a span', async () => {
    const { dataSource } = await guarded(database.url)
    await dataSource.getRepository(Account).save({ email: 'new' })
    expect(await counted()).toEqual(counts('repaired'))
    expect(traced()).toEqual([span('repaired', SpanStatusCode.UNSET)])
  })

  it('are told of a refusal', async () => {
    const { dataSource } = await guarded(database.url, { maxGap: 0n })
    const save = () => dataSource.getRepository(Account).save({ email: 'new' })
    await expect(save()).rejects.toMatchObject({ code: '23505' })
    await expect(save()).rejects.toMatchObject({ code: '23505' })
    expect(await counted()).toEqual(counts('refused', 2))
    expect(traced()).toEqual(Array(2).fill(span('refused', SpanStatusCode.ERROR)))
  })

  it('are told that a sequence is repaired no more', async () => {
    const { dataSource } = await guarded(database.url, { maxRepairsPerHour: 1 })
    await dataSource.getRepository(Account).save({ email: 'one' })
    await counted()
    await database.query(DRIFT)
    const save = dataSource.getRepository(Account).save({ email: 'two' })
    await expect(save).rejects.toMatchObject({ code: '23505' })
    expect(await counted()).toEqual(counts('open'))
    expect(traced()).toHaveLength(1)
  })

  it('are told that somebody else had repaired it', async () => {
    const { dataSource } = await guarded(database.url)
    dataSource.subscribers.push({
      async afterQuery({ success }) {
        if (!success) await database.query(`select setval('account_id_seq', 20)`)
      },
    })
    await dataSource.getRepository(Account).save({ email: 'new' })
    expect(await counted()).toEqual(counts('unchanged'))
    expect(traced()).toEqual([span('unchanged', SpanStatusCode.UNSET)])
  })

  it('are told also where they are set after the guard', async () => {
    metrics.disable()
    trace.disable()
    const { dataSource } = await guarded(database.url)
    metrics.setGlobalMeterProvider(meters)
    trace.setGlobalTracerProvider(tracers)
    await dataSource.getRepository(Account).save({ email: 'new' })
    expect(await counted()).toEqual(counts('repaired'))
    expect(traced()).toHaveLength(1)
  })

  it('are not needed: where none is set, an insert heals', async () => {
    metrics.disable()
    trace.disable()
    const { dataSource } = await guarded(database.url)
    expect(await dataSource.getRepository(Account).save({ email: 'new' })).toMatchObject({ id: 21 })
    expect(await counted()).toEqual([])
    expect(traced()).toEqual([])
  })

  it('are told nothing of a key that no sequence feeds', async () => {
    const { dataSource } = await guarded(database.url)
    const insert = dataSource.query(`insert into account values (100, 'old-3')`)
    await expect(insert).rejects.toMatchObject({ code: '23505' })
    expect(await counted()).toEqual([])
    expect(traced()).toEqual([])
  })
})

describe('an application without @opentelemetry/api', () => {
  it('loads the library, and its inserts heal', async () => {
    const folder = newFolder()
    const hook = join(folder, 'without-opentelemetry.cjs')
    writeFileSync(
      hook,
      `const Module = require('node:module')
       const resolve = Module._resolveFilename
       Module._resolveFilename = function (request, ...rest) {
         if (!request.startsWith('@opentelemetry/')) return resolve.call(this, request, ...rest)
         throw Object.assign(new Error('Cannot find module ' + request), { code: 'MODULE_NOT_FOUND' })
       }`,
    )
    const script = join(folder, 'main.ts')
    writeFileSync(
      script,
      `import { createRequire } from 'node:module'
       import { DataSource } from ${JSON.stringify(join(ROOT, 'node_modules/typeorm'))}
       import { guardDataSource } from ${JSON.stringify(join(ROOT, 'src/index.ts'))}
       async function main() {
         try { createRequire(${JSON.stringify(join(ROOT, 'package.json'))})('@opentelemetry/api'); console.log('it is there') } catch (error) { console.log(error.code) }
         const dataSource = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL })
         guardDataSource(dataSource, { onRepair: ({ after }) => console.log('repaired', String(after)) })
         await dataSource.initialize()
         console.log(await dataSource.query("insert into account (email) values ('new') returning id"))
         await dataSource.destroy()
       }
       main().catch((error) => { console.error(error); process.exitCode = 1 })`,
    )
    const ran = await run(process.execPath, ['--require', hook, '--import', TSX, script], {
      env: { DATABASE_URL: database.url },
    })
    expect(ran).toEqual({
      exitCode: 0,
      err: '',
      out: 'MODULE_NOT_FOUND\nrepaired 21\n[ { id: 21 } ]\n',
    })
  })
})
