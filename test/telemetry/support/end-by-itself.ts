import { DataSource } from 'typeorm'
import { EventWriter } from '../../../src/tools/telemetry/event-writer'
import { writerSettings } from '../../../src/tools/telemetry/writer-options'
import { ArrayQueue } from './array-queue'
import { accept, insertInto } from './test-events'

/** Records three events, and neither flushes nor shuts down. */
async function main(url: string): Promise<void> {
  const dataSource = new DataSource({ type: 'postgres', url, extra: { allowExitOnIdle: true } })
  await dataSource.initialize()
  const writer = new EventWriter(writerSettings({ scheduledDelayMillis: 200 }), {
    accept,
    writeBatch: insertInto(dataSource),
    isOwnKey: () => Promise.resolve(false),
    openQueue: () => Promise.resolve(new ArrayQueue([])),
    logger: dataSource.logger,
  })
  await Promise.all([1, 2, 3].map((n) => writer.record({ n })))
  process.stdout.write(`accepted ${String(writer.stats().accepted)}\n`)
}

void main(process.argv[2] ?? '')
