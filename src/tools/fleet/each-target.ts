import type { FleetTarget } from './target'

/** What became of one target. */
export type TargetOutcome<R> = { readonly target: FleetTarget } & (
  | { readonly state: 'done'; readonly result: R }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'not begun' }
)

/**
 * Does `work` for each target, `atOnce` of them side by side: whichever ends makes room for the next one. One that fails holds up no other. Once `signal`
 * is aborted none is begun, and those that were are waited for.
 *
 * @returns what became of each, in the targets' order
 */
export async function eachTarget<R>(
  targets: readonly FleetTarget[],
  atOnce: number,
  work: (target: FleetTarget) => Promise<R>,
  signal?: AbortSignal,
): Promise<TargetOutcome<R>[]> {
  const outcomes = targets.map((target): TargetOutcome<R> => ({ target, state: 'not begun' }))
  const left = targets.entries()
  const run = async () => {
    for (const [index, target] of left) {
      if (signal?.aborted) return
      try {
        outcomes[index] = { target, state: 'done', result: await work(target) }
      } catch (error) {
        outcomes[index] = { target, state: 'failed', error }
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, run))
  return outcomes
}
