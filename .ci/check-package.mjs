import { execFileSync } from 'node:child_process'

// What npm would publish: the library and the command line, and nothing that only this checkout needs.
const [{ files }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }),
)
const paths = files.map(({ path }) => path)
const unwanted = paths.filter(
  (path) =>
    !/^(dist\/src\/|docs\/|CHANGELOG\.md$|LICENSE$|README\.md$|package\.json$)/.test(path) ||
    /embedded|migrations/.test(path),
)
const missing = [
  'dist/src/index.js',
  'dist/src/index.d.ts',
  'dist/src/tools/cli/bin.js',
  'LICENSE',
].filter((path) => !paths.includes(path))
if (unwanted.length > 0 || missing.length > 0) {
  console.error(
    `The package is wrong. Unwanted: ${unwanted.join(', ')}. Missing: ${missing.join(', ')}.`,
  )
  process.exitCode = 1
}
