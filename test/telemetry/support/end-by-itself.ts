import { DataSource } from 'typeorm'
import { TelemetryWriter } from '../../../src/tools/telemetry/telemetry-writer'
import { ArrayQueue } from './array-queue'
import { accept, insertInto } from './test-events'

/** Records three events, and neither flushes nor shuts down. */
async function main(url: string): Promise<void> {
  const dataSource = new DataSource({ type: 'postgres', url, extra: { allowExitOnIdle: true } })
  await dataSource.initialize()
  const writer = new TelemetryWriter(
    { scheduledDelayMillis: 200 },
    {
      accept,
      writeBatch: insertInto(dataSource),
      isOwnKey: () => Promise.resolve(false),
      openQueue: () => Promise.resolve(new ArrayQueue([])),
      logger: dataSource.logger,
    },
  )
  await Promise.all([1, 2, 3].map((n) => writer.record({ n })))
  process.stdout.write(`accepted ${String(writer.stats().accepted)}\n`)
}

void main(process.argv[2] ?? '')
