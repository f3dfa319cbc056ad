import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { format, resolveConfig } from 'prettier'

const PAGE = join(__dirname, '../docs/benchmarks.md')

/** Puts `text` between the markers of a section of docs/benchmarks.md. */
export async function writePage(section: string, text: string): Promise<void> {
  const between = new RegExp(`(?<=<!-- ${section} -->)[^]*(?=<!-- /${section} -->)`)
  const page = readFileSync(PAGE, 'utf8')
  if (!between.test(page)) {
    throw new Error(
      `docs/benchmarks.md has no markers <!-- ${section} --> and <!-- /${section} -->.`,
    )
  }
  // A function, because in a string `$&` would be replaced.
  const written = page.replace(between, () => `\n\n${text}\n\n`)
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

/** Returns the version of a server. */
export async function serverVersion(url: string): Promise<string> {
  const client = new Client(url)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    )
    return rows[0]?.version ?? ''
  } finally {
    await client.end()
  }
}

/** Returns rows under their headings as a Markdown table; all but the first column are numbers. */
export function markdown(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = headings.map((_, index) => (index === 0 ? '---' : '--:'))
  return [headings, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
