import { withBenchServer } from '../bench-server'
import type { Section } from '../section'
import { REPAIRS } from './repairs'
import { raceTable, type Result } from './report'
import { runRace } from './run'
import { WORKLOADS } from './workloads'

const SECONDS = 4
const QUICK_SECONDS = 0.1
const WARM_UP_SECONDS = 1

/** Every repair beside every workload. */
export const race: Section = {
  name: 'race',
  measure: ({ quick, signal }) =>
    withBenchServer(async (server) => {
      const seconds = quick ? QUICK_SECONDS : SECONDS
      const url = await server.newDatabase()
      const results: Result[] = []
      // What each finds is tested; quickly, two show that it runs.
      for (const workload of quick ? WORKLOADS.slice(0, 2) : WORKLOADS) {
        for (const repair of REPAIRS) {
          // Else the first cell, a baseline, would carry the cold start of server and client.
          if (results.length === 0 && !quick) {
            await runRace({ url, workload, repair, seconds: WARM_UP_SECONDS, signal })
          }
          console.error(`${workload.name} × ${repair.name}, ${String(seconds)} s`)
          const tally = await runRace({ url, workload, repair, seconds, signal })
          signal.throwIfAborted()
          if (tally.firstError !== undefined)
            console.error(`  its first error: ${tally.firstError}`)
          results.push({ workload: workload.name, repair: repair.name, tally })
        }
      }
      return { figures: [raceTable(results), `${String(seconds)} s a row.`] }
    }),
}
