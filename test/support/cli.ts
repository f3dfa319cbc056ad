import { tmpdir } from 'node:os'
import { runCli } from '../../src/tools/cli/program'
import type { Terminal } from '../../src/tools/cli/terminal'

/** What a command printed, and its exit code. */
export interface Ran {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Runs the command line in this process. */
export async function resync(
  args: string[],
  env: Record<string, string> = {},
  colour = false,
  input?: Terminal['input'],
): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const exitCode = await runCli(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    env,
    // A project with no DataSource.
    cwd: tmpdir(),
    colour,
    input,
  })
  return { exitCode, out: out.join('\n'), err: err.join('\n') }
}
