/** What the command line talks to; a test's is made of arrays. */
export interface Terminal {
  /** Data. */
  out(text: string): void
  /** Everything else. */
  err(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether data goes to a terminal that shows colour. */
  readonly colour: boolean
}

/** Returns the process's own terminal. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    env,
    colour: stdout.isTTY && !env.NO_COLOR,
  }
}
