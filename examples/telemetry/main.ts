import { TelemetryWriter } from 'typeorm-resync'
import { crawl } from './crawl'
import { dataSource } from './data-source'

/** Crawls so many pages, or until it is told to end, and records how each extraction went. */
async function main(pages: number, spool: string): Promise<void> {
  await dataSource.initialize()
  const writer = new TelemetryWriter(dataSource, { spool })
  const ending = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      ending.abort()
    })
  }
  try {
    for await (const event of crawl(pages, ending.signal)) await writer.record(event)
  } finally {
    // Less than the time that the process is given before it is killed. What is left is in the spool.
    await writer.shutdown({ timeoutMillis: 5_000 })
    await dataSource.destroy()
  }
  const { accepted, written, queued } = writer.stats()
  console.log(
    `${String(accepted)} accepted, ${String(written)} written, ${String(queued)} left in the spool.`,
  )
}

main(Number(process.argv[2] ?? 1_000), process.argv[3] ?? 'spool').catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
