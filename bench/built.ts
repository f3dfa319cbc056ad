import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'

const ROOT = join(__dirname, '..')
const KEPT = join(ROOT, 'node_modules/.cache/typeorm-resync')
const ASSETS = 'src/tools/report/page/assets'

/** What is older is of a source that has changed since, and of no process that is still running. */
const MOST_AGE_MS = 24 * 3_600_000

let bin: string | undefined

/**
 * Returns the command line as it is published: compiled, it starts in a third of the time that the source takes under tsx. Compiled when it is first asked for, and kept
 * for every process until the source changes; its types are not checked.
 */
export function builtBin(): string {
  return (bin ??= join(builtFolder(), 'dist/src/tools/cli/bin.js'))
}

function builtFolder(): string {
  const folder = join(KEPT, digest())
  if (existsSync(folder)) return folder
  mkdirSync(KEPT, { recursive: true })
  for (const old of readdirSync(KEPT).map((name) => join(KEPT, name))) {
    const age = Date.now() - (statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > MOST_AGE_MS) rmSync(old, { recursive: true, force: true })
  }
  build(folder)
  return folder
}

/** Renamed when it is complete, because other processes may ask for it, and build it, too. */
function build(folder: string): void {
  const unfinished = mkdtempSync(`${folder}.`)
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const project = join(ROOT, 'tsconfig.build.json')
  const args = [compiler, '--project', project, '--outDir', join(unfinished, 'dist')]
  // As text, because an error is printed with what the compiler said.
  execFileSync(process.execPath, [...args, '--noCheck', '--declaration', 'false'], {
    encoding: 'utf8',
  })
  cpSync(join(ROOT, 'package.json'), join(unfinished, 'package.json'))
  cpSync(join(ROOT, ASSETS), join(unfinished, 'dist', ASSETS), { recursive: true })
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(unfinished, { recursive: true })
  }
}

function digest(): string {
  const hash = createHash('sha256')
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'ormconfig.ts'])
    sources.push(join(ROOT, file))
  for (const file of sources.sort()) hash.update(file).update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}
