import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writePage } from './page'

/** Each is a script of its own, too: `npm run bench:race`. The first two write their section themselves, in tables. */
const BENCHMARKS: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'race', args: ['race/main.ts', '--write'] },
  { name: 'fleet', args: ['fleet/main.ts', '--write'] },
  { name: 'startup', args: ['startup/main.ts'] },
  { name: 'guard', args: ['guard/main.ts'] },
  { name: 'writer', args: ['writer/main.ts'] },
  { name: 'logs', args: ['logs/main.ts'] },
]

/** What writes its own section. */
const WRITES = '--write'

/** Runs one benchmark in a process of its own; Ctrl-C reaches it, too. Returns what it printed. */
async function run(args: readonly string[]): Promise<string> {
  const [file = '', ...others] = args
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, file), ...others], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (chunk) => (printed += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0 || printed !== '') return printed
  throw new Error(`${file} failed.`)
}

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true })
  const names = BENCHMARKS.map(({ name }) => name)
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new Error(`There is no benchmark ${JSON.stringify(unknown)}, only ${names.join(', ')}.`)
  for (const { name, args } of BENCHMARKS) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    console.error(`== ${name}`)
    const printed = await run(args)
    console.log(printed)
    if (!args.includes(WRITES)) await writePage(name, `\`\`\`text\n${printed.trimEnd()}\n\`\`\``)
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
