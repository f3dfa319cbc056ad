import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'

/** How Node reads a JavaScript file, or what a TypeScript file becomes. */
export type ModuleSystem = 'commonjs' | 'module'

/** Returns the nearest file of that name, from `folder` upwards; undefined where there is none. */
export function nearestFile(folder: string, name: string): string | undefined {
  const path = resolve(folder, name)
  if (existsSync(path)) return path
  const parent = dirname(resolve(folder))
  return parent === resolve(folder) ? undefined : nearestFile(parent, name)
}

/** Returns the module system of a file, as Node decides it: by the extension, else by `type` in the nearest package.json. */
export function moduleSystem(path: string): ModuleSystem {
  const extension = extname(path)
  if (/^\.m[jt]s$/.test(extension)) return 'module'
  if (/^\.c[jt]s$/.test(extension)) return 'commonjs'
  const manifest = nearestFile(dirname(path), 'package.json')
  return manifest !== undefined && isModulePackage(readFileSync(manifest, 'utf8'))
    ? 'module'
    : 'commonjs'
}

function isModulePackage(manifest: string): boolean {
  try {
    return (JSON.parse(manifest) as { type?: unknown } | null)?.type === 'module'
  } catch {
    // Not ours to complain about: npm and Node do.
    return false
  }
}
