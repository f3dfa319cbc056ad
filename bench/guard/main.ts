import 'reflect-metadata'
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm'
import { guardDataSource } from 'typeorm-resync'
import { withBenchServer } from '../bench-server'

const INSERTS = 12_000
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
  'insert()': (dataSource, n) =>
    dataSource.getRepository(Note).insert({ text: `note ${String(n)}`, at: new Date() }),
  'save()': (dataSource, n) =>
    dataSource.getRepository(Note).save({ text: `note ${String(n)}`, at: new Date() }),
  'a transaction of 5 insert()': (dataSource, n) =>
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
async function ratio(dataSource: DataSource, insert: Kind): Promise<number> {
  const plain = dataSource.createQueryRunner.bind(dataSource)
  const guard = guardDataSource(dataSource)
  const guarded = dataSource.createQueryRunner.bind(dataSource)
  const times = new Map([plain, guarded].map((create) => [create, [] as number[]]))
  for (let n = 0; n < INSERTS; n += 1) {
    // Each is first as often as the other.
    for (const [create, taken] of n % 2 === 0 ? times : [...times].reverse()) {
      dataSource.createQueryRunner = create
      const start = performance.now()
      await insert(dataSource, n)
      if (n >= WARM_UP) taken.push(performance.now() - start)
    }
  }
  dataSource.createQueryRunner = plain
  guard.release()
  return mean(times.get(guarded) ?? []) / mean(times.get(plain) ?? [])
}

async function main(): Promise<void> {
  await withBenchServer(async (server) => {
    const dataSource = new DataSource({
      type: 'postgres',
      url: await server.newDatabase(),
      entities: [Note],
      poolSize: 1,
    })
    await dataSource.initialize()
    await dataSource.query(`create table note (id serial primary key, text text, at timestamp)`)
    for (const [name, insert] of Object.entries(KINDS)) {
      console.log(
        `${name}: takes ${(await ratio(dataSource, insert)).toFixed(3)} times as long with the guard`,
      )
    }
    await dataSource.destroy()
  })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
