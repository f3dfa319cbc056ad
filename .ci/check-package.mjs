import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { importProblems } from './package-imports.mjs'

const { problems, files } = await inspect(pack())
for (const problem of problems) console.error(`The package is wrong. ${problem}`)
if (problems.length > 0) process.exitCode = 1
else console.log(`The package is well: ${String(files)} files.`)

/** Returns what npm would publish; it must have been built. */
function pack() {
  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-pack-'))
  try {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
    const [{ filename }] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8' }))
    return readFileSync(join(folder, filename))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function inspect(tarball) {
  const published = createPackageFromTarballData(tarball)
  const root = `/node_modules/${published.packageName}/`
  const paths = published.listFiles().map((path) => path.slice(root.length))
  const read = (path) => published.readFile(root + path)
  const manifest = JSON.parse(read('package.json'))
  return {
    files: paths.length,
    problems: [
      ...fileProblems(paths),
      ...importProblems(manifest, paths, read),
      ...(await manifestProblems(tarball)),
      ...(await typeProblems(published)),
    ],
  }
}

/** The library and the command line, and nothing that only this checkout needs. */
function fileProblems(paths) {
  const unwanted = paths.filter(
    (path) =>
      !/^(dist\/src\/|docs\/|CHANGELOG\.md$|LICENSE$|README\.md$|package\.json$)/.test(path) ||
      /\/(embedded|migrations)\//.test(path),
  )
  const missing = [
    'dist/src/index.js',
    'dist/src/index.d.ts',
    'dist/src/tools/cli/bin.js',
    'dist/src/tools/report/page/assets/main.js',
    'dist/src/tools/report/page/assets/theme.css',
    'LICENSE',
  ].filter((path) => !paths.includes(path))
  return [
    ...unwanted.map((path) => `Unwanted: ${path}`),
    ...missing.map((path) => `Missing: ${path}`),
  ]
}

/** What publint says, its suggestions too. */
async function manifestProblems({ buffer, byteOffset, byteLength }) {
  const { messages, pkg } = await publint({
    pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
  })
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`)
}

/** What attw says; every way in which a project's compiler may resolve the package must come to types. */
async function typeProblems(published) {
  const { types, problems, entrypoints } = await checkPackage(published)
  if (!types) return ['attw: it has no types.']
  const library = Object.values(entrypoints['.'].resolutions)
  const untyped = library.filter(({ resolution }) => !resolution?.isTypeScript)
  return [
    ...(library.length === 4 ? [] : [`attw: looked at ${String(library.length)} ways, not 4.`]),
    ...untyped.map(({ resolutionKind }) => `attw: no types for ${resolutionKind}.`),
    ...problems.map(({ kind, ...where }) => `attw: ${kind} ${whereText(where)}`),
  ]
}

function whereText({ entrypoint, resolutionKind, fileName, typesFileName, moduleSpecifier }) {
  const parts = [entrypoint, resolutionKind, fileName ?? typesFileName, moduleSpecifier]
  return parts.filter((part) => part !== undefined).join(' ')
}
