import 'reflect-metadata'
import { appendFileSync } from 'node:fs'
import { DataSource } from 'typeorm'
import { TelemetryWriter } from '../../../src/index'
import { ContentTypeDetectionTelemetry } from '../../../src/entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from '../../../src/entities/extraction-telemetry-v2'
import { HttpErrorSummary } from '../../../src/entities/http-error-summary'
import { warningsOnly } from '../../support/warnings-only'
import { isPoison, storyEvent } from './story'

/** Records events, poison among them, until it is killed or has recorded so many; writes down each uid once `record()` has resolved, before it goes on. */
async function main([url = '', spool = '', acknowledged = '', run = '', count = '0']: string[]) {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    entities: [ExtractionTelemetryV2, HttpErrorSummary, ContentTypeDetectionTelemetry],
    applicationName: 'chaos',
    poolSize: 2,
    logger: warningsOnly([]),
  })
  await dataSource.initialize()
  const writer = new TelemetryWriter(dataSource, {
    spool,
    maxBatchSize: 50,
    scheduledDelayMillis: 5,
    maxBackoffMillis: 200,
    onDeadLetter: () => undefined,
  })
  const record = async (n: number) => {
    const uid = await writer.record(storyEvent(run, n))
    // A write of its own to a file outlives a kill.
    appendFileSync(acknowledged, `${uid} ${isPoison(n) ? 'poison' : 'good'}\n`)
  }
  process.stdout.write('ready\n')
  for (let n = 0; n < Number(count); n += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, index) => record(n + index)))
  }
  await writer.flush()
  process.stdout.write(JSON.stringify(writer.stats()))
  await writer.shutdown()
  await dataSource.destroy()
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  // The writer has events to write, and would keep the process alive.
  process.kill(process.pid, 'SIGTERM')
})
