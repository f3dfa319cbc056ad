import { isResolved } from '../catalog/sequence-column'
import { isPast } from '../sequences/position'
import { aboutDays } from './duration'
import type { Forecast } from '../history/forecast'
import type { ReportColumn } from './report'

/** When the first insert fails. */
export interface Collision {
  readonly text: string
  /** At which value, and about when; empty where neither is known. */
  readonly note: string
  /** How many inserts succeed before; null where it is not known. */
  readonly draws: bigint | null
}

/** Returns when the first insert fails; null where none is known to. */
export function collisionOf(column: ReportColumn, forecast?: Forecast): Collision | null {
  const { verdict, nextValue, firstTaken = null } = column
  if (verdict !== 'behind') return null
  if (nextValue === null) return { text: 'every insert', note: 'no value is left', draws: 0n }
  const draws = drawsBefore(column)
  if (draws === null || firstTaken === null) return { text: 'not known', note: '', draws: null }
  const taken = `${String(firstTaken)} is taken`
  if (draws === 0n) return { text: 'the next insert', note: taken, draws }
  const text = `after ${String(draws)} ${draws === 1n ? 'insert' : 'inserts'}`
  if (!forecast?.perDay) return { text, note: taken, draws }
  return { text, note: `${taken}, in ${aboutDays(Number(draws) / forecast.perDay)}`, draws }
}

function drawsBefore(column: ReportColumn): bigint | null {
  const { nextValue, firstTaken = null } = column
  if (!isResolved(column) || nextValue === null || firstTaken === null) return null
  const { sequence } = column
  if (isPast(sequence, nextValue, firstTaken)) return null
  const way = firstTaken - nextValue
  return way % sequence.increment === 0n ? way / sequence.increment : null
}
