import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ROOT } from '../support/run'

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that npm would publish. */
    tarball: string
  }
}

/** Builds and packs the checkout, once for the whole run. */
export default function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-pack-'))
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' })
  const [tarball = ''] = readdirSync(folder)
  project.provide('tarball', join(folder, tarball))
  return () => {
    rmSync(folder, { recursive: true })
  }
}
