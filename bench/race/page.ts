import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'

const PAGE = join(__dirname, '../../docs/benchmarks.md')
const SECTION = /(?<=<!-- race -->)[^]*(?=<!-- \/race -->)/

/** Puts `text` between the markers of docs/benchmarks.md. */
export async function writePage(text: string): Promise<void> {
  const page = readFileSync(PAGE, 'utf8')
  if (!SECTION.test(page)) {
    throw new Error('docs/benchmarks.md has no markers <!-- race --> and <!-- /race -->.')
  }
  // A function, because in a string `$&` would be replaced.
  const written = page.replace(SECTION, () => `\n\n${text}\n\n`)
  const style = await resolveConfig(PAGE)
  writeFileSync(PAGE, await format(written, { ...style, filepath: PAGE }))
}

/** Says what the figures were measured on, in one line, with nothing that names the machine. */
export function setting(serverVersion: string): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'processor unknown'
  const gigabytes = String(Math.round(totalmem() / 2 ** 30))
  return `${model}, ${String(processors.length)} cores, ${gigabytes} GB; PostgreSQL ${serverVersion}; Node ${process.versions.node}`
}
