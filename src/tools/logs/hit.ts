/** A time as a log has it. */
export interface Moment {
  /** Milliseconds since 1970, of UTC; where the log's time zone is not known, as if it were UTC. */
  readonly millis: number
  /** The abbreviation whose offset is not known; null where the time is exact. */
  readonly zone: string | null
}

/** A 23505 in a log. What the log does not have, or was cut off, is null. */
export interface Hit {
  readonly constraint: string | null
  readonly at: Moment | null
  readonly application: string | null
  /** As the server wrote it: with users' values. */
  readonly detail: string | null
  /** As the server wrote it: with users' values. */
  readonly statement: string | null
}

/** Finds the hits in the text of one log. */
export interface LogFormat {
  /**
   * Hands over the hits in `data`, and returns how many bytes need not be seen again: all of them where it is the `last`.
   *
   * @param skip - is called for each entry that could not be read, with the reason
   */
  scan(
    data: Buffer,
    last: boolean,
    found: (hit: Hit) => void,
    skip: (reason: string) => void,
  ): number
}
