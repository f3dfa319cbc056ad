import 'reflect-metadata'
import { parseArgs } from 'node:util'
import { withBenchServer } from './bench-server'
import { builtBin } from './built'
import { asText } from './figures'
import { fleet } from './fleet/section'
import { besideWriters } from './fleet/writers'
import { guard } from './guard/section'
import { logs } from './logs/section'
import { setting, writePage } from './page'
import { race } from './race/section'
import type { Section } from './section'
import { startup } from './startup/section'
import { writer } from './writer/section'

const SECTIONS: readonly Section[] = [fleet, besideWriters, race, startup, guard, writer, logs]

function chosen(names: readonly string[]): readonly Section[] {
  if (names.length === 0) return SECTIONS
  return names.map((name) => {
    const found = SECTIONS.find((section) => section.name === name)
    if (found) return found
    const known = SECTIONS.map((section) => section.name).join(', ')
    throw new Error(`There is no benchmark "${name}". There are: ${known}.`)
  })
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      // To standard output, and not to docs/benchmarks.md.
      print: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  })
  const sections = chosen(positionals)
  const { quick } = values
  // Before a signal is listened for: it blocks, and an interrupt is to end it.
  const bin = builtBin()
  const interrupted = new AbortController()
  const { signal } = interrupted
  process.once('SIGINT', () => {
    interrupted.abort()
  })
  try {
    const where = setting(await withBenchServer(({ version }) => Promise.resolve(version)))
    for (const { name, measure } of sections) {
      console.error(`== ${name}`)
      const { figures, ...found } = await measure({ bin, quick, signal })
      const all = [...figures, `${where}; made by \`npm run bench -- ${name}\`.`]
      if (values.print || quick) console.log(`${asText(all)}\n`)
      else await writePage(name, { ...found, figures: all })
    }
  } catch (error) {
    if (!signal.aborted) throw error
    process.exitCode = 130
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
