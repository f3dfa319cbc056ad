import 'reflect-metadata'
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm'
import { guardDataSource } from 'typeorm-resync'
import { withBenchServer } from '../bench-server'
import type { Section } from '../section'

const INSERTS = 11_000
const QUICK_INSERTS = 20
const WARM_UP = 1_000

@Entity({ name: 'note' })
class Note {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id: number

  @Column({ type: 'text' })
  text: string

  @Column({ type: 'timestamp' })
  at: Date
}

const KINDS: Readonly<Record<string, (dataSource: DataSource, n: number) => Promise<unknown>>> = {
  '`insert()` of one row': (dataSource, n) =>
    dataSource.getRepository(Note).insert({ text: `note ${String(n)}`, at: new Date() }),
  '`save()` of one row': (dataSource, n) =>
    dataSource.getRepository(Note).save({ text: `note ${String(n)}`, at: new Date() }),
  'a transaction of 5 `insert()`': (dataSource, n) =>
    dataSource.transaction(async (manager) => {
      for (let row = 0; row < 5; row += 1) {
        await manager.insert(Note, { text: `note ${String(n)}`, at: new Date() })
      }
    }),
}

type Kind = (dataSource: DataSource, n: number) => Promise<unknown>

/** The mean of the middle nine tenths: what else the machine does makes the slowest far slower. */
function mean(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  const middle = sorted.slice(sorted.length * 0.05, sorted.length * 0.95)
  return middle.reduce((sum, time) => sum + time, 0) / middle.length
}

/** With the guard and without in turns, insert by insert and on one connection: two backends, and two minutes, differ by more than what is to be measured. */
async function ratio(
  dataSource: DataSource,
  insert: Kind,
  inserts: number,
  signal: AbortSignal,
): Promise<number> {
  const plain = dataSource.createQueryRunner.bind(dataSource)
  const guard = guardDataSource(dataSource)
  const guarded = dataSource.createQueryRunner.bind(dataSource)
  const warmUp = Math.min(WARM_UP, inserts)
  const times = new Map([plain, guarded].map((create) => [create, [] as number[]]))
  for (let n = 0; n < warmUp + inserts; n += 1) {
    signal.throwIfAborted()
    // Each is first as often as the other.
    for (const [create, taken] of n % 2 === 0 ? times : [...times].reverse()) {
      dataSource.createQueryRunner = create
      const start = performance.now()
      await insert(dataSource, n)
      if (n >= warmUp) taken.push(performance.now() - start)
    }
  }
  dataSource.createQueryRunner = plain
  guard.release()
  return mean(times.get(guarded) ?? []) / mean(times.get(plain) ?? [])
}

/** What inserts take with the guard and without it. */
export const guard: Section = {
  name: 'guard',
  measure: ({ quick, signal }) =>
    withBenchServer(async (server) => {
      const dataSource = new DataSource({
        type: 'postgres',
        url: await server.newDatabase(),
        entities: [Note],
        poolSize: 1,
      })
      await dataSource.initialize()
      await dataSource.query(`create table note (id serial primary key, text text, at timestamp)`)
      const rows: string[][] = []
      for (const [name, insert] of Object.entries(KINDS)) {
        console.error(name)
        const factor = await ratio(dataSource, insert, quick ? QUICK_INSERTS : INSERTS, signal)
        rows.push([name, factor.toFixed(3)])
      }
      await dataSource.destroy()
      return {
        figures: [
          {
            columns: [
              ['with nothing wrong', 'left'],
              ['times as long with the guard', 'right'],
            ],
            rows,
          },
        ],
      }
    }),
}
