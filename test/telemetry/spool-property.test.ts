import fc from 'fast-check'
import { it } from 'vitest'
import { OPERATIONS } from './support/fake-disk'
import { SpoolLife, type Sizes } from './support/spool-life'

/** A few seconds. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 200)

/** To repeat a failure, which names its seed. */
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() | 0)

/** Milliseconds after which fast-check stops: a failure is then reported as small as it has become. */
const LIMIT = 60_000 + RUNS * 1_000

const sizes: fc.Arbitrary<Sizes> = fc.record({
  seed: fc.integer({ min: 1 }),
  maxBytes: fc.oneof(fc.constant(1_000_000), fc.integer({ min: 100, max: 3_000 })),
  segmentBytes: fc.integer({ min: 100, max: 2_000 }),
  maxQueueSize: fc.integer({ min: 1, max: 30 }),
  whenFull: fc.constantFrom('block', 'reject'),
})

const few = fc.integer({ min: 1, max: 12 })
const power = fc.constantFrom('kept', 'lost')
const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append'), count: few }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('advance'), count: few }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('take'), count: few }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle'), count: few }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('crash'),
      power,
      after: fc.integer({ min: 1, max: 25 }),
      again: fc.option(fc.integer({ min: 1, max: 25 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('flip') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault'),
      operation: fc.constantFrom(...OPERATIONS),
      times: fc.integer({ min: 1, max: 4 }),
      code: fc.constantFrom('ENOSPC', 'EIO'),
    }),
  },
)

type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never

async function perform(life: SpoolLife, step: Step): Promise<void> {
  if (step.kind === 'flip') life.flip()
  else if (step.kind === 'close') await life.close()
  else if ('operation' in step) {
    life.disk.faults.set(step.operation, { times: step.times, code: step.code })
  } else if ('power' in step) {
    await life.crash(step.power, step.after)
    if (step.again !== null) life.disk.stopIn = step.again
  } else if ('count' in step) {
    if (step.kind === 'append') life.append(step.count)
    else if (step.kind === 'advance') await life.advance(step.count)
    else if (step.kind === 'take') await life.take(step.count)
    else await life.settle(step.count)
  }
  if (life.disk.isStopped) await life.crash('lost', 1)
  await life.open()
}

it(
  'whatever the disk does: an event that was kept comes until it is settled, in order, and one that is lost is counted',
  async () => {
    const lives = fc.array(steps, { minLength: 1, maxLength: 40, size: 'max' })
    const property = fc.asyncProperty(sizes, lives, async (size, life) => {
      const spool = new SpoolLife(size)
      await spool.open()
      for (const step of life) await perform(spool, step)
      await spool.verify()
    })
    await fc.assert(property, { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: LIMIT })
  },
  LIMIT + 10_000,
)
