import { SpoolError } from '../../errors'
import type { Lane } from './lane'
import type { Run } from './lane-reader'

/** The events that were taken and are not settled, oldest first. */
export class Taken {
  private readonly runs: { readonly lane: Lane; first: number; count: number }[] = []

  add(lane: Lane, { first, events }: Run): void {
    const last = this.runs.at(-1)
    if (last?.lane === lane && last.first + last.count === first) last.count += events.length
    else this.runs.push({ lane, first, count: events.length })
  }

  has(lane: Lane): boolean {
    return this.runs.some((run) => run.lane === lane)
  }

  /** Settles the oldest `count` events in their lanes; returns these. */
  settle(count: number): Set<Lane> {
    const taken = this.runs.reduce((sum, run) => sum + run.count, 0)
    if (count > taken) {
      throw new SpoolError(
        `Cannot settle ${String(count)} events of a spool: ${String(taken)} are taken. Nothing was settled.`,
      )
    }
    const lanes = new Set<Lane>()
    let left = count
    for (let [run] = this.runs; run && left > 0; [run] = this.runs) {
      const settled = Math.min(left, run.count)
      run.first += settled
      run.count -= settled
      left -= settled
      run.lane.settle(run.first - 1)
      lanes.add(run.lane)
      if (run.count === 0) this.runs.shift()
    }
    return lanes
  }
}
