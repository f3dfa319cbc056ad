import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { messageOf } from '../../db/sqlstate'

/** A file of a project. */
export interface SourceFile {
  /** From the folder, with slashes. */
  readonly path: string
  readonly text: string
}

const LARGEST = 1_048_576
const PASSED_OVER = /^(?:node_modules|dist|build|out|coverage|\..*)$/
const SOURCE = /(?<!\.d|\.min)\.(?:[cm]?[jt]sx?|sql)$/
const TESTS = /(?:^|\/)(?:tests?|__tests__)\/|\.(?:test|spec)\.[^/]+$/

/** Gives the source files of a folder, in order; what is passed over and should be known goes into `notes`. Links are not followed. */
export async function* sourceFiles(
  folder: string,
  { tests, maxFiles }: { readonly tests: boolean; readonly maxFiles: number },
  notes: string[],
): AsyncGenerator<SourceFile> {
  let count = 0
  for await (const file of walk(folder, notes)) {
    const path = relative(folder, file).split(sep).join('/')
    if (!tests && TESTS.test(path)) continue
    if (count === maxFiles) {
      notes.push(
        `Stopped after ${String(maxFiles)} files of "${folder}": the others were not read.`,
      )
      return
    }
    count += 1
    try {
      if ((await stat(file)).size > LARGEST) {
        notes.push(`Passed over "${path}": it is larger than 1 MB.`)
        continue
      }
      yield { path, text: await readFile(file, 'utf8') }
    } catch (error) {
      notes.push(`Cannot read "${path}": ${messageOf(error)}.`)
    }
  }
}

async function* walk(folder: string, notes: string[]): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    notes.push(`Cannot read "${folder}": ${messageOf(error)}.`)
    return []
  })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (PASSED_OVER.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path, notes)
    else if (entry.isFile() && SOURCE.test(entry.name)) yield path
  }
}
