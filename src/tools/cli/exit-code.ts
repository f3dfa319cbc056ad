/** What the exit code says; others script against it. */
export const EXIT = {
  /** Nothing found, or all done. */
  done: 0,
  /** Findings, or part of the work refused. */
  findings: 1,
  /** Could not run: usage, configuration, connection. */
  failed: 2,
  /** With `--format nagios` alone: cannot be told. */
  nagiosUnknown: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
