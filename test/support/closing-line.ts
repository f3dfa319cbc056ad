import type { Reporter, TestModule } from 'vitest/node'

/** Closes the run with `N passed, N failed`. A file that could not be run counts as a failure. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const broken = modules.filter((module) => module.errors().length > 0).length
    const failed = count('failed') + broken + errors.length
    const skipped = count('skipped')
    // After the summary that the default reporter writes at the same moment.
    process.once('exit', () => {
      process.stdout.write(
        `${String(count('passed'))} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}\n`,
      )
    })
  }
}
