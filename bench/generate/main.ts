import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataSource, EntitySchema } from 'typeorm'
import { generateResyncMigrations } from '../../src/tools/generator/generate'

const ENTITIES = 1_000
const ROUNDS = 5

interface Round {
  readonly metadata: number
  readonly discoverAndWrite: number
}

function dataSource(): DataSource {
  const entities = Array.from({ length: ENTITIES }, (_, n) => {
    const name = `Entity${String(n)}`
    return new EntitySchema<{ id: number }>({
      name,
      columns: {
        id: { type: 'integer', primary: true, generated: true },
        text: { type: 'text' },
      } as never,
    })
  })
  return new DataSource({ type: 'postgres', entities })
}

/** Measures one run: TypeORM's own metadata first, then everything that is ours. */
async function round(parent: string): Promise<Round> {
  const folder = mkdtempSync(join(parent, 'round-'))
  const source = dataSource()
  const start = performance.now()
  await (source as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas()
  const built = performance.now()
  await generateResyncMigrations(source, { folder })
  const written = performance.now()
  if (readdirSync(folder).length !== ENTITIES) throw new Error('Not every entity was written.')
  return { metadata: built - start, discoverAndWrite: written - built }
}

function spread(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => `${String(Math.round(sorted[index] ?? 0))} ms`
  return `${at(Math.floor(sorted.length / 2))} (${at(0)} to ${at(sorted.length - 1)})`
}

async function measure(title: string, parent: string): Promise<void> {
  const folder = mkdtempSync(join(parent, 'typeorm-resync-bench-'))
  try {
    const rounds: Round[] = []
    for (let n = 0; n < ROUNDS; n += 1) rounds.push(await round(folder))
    console.log(
      `${title}: TypeORM's metadata ${spread(rounds.map(({ metadata }) => metadata))}, ours ${spread(rounds.map(({ discoverAndWrite }) => discoverAndWrite))}`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function main(): Promise<void> {
  await measure(`${String(ENTITIES)} entities, no prettier`, tmpdir())
  // Inside this project its prettier has its say.
  await measure(`${String(ENTITIES)} entities, formatted by prettier`, join(__dirname))
}

void main()
