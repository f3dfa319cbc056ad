import type { Binding } from '../../src/tools/catalog/sequence-column'
import type { FaultKind } from '../../src/tools/sequences/faults'
import type { Verdict } from '../../src/tools/sequences/verdict'

/**
 * What is expected of a column: `table.column`, how it is fed, by which sequence of the schema (null for none), the verdict; then what comes of
 * `apply`: the value that the next insert of defaults gets, or `refused`, with nothing changed; and the structural faults.
 */
export type Expected = readonly [
  column: string,
  binding: Binding,
  sequence: string | null,
  verdict: Verdict,
  outcome: bigint | 'refused' | 'no insert',
  ...faults: FaultKind[],
]

/** A schema of its own, and what is expected of every column in it that a sequence feeds; in the order of verify. */
export interface Case {
  readonly name: string
  readonly sql: string
  /** Default: a plain name. */
  readonly schema?: string
  readonly columns: readonly Expected[]
  /** The first major version that can do it. Default: all. */
  readonly since?: number
}
