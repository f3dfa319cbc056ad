import { Command, CommanderError } from 'commander'
import { version } from 'typeorm-resync/package.json'
import { ResyncError } from '../errors'
import { EXIT, type ExitCode } from './exit-code'
import { addDiagnose } from './options/diagnose'
import { addGenerate } from './options/generate'
import { addLogs } from './options/logs'
import { addReport } from './options/report'
import { addFleet, addSelectors } from './options/selectors'
import { addWatch } from './options/watch'
import { printable } from './output/printable'
import type { CommandTerminal, Terminal } from './terminal'

/**
 * Runs the command line and returns its exit code. Prints every error in one line; with `--debug`, its stack and causes too.
 * The commands are loaded when they run, so that `--help` needs neither TypeORM nor pg.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done
  const program = new Command('typeorm-resync')
    .description('Keeps PostgreSQL sequences true under TypeORM.')
    .version(version)
    .option('--debug', 'say how the DataSource is read; print the stack and causes of an error')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text.trimEnd())
      },
      writeErr: (text) => {
        terminal.err(text.trimEnd())
      },
      outputError: (text, write) => {
        const complaint = text
          .trim()
          .replace(/^error: /, '')
          .replace('\n(Did', ' (did')
        write(
          `Cannot read the command: ${complaint.replace(/\.$/, '')}. Nothing was changed. Run: typeorm-resync --help`,
        )
      },
    })

  const isDebug = () => program.opts<{ debug?: boolean }>().debug === true
  const commandTerminal: CommandTerminal = {
    ...terminal,
    debug: (text) => {
      if (isDebug()) terminal.err(printable(text))
    },
  }

  addFleet(addSelectors(program.command('verify'), 'table, json, prometheus or nagios'))
    .description('compare every sequence with its column; consumes no value')
    .option(
      '--fail-on <list>',
      'what makes the exit code 1: behind, unknown, fault, headroom=PERCENT',
      'behind,unknown',
    )
    .option('--against <url>', 'compare with the sequences of the database that this one replaces')
    .action(async (options: object) => {
      const { verify } = await import('./commands/verify.js')
      exitCode = await verify(options, commandTerminal)
    })

  addFleet(addSelectors(program.command('apply')))
    .description('move the sequences that are behind, beside writers at work')
    .option('--dry-run', 'print the plan and its SQL, and change nothing')
    .option('--max-gap <values>', 'refuse to move a sequence further than this')
    .option('--resume <file>', 'go on where a run stopped that kept this file; keep it in this run')
    .option('--force', 'repair in spite of --max-gap, and where hardly a value would be left')
    .option('--from <url>', 'raise the sequences past those of the database that this one replaces')
    .option('--headroom <values>', 'with --from: so many values further (default: 1000)')
    .action(async (options: object) => {
      const { apply } = await import('./commands/apply.js')
      exitCode = await apply(options, commandTerminal)
    })

  addGenerate(program.command('generate'))
    .description('write a resync migration for each entity')
    .action(async (options: object) => {
      const { generate } = await import('./commands/generate.js')
      exitCode = await generate(options, commandTerminal)
    })

  addDiagnose(program.command('diagnose'))
    .description('say why sequences drift, with the evidence')
    .action(async (options: object) => {
      const { diagnose } = await import('./commands/diagnose.js')
      exitCode = await diagnose(options, commandTerminal)
    })

  addLogs(program.command('logs'))
    .description("count the 23505s in PostgreSQL's logs")
    .argument('<files...>', 'log files, also gzipped; - for standard input')
    .action(async (files: string[], options: object) => {
      const { logs } = await import('./commands/logs.js')
      exitCode = await logs(files, options, commandTerminal)
    })

  addReport(program.command('report'))
    .description('write one page that shows where every sequence stands')
    .action(async (options: object) => {
      const { report } = await import('./commands/report.js')
      exitCode = await report(options, commandTerminal)
    })

  addWatch(program.command('watch'))
    .description('verify on an interval, and serve metrics')
    .action(async (options: object) => {
      const { watch } = await import('./commands/watch.js')
      exitCode = await watch(options, commandTerminal)
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
    if (isDebug() && error instanceof Error) terminal.err(stacks(error))
    return EXIT.failed
  }
}

function stacks(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${stacks(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
