import type { DataSource } from 'typeorm'
import { discoverGeneratedColumns, generateResyncMigrations, verifySequences } from 'typeorm-resync'
import { dataSource } from './data-source'

/** Prints what the entities declare, how their sequences stand, and which migrations would repair them. Changes nothing. */
async function report(dataSource: DataSource): Promise<void> {
  console.log('Generated columns:')
  for (const { entity, table, column, strategy } of await discoverGeneratedColumns(dataSource)) {
    console.log(`  ${entity}: ${table}.${column} (${strategy})`)
  }

  console.log('Sequences:')
  const { columns } = await verifySequences(dataSource)
  for (const { schema, table, column, verdict, reason } of columns) {
    console.log(`  ${schema}.${table}.${column}: ${verdict}${reason === null ? '' : `. ${reason}`}`)
  }
  if (columns.some(({ verdict }) => verdict !== 'ok')) process.exitCode = 1

  console.log('Migrations for what is behind:')
  const { migrations } = await generateResyncMigrations(dataSource, {
    drifted: true,
    folder: 'migrations',
    dryRun: true,
  })
  for (const { path } of migrations) console.log(`  ${path}`)
}

async function main(): Promise<void> {
  await dataSource.initialize()
  try {
    await report(dataSource)
  } finally {
    await dataSource.destroy()
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
