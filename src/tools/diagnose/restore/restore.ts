import type { Finder } from '../context'
import { readOrigin, readStandings } from './read'
import { rowsFromElsewhere } from './signature'

/** Finds the marks that a restore or a promotion leaves on all sequences at once. */
export const restoreFinder: Finder = {
  place: 'where sequences stand',
  async find({ session, columns, known }) {
    const behind = columns.filter(({ verdict, sequence }) => verdict === 'behind' && sequence)
    if (behind.length === 0) return { found: [], notes: [] }
    const standings = await readStandings(session)
    const timeline = await readOrigin(session)
    const allBehind = known.filter(({ verdict }) => verdict === 'behind').length
    const found = behind.flatMap((column) =>
      rowsFromElsewhere(column, { standings, timeline, behind: allBehind }).map((cause) => ({
        column,
        cause,
      })),
    )
    return { found, notes: [] }
  },
}
