import { type Command, InvalidArgumentError, Option } from 'commander'
import { isDuration } from '../db/duration'
import { DEFAULT_LOCK_TIMEOUT, DEFAULT_STATEMENT_TIMEOUT } from '../db/transaction'
import type { TargetOptions } from './target'

/** The options that say which columns, of which database. */
export interface SelectorOptions extends TargetOptions {
  readonly entity?: string[]
  readonly table?: string[]
  readonly schema?: string[]
  readonly allSchemas?: boolean
}

/** The options that bound waiting. */
export interface TimeoutOptions {
  readonly lockTimeout: string
  readonly statementTimeout: string
}

/** How to print. */
export type Format = 'table' | 'json'

/** The option that says how to print. */
export interface FormatOptions {
  readonly format: Format
}

/** Adds the options of {@link SelectorOptions}. */
export function addSelectors(command: Command): Command {
  return command
    .option('-d, --data-source <file>', 'the file that exports the TypeORM DataSource')
    .option('--url <url>', 'the database, instead of a DataSource (default: DATABASE_URL)')
    .option('--entity <name...>', 'only the tables of these entities')
    .option('--table <table...>', 'only these tables: [schema.]table')
    .addOption(
      new Option('--schema <name...>', 'only tables of these schemas').conflicts('allSchemas'),
    )
    .option('--all-schemas', 'tables of every schema (the default)')
}

/** Adds the options of {@link TimeoutOptions}. */
export function addTimeouts(command: Command): Command {
  return command
    .option('--lock-timeout <time>', 'how long to wait for a lock', duration, DEFAULT_LOCK_TIMEOUT)
    .option(
      '--statement-timeout <time>',
      'how long one statement may run',
      duration,
      DEFAULT_STATEMENT_TIMEOUT,
    )
}

/** Adds the option of {@link FormatOptions}. */
export function addFormat(command: Command): Command {
  return command.addOption(
    new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'),
  )
}

/** Returns what the selectors mean to the library. */
export function selection({ entity, table, schema }: SelectorOptions) {
  return { entities: entity, tables: table, schemas: schema }
}

/** Checks a time and returns it. */
export function duration(text: string): string {
  if (isDuration(text)) return text
  throw new InvalidArgumentError('Expected a time such as 500ms, 5s or 1min.')
}

/** Reads a whole number of values, 0 or more. */
export function count(text: string): bigint {
  if (/^\d+$/.test(text)) return BigInt(text)
  throw new InvalidArgumentError('Expected a whole number, 0 or more.')
}

/** Reads a timestamp as TypeORM puts it into names. */
export function timestamp(text: string): number {
  if (/^\d{13}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected milliseconds since 1970, 13 digits.')
}

/** What verify counts as a finding. */
export interface FailOn {
  readonly behind: boolean
  readonly unknown: boolean
  /** A structural fault is a finding. */
  readonly fault: boolean
  /** Percent; less headroom than this is a finding. */
  readonly headroom: number | undefined
}

/** What verify counts where `--fail-on` does not say. */
export const FAIL_ON_DEFAULT: FailOn = {
  behind: true,
  unknown: true,
  fault: false,
  headroom: undefined,
}

/** Reads `behind,unknown,fault,headroom=10`. */
export function failOn(text: string): FailOn {
  let headroom: number | undefined
  const words = new Set<string>()
  for (const part of text.split(',')) {
    const percent = /^headroom=(\d{1,2}(?:\.\d+)?|100)$/.exec(part)?.[1]
    if (percent !== undefined) headroom = Number(percent)
    else if (['behind', 'unknown', 'fault'].includes(part)) words.add(part)
    else {
      throw new InvalidArgumentError(
        'Expected a list of behind, unknown, fault and headroom=PERCENT.',
      )
    }
  }
  return {
    behind: words.has('behind'),
    unknown: words.has('unknown'),
    fault: words.has('fault'),
    headroom,
  }
}
