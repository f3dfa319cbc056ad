/** How far the evidence goes: it shows the cause at work, it fits nothing else that we know, or it fits this among others. */
export type Confidence = 'proven' | 'likely' | 'possible'

/** What was seen, and where. */
export interface Evidence {
  /** Such as `pg_stat_statements`, `catalog`, `trap`, or a file with its line: `src/seeds/users.ts:12`. */
  readonly source: string
  /** One line, in a form to print; users' values are left out. */
  readonly text: string
}

/** Why a sequence drifts from its column. */
export interface Cause {
  /** Stable, for scripts. */
  readonly kind: CauseKind
  /** One sentence. */
  readonly summary: string
  readonly confidence: Confidence
  readonly evidence: readonly Evidence[]
  /** What to do, in one or two sentences, with the command where there is one. */
  readonly remedy: string
}

/** What can be the cause. */
export type CauseKind =
  | 'explicit-ids'
  | 'copy'
  | 'overriding'
  | 'trigger'
  | 'subscription'
  | 'restore'
  | 'promotion'
  | 'shared-sequence'
  | 'other-default'
  | 'two-sequences'
  | 'partition-sequence'
  | 'cached-values'
  | 'node-ranges'
  | 'application-ids'
  | 'went-back'
  | 'source-insert'
  | 'primary-column'
  | 'seed'
  | 'migration'
