import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ConnectionError } from '../errors'
import type { Account } from './account'

/** The folder of the database cluster itself. */
export function clusterFolder(folder: string): string {
  return join(folder, 'data')
}

/** Makes the cluster where there is none, and returns its superuser's password. */
export async function initialisedCluster(
  folder: string,
  binaries: string,
  account: Account | undefined,
): Promise<string> {
  const passwordFile = join(folder, 'password')
  if (existsSync(clusterFolder(folder))) {
    if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim()
    throw new ConnectionError(
      `Cannot start the embedded PostgreSQL in "${folder}": its password file is gone. Nothing was changed. Remove the folder for a new, empty one.`,
    )
  }
  const password = randomBytes(18).toString('hex')
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  // Renamed when it is complete: an initdb that was interrupted leaves nothing that looks like a cluster.
  const unfinished = join(folder, 'data.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  await initdb({ binaries, data: unfinished, password, account })
  renameSync(unfinished, clusterFolder(folder))
  return password
}

interface Initdb {
  readonly binaries: string
  readonly data: string
  readonly password: string
  readonly account: Account | undefined
}

async function initdb({ binaries, data, password, account }: Initdb): Promise<void> {
  // Beside the data, because initdb wants an empty folder; and readable by its account alone.
  const handover = `${data}.password`
  writeFileSync(handover, `${password}\n`, { mode: 0o600 })
  if (account) for (const path of [data, handover]) chownSync(path, account.uid, account.gid)
  try {
    await promisify(execFile)(
      join(binaries, 'bin', 'initdb'),
      [
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--locale=C',
        `--pwfile=${handover}`,
      ],
      { ...account, cwd: join(data, '..') },
    )
  } finally {
    rmSync(handover, { force: true })
  }
}
