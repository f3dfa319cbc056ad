import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { timed } from './process'

const ROOT = join(__dirname, '..')

/** Compiles the package, gives `work` its command line, and removes it. */
export async function withBuilt<T>(
  signal: AbortSignal,
  work: (bin: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-built-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    const project = join(ROOT, 'tsconfig.build.json')
    const args = [compiler, '--project', project, '--outDir', join(folder, 'dist')]
    const { exitCode, out } = await timed(process.execPath, args, signal)
    if (exitCode !== 0) throw new Error(`It does not compile:\n${out}`)
    return await work(join(folder, 'dist/src/tools/cli/bin.js'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
