import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { nearestFile } from '../../module-system'

/** Where compilers are mostly told to write. */
const OUTPUTS = ['dist', 'build', 'out', 'lib']

/** Returns the compiled output of a TypeScript file in its own project; undefined where there is none. */
export function compiledFile(source: string): string | undefined {
  const manifest = nearestFile(dirname(resolve(source)), 'package.json')
  if (manifest === undefined) return undefined
  const root = dirname(manifest)
  const file = relative(root, resolve(source)).replace(/\.([cm]?)ts$/, '.$1js')
  // The output's own root is the folder of all sources, or src.
  const inside = [file, file.replace(/^src[/\\]/, '')]
  const found = OUTPUTS.flatMap((output) => inside.map((path) => join(root, output, path)))
  const compiled = found.find((path) => existsSync(path))
  return compiled === undefined ? undefined : relative(process.cwd(), compiled)
}
