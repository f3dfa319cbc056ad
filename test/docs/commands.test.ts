import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { useDatabase } from '../support/database'
import { npx, ROOT, run } from '../support/run'

/** Run by .ci/run, which this test is a part of. */
const RUN_BY_CI = new Set([
  'npm ci && npm run demo',
  'npm ci && npm test',
  'npm ci',
  'npm run lint',
  'npm run format:check',
  'npm run typecheck',
  'npm test',
])

interface Block {
  readonly language: 'sh' | 'sql'
  readonly text: string
}

function blocks(page: string): Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(/^ *```(sh|sql)\n([^]*?)^ *```$/gm)].map(([, language, body = '']) => ({
    language: language === 'sql' ? 'sql' : 'sh',
    text: body,
  }))
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

afterAll(() => {
  for (const name of ['before.json', 'sequences.html']) rmSync(join(ROOT, name), { force: true })
})

describe.each(PAGES)('%s', (page) => {
  const database = useDatabase('incident')
  // Another, which the page's database replaces.
  const old = page === 'docs/cutover.md' ? useDatabase('incident') : database

  it('shows commands that run as it says, in the order it shows them', async () => {
    for (const { language, text } of blocks(page)) {
      for (const line of lines(text)) {
        if (language === 'sql') {
          await database.query(line)
          continue
        }
        const [command = '', note = ''] = line.split(' # ')
        if (RUN_BY_CI.has(command)) continue
        const expected = Number(/^exits (\d)$/.exec(note)?.[1] ?? 0)
        const ran = await run('bash', ['-c', `${npx()}\n${command}`], {
          // The prefix is of this database alone: the server is every test's.
          env: {
            DATABASE_URL: database.url,
            OLD_DATABASE_URL: old.url,
            PREFIX: database.name,
          },
        })
        const [, file] = / > (\S+\.json)$/.exec(command) ?? []
        if (file !== undefined) JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
        expect({ command, exitCode: ran.exitCode, err: ran.err }).toMatchObject({
          command,
          exitCode: expected,
        })
      }
    }
    // A page has up to thirty commands, each a process or two of Node's.
  }, 300_000)

  it('links to pages that exist', () => {
    const text = readFileSync(join(ROOT, page), 'utf8')
    const targets = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, target = '']) => target,
    )
    expect(targets.filter((target) => !existsSync(join(ROOT, page, '..', target)))).toEqual([])
  })
})
