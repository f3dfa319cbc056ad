import type { Server } from '../catalog/server'
import { quoted } from '../db/sqlstate'
import { withLanes } from '../db/lanes'
import type { Target } from '../db/session'
import { tableKey } from '../db/table-name'
import { inTransaction, type Timeouts } from '../db/transaction'
import { ResyncError } from '../errors'
import type { ColumnKey, History } from '../history/point'
import { validated } from '../options/validated'
import type { Selection } from '../sequences/selection'
import { assertPostgresServer } from '../sequences/server-kind'
import { assessColumns, verifyIn, type VerifiedColumn } from '../sequences/verify'
import type { Cause } from './cause'
import type { Context, Finder, Findings } from './context'
import { DiagnoseRules } from './diagnose-rules'
import { FINDERS } from './finders'
import { ranked } from './ranking'
import { findInSource } from './source/project-causes'

/** What to diagnose, and how long to wait. */
export interface DiagnoseOptions extends Selection, Timeouts {
  /** The folder of the project's own code, which is scanned for what gives ids. Default: none. */
  readonly source?: string | undefined
  /** Where sequences stood before; one that fell meanwhile went back. Default: not known. */
  readonly history?: History | undefined
  /** The clock for `checkedAt`. Default: the system's. */
  readonly now?: (() => Date) | undefined
}

/** A column, and why its sequence drifts; the most certain cause first. */
export type DiagnosedColumn = VerifiedColumn & { readonly causes: readonly Cause[] }

/** What `diagnoseSequences` found. */
export interface Diagnosis {
  readonly server: Server
  readonly checkedAt: Date
  /** Those that are behind; of the tables that were named, all. */
  readonly columns: readonly DiagnosedColumn[]
  /** What could not be looked at, and what would make it possible, in a form to print. */
  readonly notes: readonly string[]
}

/**
 * Says why sequences drift, as far as it can be proven. Only reads, and consumes no value of a sequence.
 *
 * @throws {ResyncError} as `verifySequences` does.
 */
export async function diagnoseSequences(
  target: Target,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const checked = validated(DiagnoseRules, options)
  const isNamed = checked.tables !== undefined || checked.entities !== undefined
  return withLanes(target, 1, async (lanes) => {
    const { server, checkedAt, verified, columns: all } = await verifyIn(lanes, target, checked)
    // The causes are looked for in PostgreSQL's catalog.
    assertPostgresServer(server)
    const columns = verified.filter(({ verdict }) => isNamed || verdict === 'behind')
    if (columns.length === 0) return { server, checkedAt, columns: [], notes: [] }
    const { selected, companions } = all
    const others = await assessColumns(
      lanes,
      { selected: companions, companions: selected },
      server.role,
      checked,
    )
    const known = [
      ...verified,
      ...others.map((other) => ({ ...other, entity: null, migrationsTable: false, faults: [] })),
    ]
    const context = { session: lanes.first, target, server, options: checked, columns, known }
    const findings = [...(await findAll(FINDERS, context)), await findInSource(context)]
    return { server, checkedAt, ...explained(columns, findings) }
  })
}

/** One finder after another: they share a connection. What one cannot look at stops no other. */
async function findAll(finders: readonly Finder[], context: Context): Promise<Findings[]> {
  const findings: Findings[] = []
  for (const finder of finders) {
    try {
      findings.push(
        await inTransaction(context.session, 'read only', context.options, () =>
          finder.find(context),
        ),
      )
    } catch (error) {
      if (error instanceof ResyncError) throw error
      findings.push({ found: [], notes: [`Cannot look at ${finder.place}: ${quoted(error)}.`] })
    }
  }
  return findings
}

function explained(columns: readonly VerifiedColumn[], findings: readonly Findings[]) {
  const causes = new Map<string, Cause[]>()
  for (const { column, cause } of findings.flatMap(({ found }) => found)) {
    const key = columnKey(column)
    causes.set(key, [...(causes.get(key) ?? []), cause])
  }
  return {
    columns: columns.map((column) => ({
      ...column,
      causes: ranked(causes.get(columnKey(column)) ?? []),
    })),
    notes: findings.flatMap(({ notes }) => notes),
  }
}

function columnKey(column: ColumnKey): string {
  return JSON.stringify([tableKey(column), column.column])
}
