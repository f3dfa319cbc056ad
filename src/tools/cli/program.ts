import { Command, CommanderError, Option } from 'commander'
import { version } from 'typeorm-resync/package.json'
import { ResyncError } from '../errors'
import type { ApplyFlags } from './commands/apply'
import type { GenerateFlags } from './commands/generate'
import type { VerifyFlags } from './commands/verify'
import { EXIT, type ExitCode } from './exit-code'
import {
  addFormat,
  addSelectors,
  addTimeouts,
  count,
  failOn,
  FAIL_ON_DEFAULT,
  timestamp,
} from './options'
import { printable } from './output/printable'
import type { Terminal } from './terminal'

/**
 * Runs the command line and returns its exit code. Prints every error in one line; with `--debug`, its stack and causes too.
 * The commands are loaded when they run, so that `--help` needs neither TypeORM nor pg.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done
  const program = new Command('typeorm-resync')
    .description('Keeps PostgreSQL sequences true under TypeORM.')
    .version(version)
    .option('--debug', 'print the stack and causes of an error')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text.trimEnd())
      },
      writeErr: (text) => {
        terminal.err(text.trimEnd().replace(/^error: /, ''))
      },
    })
    .showHelpAfterError('Run: typeorm-resync --help')

  addFormat(addTimeouts(addSelectors(program.command('verify'))))
    .description('compare every sequence with its column; consumes no value')
    .addOption(
      new Option(
        '--fail-on <list>',
        'what makes the exit code 1: behind, unknown, fault, headroom=PERCENT',
      )
        .argParser(failOn)
        .default(FAIL_ON_DEFAULT, 'behind,unknown'),
    )
    .action(async (flags: VerifyFlags) => {
      const { verify } = await import('./commands/verify.js')
      exitCode = await verify(flags, terminal)
    })

  addFormat(addTimeouts(addSelectors(program.command('apply'))))
    .description('move the sequences that are behind, beside writers at work')
    .option('--dry-run', 'print the plan and its SQL, and change nothing')
    .option('--max-gap <values>', 'refuse to move a sequence further than this', count)
    .option('--force', 'repair in spite of --max-gap, and where hardly a value would be left')
    .action(async (flags: ApplyFlags) => {
      const { apply } = await import('./commands/apply.js')
      exitCode = await apply(flags, terminal)
    })

  program
    .command('generate')
    .description('write a resync migration for each entity')
    .option('-d, --data-source <file>', 'the file that exports the TypeORM DataSource')
    .option('--entity <name...>', 'these entities')
    .addOption(new Option('--all', 'every entity with a generated key').conflicts('entity'))
    .option('--drifted', 'only those that are behind now; asks the database')
    .option('--out <folder>', 'where to write (default: src/migrations)')
    .option('--timestamp <ms>', 'the first timestamp, 13 digits (default: now)', timestamp)
    .option('--outputJs', 'write JavaScript')
    .option('--esm', 'with --outputJs: an ES module')
    .option('--again', 'write a new one where the entity has one already')
    .option('--dry-run', 'print the files, and write nothing')
    .option('--check', 'exit 1 if something would be written, and write nothing')
    .action(async (flags: GenerateFlags) => {
      const { generate } = await import('./commands/generate.js')
      exitCode = await generate(flags, terminal)
    })

  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.failed
    terminal.err(
      printable(
        error instanceof ResyncError
          ? error.message
          : `Unexpected: ${error instanceof Error ? error.message : String(error)}`,
      ),
    )
    if (program.opts<{ debug?: boolean }>().debug && error instanceof Error)
      terminal.err(stacks(error))
    return EXIT.failed
  }
}

function stacks(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${stacks(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
