import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedServer } from '../../src/tools/embedded/server'
import { serverVersion, setting, writePage } from '../page'
import { REPAIRS } from './repairs'
import { markdownTable, plainTable, type Result } from './report'
import { runRace } from './run'
import { WORKLOADS } from './workloads'

const WARM_UP_SECONDS = 1

/** Runs every repair beside every workload, on a PostgreSQL that is made for it. Returns undefined when interrupted. */
async function compare(url: string, seconds: number, signal: AbortSignal) {
  const results: Result[] = []
  for (const workload of WORKLOADS) {
    for (const repair of REPAIRS) {
      // Else the first cell, a baseline, would carry the cold start of server and client.
      if (results.length === 0) {
        await runRace({ url, workload, repair, seconds: WARM_UP_SECONDS, signal })
      }
      if (signal.aborted) return undefined
      console.error(`${workload.name} × ${repair.name}, ${String(seconds)} s`)
      const tally = await runRace({ url, workload, repair, seconds, signal })
      if (tally.firstError !== undefined) console.error(`  its first error: ${tally.firstError}`)
      results.push({ workload: workload.name, repair: repair.name, tally })
    }
  }
  return signal.aborted ? undefined : results
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '4' },
      write: { type: 'boolean', default: false },
    },
  })
  const seconds = Number(values.seconds)
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new Error(`--seconds takes a number of seconds up to 3600, not "${values.seconds}".`)
  }

  const interrupted = new AbortController()
  process.on('SIGINT', () => {
    process.exitCode = 130
    interrupted.abort()
  })

  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-bench-'))
  const server = await startEmbeddedServer({
    folder,
    temporary: true,
    settings: { fsync: 'off', max_connections: '100' },
  })
  try {
    const results = await compare(server.url, seconds, interrupted.signal)
    if (results === undefined) return
    console.log(plainTable(results))
    if (!values.write) return
    const where = setting(await serverVersion(server.url))
    const command = `npm run bench:race -- --seconds ${String(seconds)} --write`
    await writePage(
      'race',
      `${markdownTable(results)}\n\n${where}; ${String(seconds)} s a row; made by \`${command}\`.`,
    )
  } finally {
    await server.stop()
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
