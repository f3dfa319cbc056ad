import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { asMarkdown } from './figures'
import type { Found } from './section'

const DOCS = join(__dirname, '../docs')
const PAGE = join(DOCS, 'benchmarks.md')

/** Puts what was found between the markers of its section of docs/benchmarks.md, and its chart beside that page. */
export async function writePage(section: string, { figures, chart }: Found): Promise<void> {
  const between = new RegExp(`(?<=<!-- ${section} -->)[^]*(?=<!-- /${section} -->)`)
  const page = readFileSync(PAGE, 'utf8')
  if (!between.test(page)) {
    throw new Error(
      `docs/benchmarks.md has no markers <!-- ${section} --> and <!-- /${section} -->.`,
    )
  }
  // A function, because in a string `$&` would be replaced.
  const written = page.replace(between, () => `\n\n${asMarkdown(figures)}\n\n`)
  const style = await resolveConfig(PAGE)
  writeFileSync(PAGE, await format(written, { ...style, filepath: PAGE }))
  if (chart !== undefined) writeFileSync(join(DOCS, `benchmarks-${section}.svg`), chart)
}

/** Says when the figures were measured and on what, in one line, with nothing that names the machine. */
export function setting(serverVersion: string): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'processor unknown'
  const gigabytes = String(Math.round(totalmem() / 2 ** 30))
  const { version } = JSON.parse(readFileSync(join(DOCS, '../package.json'), 'utf8')) as {
    version: string
  }
  const day = new Date().toISOString().slice(0, 10)
  return `${day}; ${model}, ${String(processors.length)} cores, ${gigabytes} GB; PostgreSQL ${serverVersion}; Node ${process.versions.node}; typeorm-resync ${version}`
}
