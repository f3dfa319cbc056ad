import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import * as library from 'typeorm-resync'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/run'

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** What a sample may take for granted. */
const GIVEN = `declare const dataSource: import('typeorm').DataSource\n`

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** A page indents and breaks lines in its own way. */
function collapsed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

const EXAMPLES = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => collapsed(read(`examples/${name}`)))

function samples(page: string): string[] {
  return [...read(page).matchAll(/^ *```ts\n([^]*?)^ *```$/gm)].map(([, body = '']) => body)
}

function isOfAnExample(sample: string): boolean {
  return EXAMPLES.some((example) => example.includes(collapsed(sample)))
}

/** Compiles texts as files of this checkout, by its tsconfig.json. */
function compile(texts: ReadonlyMap<string, string>): ts.Program {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file))
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT, {
    noEmit: true,
    noUnusedLocals: false,
  })
  const disk = ts.createCompilerHost(options)
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => texts.has(file) || disk.fileExists(file),
    readFile: (file) => texts.get(file) ?? disk.readFile(file),
    getSourceFile: (file, language) => {
      const text = host.readFile(file)
      return text === undefined ? undefined : ts.createSourceFile(file, text, language)
    },
  }
  return ts.createProgram([...texts.keys()], options, host)
}

/** Returns the words of a type that is a union of them. */
function words(program: ts.Program, file: string, type: string): string[] {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const declared = source?.statements.find(
    (statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === type,
  )
  if (!declared) throw new Error(`${type} is not declared.`)
  const { types } = checker.getTypeAtLocation(declared) as ts.UnionType
  return types.map((word) => (word as ts.StringLiteralType).value)
}

describe('the samples of the pages', () => {
  it('compile, or are a part of an example', () => {
    const texts = new Map(
      PAGES.flatMap((page) =>
        samples(page)
          .filter((sample) => !isOfAnExample(sample))
          .map((sample, index) => [join(ROOT, `${page}.${String(index)}.mts`), GIVEN + sample]),
      ),
    )
    const problems = ts
      .getPreEmitDiagnostics(compile(texts))
      .map(({ file, messageText }) => [
        file?.fileName,
        ts.flattenDiagnosticMessageText(messageText, '\n'),
      ])
    expect(problems).toEqual([])
  })
})

describe('docs/library.md', () => {
  const page = 'docs/library.md'

  it('shows nothing that no example runs', () => {
    expect(samples(page).filter((sample) => !isOfAnExample(sample))).toEqual([])
  })

  it('names every function, option and error', () => {
    const file = join(ROOT, 'docs/names.mts')
    const program = compile(
      new Map([
        [
          file,
          `import type * as library from 'typeorm-resync'
           type Option = keyof library.ResyncOptions | keyof library.GenerateOptions
           type Code = library.ResyncErrorCode`,
        ],
      ]),
    )
    const values = Object.keys(library).filter((name) => /^[a-z]|Error$/.test(name))
    const names = [...values, ...words(program, file, 'Option'), ...words(program, file, 'Code')]
    const expected = ['verifySequences', 'UsageError', 'entities', 'maxGap', 'READ_ONLY']
    expect(names).toEqual(expect.arrayContaining(expected))
    const text = read(page)
    expect(names.filter((name) => !new RegExp(`\`${name}\\b`).test(text))).toEqual([])
  })
})

describe('docs/telemetry.md', () => {
  it('names every option, number and method of the writer', () => {
    const file = join(ROOT, 'docs/names.mts')
    const program = compile(
      new Map([
        [
          file,
          `import type * as library from 'typeorm-resync'
           type Name = keyof library.WriterOptions | keyof library.WriterStats | keyof library.ShutdownOptions |
             Exclude<keyof library.TelemetryWriter, symbol>`,
        ],
      ]),
    )
    const names = words(program, file, 'Name')
    expect(names).toEqual(expect.arrayContaining(['maxBatchSize', 'corrupt', 'recordAgain']))
    const text = read('docs/telemetry.md')
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
  })
})
