import fc from 'fast-check'
import { it } from 'vitest'
import { useDatabase } from '../support/database'
import { operations, perform, settle } from './property/drift'
import { schemas } from './property/generated-schema'
import { inSchema } from './property/run'

/** About 20 s on two cores. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 80)

/** To repeat a failure, which names its seed. */
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() | 0)

/** Milliseconds after which fast-check stops: a failure is then reported as small as it has become. */
const LIMIT = 60_000 + RUNS * 1_000

const database = useDatabase()

it(
  'whatever the schema and the drift: verify is right, apply mends what it does not refuse, and neither moves a sequence back',
  async () => {
    const tool = await database.connect()
    const writers = [await database.connect(), await database.connect()] as const
    const drifts = fc.array(operations, { minLength: 1, maxLength: 12, size: 'max' })
    const property = fc.asyncProperty(schemas, drifts, (schema, drift) =>
      inSchema({ tool, writers }, schema, async (run) => {
        for (const operation of drift) await perform(operation, run)
        await settle(run)
      }),
    )
    await fc.assert(property, { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: LIMIT })
  },
  LIMIT + 10_000,
)
