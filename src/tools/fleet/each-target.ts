import { StoppedError } from '../errors'
import { counting, type Attended } from '../sequences/progress'
import type { FleetTarget } from './target'

/** What became of one target. */
export type TargetOutcome<R> = { readonly target: FleetTarget } & (
  | { readonly state: 'done'; readonly result: R }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'not begun' }
)

/**
 * Does `work` for each target, `atOnce` of them side by side: whichever ends makes room for the next one. One that fails holds up no other. Once the signal
 * is aborted none is begun, and those that were are waited for.
 *
 * @returns what became of each, in the targets' order
 */
export async function eachTarget<R>(
  targets: readonly FleetTarget[],
  atOnce: number,
  work: (target: FleetTarget) => Promise<R>,
  attended: Attended = {},
): Promise<TargetOutcome<R>[]> {
  const outcomes = targets.map((target): TargetOutcome<R> => ({ target, state: 'not begun' }))
  const left = targets.entries()
  const count = counting('fleet', targets.length, attended)
  const run = async () => {
    for (const [index, target] of left) {
      if (attended.signal?.aborted) return
      try {
        outcomes[index] = { target, state: 'done', result: await work(target) }
      } catch (error) {
        // Stopped before it had changed anything.
        if (error instanceof StoppedError) return
        outcomes[index] = { target, state: 'failed', error }
      }
      count(1)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, run))
  return outcomes
}
