import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { messageOf, sqlstateOf } from '../db/sqlstate'
import { UsageError } from '../errors'
import { allDatabases } from '../fleet/all-databases'
import { chooseDatabases, patternsFor } from '../fleet/choose-databases'
import { parseTargets } from '../fleet/parse-targets'
import type { FleetTarget } from '../fleet/target'
import { shellWord } from '../sequences/names'
import type { FleetFlags } from './flags/fleet'
import type { CommandTerminal } from './terminal'

/** The databases of a run. */
export interface Fleet {
  readonly targets: readonly FleetTarget[]
  /** Returns the options that find one of them again, and no other. */
  readonly selectorOf: (target: FleetTarget) => string
  /** The file from which the run goes on. */
  readonly resume?: string | undefined
}

/**
 * Returns the databases that `--targets` or `--all-databases` names, and the patterns leave.
 *
 * @throws {UsageError} when the list cannot be read or is wrong, or a pattern matches nothing.
 * @throws {ConnectionError} when the server whose databases are asked for cannot be reached.
 */
export async function fleetOf(
  flags: FleetFlags & { readonly resume?: string },
  terminal: CommandTerminal,
): Promise<Fleet> {
  const { env } = terminal
  const { targets, includeDatabase: include, excludeDatabase: exclude } = flags
  const named =
    targets === undefined
      ? await allDatabases(serverUrl(flags, env), flags)
      : parseTargets(await readList(targets, terminal), sourceName(targets), env)
  const { resume } = flags
  const patternFor = patternsFor(named)
  return {
    targets: chooseDatabases(named, { include, exclude }),
    selectorOf: (target) => `${chooser(flags)} --include-database ${shellWord(patternFor(target))}`,
    resume,
  }
}

function chooser({ targets, url }: FleetFlags): string {
  if (targets !== undefined) return `--targets ${shellWord(targets)}`
  return ['--all-databases', ...(url === undefined ? [] : ['--url URL'])].join(' ')
}

function serverUrl({ url }: FleetFlags, env: CommandTerminal['env']): string {
  const named = url ?? env.DATABASE_URL
  if (named) return named
  throw new UsageError(
    'Cannot choose a server: none is named. Use --all-databases with --url URL of one of its databases, or set DATABASE_URL.',
  )
}

function sourceName(file: string): string {
  return file === '-' ? 'standard input' : JSON.stringify(file)
}

async function readList(file: string, terminal: CommandTerminal): Promise<string> {
  const { input = process.stdin } = terminal
  if (file === '-' && input.isTTY) {
    terminal.err(
      'Waiting for the targets on standard input: a URL or env:NAME a line. Ctrl-D ends them.',
    )
  }
  try {
    return await (file === '-' ? text(input) : readFile(file, 'utf8'))
  } catch (cause) {
    const why = sqlstateOf(cause) === 'ENOENT' ? 'there is no such file' : messageOf(cause)
    throw new UsageError(
      `Cannot read the targets of ${sourceName(file)}: ${why}. Nothing was changed. Use another --targets FILE.`,
      { cause },
    )
  }
}
