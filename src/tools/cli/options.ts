import { type Command, Option } from 'commander'
import { DEFAULT_LOCK_TIMEOUT, DEFAULT_STATEMENT_TIMEOUT } from '../db/transaction'

/** Adds the options that name a database. */
export function addTarget(command: Command): Command {
  return command
    .option('-d, --data-source <file>', 'the file that exports the TypeORM DataSource')
    .option('--url <url>', 'the database, instead of a DataSource (default: DATABASE_URL)')
}

/** Adds the options that bound waiting. */
export function addTimeouts(command: Command): Command {
  return command
    .option('--lock-timeout <time>', 'how long to wait for a lock', DEFAULT_LOCK_TIMEOUT)
    .option(
      '--statement-timeout <time>',
      'how long one statement may run',
      DEFAULT_STATEMENT_TIMEOUT,
    )
}

/** Adds the options that say which columns, how long to wait, and how to print. */
export function addSelectors(command: Command): Command {
  addTarget(command)
    .option('--entity <name...>', 'only the tables of these entities')
    .option('--table <table...>', 'only these tables: [schema.]table')
    .addOption(
      new Option('--schema <name...>', 'only tables of these schemas').conflicts('allSchemas'),
    )
    .option('--all-schemas', 'tables of every schema (the default)')
  return addTimeouts(command).option('--format <format>', 'how to print: table or json', 'table')
}

/** Adds the options of `generate`. */
export function addGenerate(command: Command): Command {
  addTarget(command)
    .option('--entity <name...>', 'these entities')
    .addOption(
      new Option('--all', 'every entity with a generated key').conflicts([
        'entity',
        'table',
        'allTables',
      ]),
    )
    .option('--table <table...>', 'these tables, of an entity or not; asks the database')
    .addOption(
      new Option('--all-tables', 'every table that a sequence feeds; asks the database').conflicts(
        'table',
      ),
    )
    .option('--schema <name...>', 'with --all-tables: of these schemas')
    .option('--drifted', 'only those that are behind now; asks the database')
    .addOption(
      new Option(
        '--list',
        'print what there is to write for, and what is passed over, and why',
      ).conflicts(['entity', 'table', 'allTables', 'drifted']),
    )
    .option('--format <format>', 'how to print the list: table or json', 'table')
    .option('--out <folder>', 'where to write (default: the folder of the migrations)')
    .option('--timestamp <ms>', 'the first timestamp, 13 digits (default: now)')
    .option('--single', 'write one migration for all')
    .option('--outputJs', 'write JavaScript')
    .option('--esm', 'with --outputJs: an ES module')
    .option('--again', 'write a new one where there is one already')
    .option('--dry-run', 'print the files, and write nothing')
    .option('--check', 'exit 1 if something would be written, and write nothing')
  return addTimeouts(command)
}
