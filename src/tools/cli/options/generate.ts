import { type Command, Option } from 'commander'
import { addTarget, addTimeouts } from './selectors'

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
