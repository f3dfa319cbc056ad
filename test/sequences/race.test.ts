import { describe, expect, it } from 'vitest'
import { RESYNC, REPAIRS, type Repair } from '../../bench/race/repairs'
import { runRace } from '../../bench/race/run'
import { WORKLOADS, type Workload } from '../../bench/race/workloads'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { verifySequences } from '../../src/tools/sequences/verify'
import { useDatabase } from '../support/database'

const database = useDatabase()

function race(workload: Workload, repair: Repair, seconds: number) {
  return runRace({
    url: database.url,
    workload,
    repair,
    seconds,
    signal: new AbortController().signal,
  })
}

function workload(name: string): Workload {
  const found = WORKLOADS.find((one) => one.name === name)
  if (!found) throw new Error(`There is no workload "${name}".`)
  return found
}

describe('beside 8 writers, the repair in a loop makes no duplicate key and never moves the sequence back', () => {
  it.each(WORKLOADS.map((workload) => [workload.name, workload] as const))(
    '%s',
    async (_, workload) => {
      const { inserts, repairs, ...harm } = await race(workload, RESYNC, 4)
      expect(harm).toMatchObject({ duplicates: 0, steppedBack: 0, errors: 0 })
      expect(Math.min(inserts, repairs)).toBeGreaterThan(10)
    },
  )

  it('as the library does it', async () => {
    const run: Repair['run'] = async (client) => {
      const { refused } = await resyncSequences(client, { tables: ['t'] })
      const reason = refused[0]?.reason
      // Another row that is far ahead may come before it looks again.
      if (reason !== undefined && !reason.includes('was moved, and is behind'))
        throw new Error(reason)
    }
    const far = workload('explicit ids, far ahead')
    const { repairs, ...harm } = await race(far, { name: 'library', run }, 4)
    expect(harm).toMatchObject({ duplicates: 0, steppedBack: 0, errors: 0 })
    expect(repairs).toBeGreaterThan(10)
  })
})

describe('beside 8 writers', () => {
  it('verify never finds a good sequence behind, nor its value lower than before', async () => {
    const seen: bigint[] = []
    const verdicts = new Set<string>()
    const run: Repair['run'] = async (client) => {
      const { columns } = await verifySequences(client, { tables: ['t'] })
      for (const { verdict, lastValue } of columns) {
        verdicts.add(verdict)
        seen.push(lastValue ?? 0n)
      }
    }
    await race(workload('default'), { name: 'verify', run }, 5)
    expect([...verdicts]).toEqual(['ok'])
    expect(seen.filter((value, index) => value < (seen[index - 1] ?? 0n))).toEqual([])
  })

  it('the setval that everyone writes does both: this harness can fail', async () => {
    const setval = REPAIRS.filter(({ name }) => name === 'setval(max)')
    for (const repair of setval) {
      const { duplicates, steppedBack } = await race(workload('bare nextval'), repair, 4)
      expect(duplicates + steppedBack).toBeGreaterThan(0)
    }
    expect(setval).toHaveLength(1)
  })
})
