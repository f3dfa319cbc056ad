import { readMembers } from '../../catalog/table-members'
import { tableKey } from '../../db/table-name'
import type { Finder, Found } from '../context'
import { readSequenceNamesakes } from './namesakes'
import { readStatements } from './read'
import { restartCause } from './restarts'
import { writeCauses } from './write-causes'

/** Finds statements that brought their own ids, or moved a sequence, in pg_stat_statements. */
export const statementsFinder: Finder = {
  place: 'pg_stat_statements',
  async find({ session, server, columns }) {
    const { statements, notes } = await readStatements(session, server)
    if (statements.length === 0) return { found: [], notes }
    const members = await readMembers(session, columns)
    const namesakes = await readSequenceNamesakes(session, columns)
    const found: Found[] = columns.flatMap((column) => {
      const tables = members.get(tableKey(column)) ?? []
      const { sequence } = column
      const known = {
        ofTable: tables[0]?.hasNamesake ?? false,
        ofSequence:
          sequence !== null &&
          namesakes.has(tableKey({ schema: sequence.schema, table: sequence.name })),
      }
      const causes = [
        ...writeCauses(column, tables, statements),
        ...restartCause(column, statements, known),
      ]
      return causes.map((cause) => ({ column, cause }))
    })
    return { found, notes }
  },
}
