import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { builtBin } from '../../bench/built'
import type { Ran } from './cli'

/** The checkout. */
export const ROOT = join(__dirname, '../..')

/** What `node --import` takes to run TypeScript, from any folder. */
export const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs')

/** For a shell: `npx typeorm-resync` as one that installed the package has it. */
export function npx(): string {
  return `npx() {
  if [ "$1" = typeorm-resync ]; then shift; '${process.execPath}' '${builtBin()}' "$@"; else command npx "$@"; fi
}`
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Record<string, string | undefined>
}

/** Runs a program to its end, with no terminal and no input. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, DATABASE_URL: undefined, NODE_ENV: undefined, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ exitCode: code ?? -1, out, err })
    })
  })
}

/** Runs the command line in a process of its own. */
export function bin(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(process.execPath, [builtBin(), ...args], options)
}

/** Runs a script of package.json. */
export function npm(script: string, args: string[] = [], options: RunOptions = {}): Promise<Ran> {
  return run('npm', ['run', '--silent', script, '--', ...args], options)
}
