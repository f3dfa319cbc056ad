import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { TelemetryWriter, type DeadLetter } from 'typeorm-resync'
import { dataSource } from './data-source'

/** Writes the events of a file of dead letters, each once; those that are refused again go to another file. */
async function main(file: string): Promise<void> {
  await dataSource.initialize()
  const writer = new TelemetryWriter(dataSource, { deadLetters: `${file}.again` })
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      await writer.recordAgain(JSON.parse(line) as DeadLetter)
    }
  } finally {
    await writer.shutdown()
    await dataSource.destroy()
  }
  console.log(writer.stats())
}

main(process.argv[2] ?? 'spool/dead-letters.jsonl').catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
