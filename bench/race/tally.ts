/** What was counted beside one repair. */
export interface Tally {
  /** Rows committed by the writers. */
  inserts: number
  repairs: number
  /** 23505 on a value that the sequence had given out before: only a sequence that went back does that. */
  duplicates: number
  /** 23505 on a row that had brought its id: the drift that is there to be repaired. */
  drifted: number
  /** How often the sequence was seen lower than before. */
  steppedBack: number
  /** Statements that ended in a timeout or a deadlock, and repairs that gave up. */
  errors: number
  firstError: string | undefined
  /** The longest that one writer waited for one insert, in milliseconds. */
  longestWaitMillis: number
}

/** Nothing counted yet. */
export function emptyTally(): Tally {
  return {
    inserts: 0,
    repairs: 0,
    duplicates: 0,
    drifted: 0,
    steppedBack: 0,
    errors: 0,
    firstError: undefined,
    longestWaitMillis: 0,
  }
}

/** Lock timeout, deadlock, statement timeout, and an exception by which our repair gives up. */
const COUNTED = new Set(['55P03', '40P01', '57014', '55000'])

/** What pg throws; without a code where the connection broke. */
interface DatabaseFailure {
  readonly code?: string
  readonly detail?: string
  readonly message: string
}

/** Counts what failed, by what rows have brought; throws what no race explains. */
export function countFailure(tally: Tally, error: unknown, brought: Set<string>): void {
  const { code = '', detail = '', message } = error as DatabaseFailure
  if (code === '23505') {
    const id = /\(id\)=\((\d+)\)/.exec(detail)?.[1] ?? ''
    // Deleted, because the sequence has now given it out: once more, and it has gone back.
    if (brought.delete(id)) tally.drifted += 1
    else tally.duplicates += 1
  } else if (COUNTED.has(code)) {
    tally.errors += 1
    tally.firstError ??= `${code} ${message}`
  } else {
    throw error
  }
}
