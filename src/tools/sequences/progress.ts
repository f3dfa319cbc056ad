/** How far a run has come. */
export interface Progress {
  /** `read`: columns that were compared; `repair`: columns that were moved; `fleet`: databases that were worked on. */
  readonly phase: 'read' | 'repair' | 'fleet'
  readonly done: number
  readonly total: number
}

/** How the caller looks on, and stops the work. */
export interface Attended {
  /** Once aborted, nothing more is begun; what was begun is finished. */
  readonly signal?: AbortSignal | undefined
  /** Told at the beginning of a phase, and after each batch. What it throws ends the run, as an error of the work would. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** Tells of the beginning of a phase; returns a function that is told how many more are done. */
export function counting(
  phase: Progress['phase'],
  total: number,
  { onProgress }: Attended,
): (more: number) => void {
  let done = 0
  const count = (more: number) => {
    done += more
    onProgress?.({ phase, done, total })
  }
  count(0)
  return count
}
