import { type Command, Option } from 'commander'
import { DEFAULT_LOCK_TIMEOUT, DEFAULT_STATEMENT_TIMEOUT } from '../../db/transaction'

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

/** Adds the options that say which columns, and how long to wait. */
export function addColumns(command: Command): Command {
  addTarget(command)
    .option('--entity <name...>', 'only the tables of these entities')
    .option('--table <table...>', 'only these tables: [schema.]table')
    .addOption(
      new Option('--schema <name...>', 'only tables of these schemas').conflicts('allSchemas'),
    )
    .option('--all-schemas', 'tables of every schema (the default)')
  return addTimeouts(command)
}

/** Adds these, and how to print. */
export function addSelectors(command: Command, formats = 'table or json'): Command {
  return addColumns(command).option('--format <format>', `how to print: ${formats}`, 'table')
}

/** Adds how many connections work side by side. */
export function addJobs(command: Command): Command {
  return command.option(
    '--jobs <count>',
    'how many connections to a database work side by side',
    '2',
  )
}

/** Adds the options that name many databases. */
export function addFleet(command: Command): Command {
  return addJobs(command)
    .addOption(
      new Option(
        '--targets <file>',
        'many databases: a URL or env:NAME a line, or JSON; - for standard input',
      ).conflicts('allDatabases'),
    )
    .option('--all-databases', 'every database of the server of --url')
    .option('--include-database <pattern...>', 'of these only the databases that match: * and ?')
    .option('--exclude-database <pattern...>', 'and none that match')
    .option('--max-connections <count>', 'to all of them together (default: 8)')
}
