import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { run } from '../support/run'

/** For npm, also where TypeORM calls it: what was fetched before is not asked for again, and nothing is asked that no test needs. */
const NPM = {
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
}

/** A project as a user has it, outside the checkout. */
export class Project {
  constructor(
    readonly folder: string,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {
    mkdirSync(folder, { recursive: true })
  }

  /** Makes an empty package.json, and installs packages. */
  async begin(...packages: string[]): Promise<void> {
    this.write('package.json', '{ "private": true }')
    await this.install(...packages)
  }

  async install(...packages: string[]): Promise<void> {
    await this.runs('npm', ['install', ...packages])
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  /** Replaces what a file must hold. */
  edit(path: string, changes: readonly (readonly [RegExp, string])[]): void {
    let text = readFileSync(join(this.folder, path), 'utf8')
    for (const [pattern, replacement] of changes) {
      expect(text).toMatch(pattern)
      text = text.replace(pattern, () => replacement)
    }
    this.write(path, text)
  }

  /** Runs a program in the project, expects an exit code, and returns what it printed to stdout. */
  async runs(command: string, args: readonly string[], exitCode = 0): Promise<string> {
    const ran = await run(command, args, { cwd: this.folder, env: { ...NPM, ...this.env } })
    // With all that it said, for where it fails.
    if (ran.exitCode !== exitCode) expect(ran).toMatchObject({ exitCode, out: '', err: '' })
    return ran.out
  }

  /** Runs JavaScript that prints JSON as its last line, and returns what it printed. */
  async evaluate(script: string, inputType: 'commonjs' | 'module' = 'commonjs'): Promise<unknown> {
    const out = await this.runs(process.execPath, [`--input-type=${inputType}`, '-e', script])
    return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
  }
}
