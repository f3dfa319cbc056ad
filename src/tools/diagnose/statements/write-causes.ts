import type { TableMember } from '../../catalog/table-members'
import { quoteIdentifier, quoteQualified } from '../../db/quoting'
import { columnName, tableArgument } from '../../sequences/names'
import type { VerifiedColumn } from '../../sequences/verify'
import type { Cause, CauseKind, Evidence } from '../cause'
import { statementEvidence } from './evidence'
import type { Statement } from './read'
import { readWrites, type Write } from './writes'

/** As many as are read; more of the same kind say nothing more. */
const MOST_EVIDENCE = 5

interface Seen {
  readonly kind: 'copy' | 'overriding' | 'explicit-ids'
  readonly isSure: boolean
  readonly statement: Statement
}

/** Returns a cause for each way in which statements brought their own values for the column. */
export function writeCauses(
  column: VerifiedColumn,
  members: readonly TableMember[],
  statements: readonly Statement[],
): Cause[] {
  const seen = statements.flatMap((statement) =>
    readWrites(statement.query).flatMap((write) => seenIn(write, column, members, statement)),
  )
  return (['copy', 'overriding', 'explicit-ids'] as const).flatMap((kind) => {
    const ofKind = seen.filter((one) => one.kind === kind)
    if (ofKind.length === 0) return []
    const evidence = ofKind.map(({ statement }) => statementEvidence(statement))
    const isSure = ofKind.some((one) => one.isSure)
    return [causeOf(kind, column, isSure, evidence.slice(0, MOST_EVIDENCE))]
  })
}

function seenIn(
  write: Write,
  column: VerifiedColumn,
  members: readonly TableMember[],
  statement: Statement,
): Seen[] {
  const member = members.find(
    ({ schema, table }) => table === write.table && (write.schema ?? schema) === schema,
  )
  if (!member || !write.gives(column.column, member.columns)) return []
  // A bare name was looked up through a search path that is not recorded.
  const isSure =
    (write.schema !== undefined || !member.hasNamesake) && (write.lists || write.by === 'copy')
  const kind = write.by === 'copy' ? 'copy' : write.overrides ? 'overriding' : 'explicit-ids'
  return [{ kind, isSure, statement }]
}

function causeOf(
  kind: Seen['kind'],
  column: VerifiedColumn,
  isSure: boolean,
  evidence: readonly Evidence[],
): Cause {
  const name = columnName(column)
  const key = quoteIdentifier(column.column)
  const apply = `typeorm-resync apply --table ${tableArgument(column)}`
  const always = `ALTER TABLE ${quoteQualified(column.schema, column.table)} ALTER COLUMN ${key} SET GENERATED ALWAYS`
  const texts: Readonly<Record<Seen['kind'], readonly [string, string]>> = {
    copy: [
      `COPY brings its own values for ${name}, also where it is GENERATED ALWAYS; its sequence never runs.`,
      `Leave ${key} out of COPY's list of columns and its data, or follow each COPY with: ${apply}`,
    ],
    overriding: [
      `Inserts with OVERRIDING SYSTEM VALUE bring their own values for ${name}; its sequence never runs.`,
      `Write OVERRIDING USER VALUE, which keeps the rows and draws new values, or follow them with: ${apply}`,
    ],
    'explicit-ids': [
      `Inserts bring their own values for ${name}; its sequence never runs.`,
      column.binding === 'identity by default'
        ? `Leave ${key} out of their columns. To refuse them: ${always}`
        : `Leave ${key} out of their columns, or write DEFAULT there. Where they must bring it, follow them with: ${apply}`,
    ],
  }
  const [summary, remedy] = texts[kind]
  return {
    kind: kind satisfies CauseKind,
    summary,
    confidence: isSure ? 'proven' : 'likely',
    evidence,
    remedy,
  }
}
