import 'reflect-metadata'
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm'
import { guardDataSource } from 'typeorm-resync'
import { withBenchServer } from '../bench-server'

const ROUNDS = 41
const INSERTS = 250

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

async function time(dataSource: DataSource, insert: Kind): Promise<number> {
  const start = performance.now()
  for (let n = 0; n < INSERTS; n += 1) await insert(dataSource, n)
  return performance.now() - start
}

/** On one connection, with the guard and without in turns: two backends differ by more than what is to be measured. */
async function ratio(dataSource: DataSource, insert: Kind): Promise<number> {
  const plain = () => time(dataSource, insert)
  const guarded = async () => {
    const guard = guardDataSource(dataSource)
    try {
      return await time(dataSource, insert)
    } finally {
      guard.release()
    }
  }
  await plain()
  await guarded()
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each begins as often as the other.
    const first = round % 2 === 0 ? await guarded() : undefined
    const without = await plain()
    ratios.push((first ?? (await guarded())) / without)
  }
  return ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN
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
      const median = await ratio(dataSource, insert)
      console.log(
        `${name}: takes ${median.toFixed(3)} times as long with the guard (median of ${String(ROUNDS)})`,
      )
    }
    await dataSource.destroy()
  })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
