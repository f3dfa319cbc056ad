import { join, resolve } from 'node:path'
import { quoted } from '../../db/sqlstate'
import { SpoolError } from '../../errors'
import type { WhenFull } from '../event-queue'
import type { Corruption } from './damage'
import type { SpoolFiles } from './files'
import { encodedName, newId } from './folder-name'
import { NODE_FILES } from './node-files'
import { SOCKET_OWNERS, type Owners } from './owners'
import { Spool } from './spool'

const MIB = 1024 * 1024
/** So many segments at least, so that room comes back before all of it is settled. */
const SEGMENTS = 4

/** How to keep events on disk. */
export interface SpoolOptions {
  /** A folder of this machine, that several processes and tables may share. */
  readonly folder: string
  /** The table that the events are for. */
  readonly name: string
  /** How many bytes of events this process keeps at most. Default: 1 GiB. */
  readonly maxBytes?: number | undefined
  /** How large a file grows; all in it are settled before it is deleted. Default: 16 MiB. */
  readonly segmentBytes?: number | undefined
  /** How many events it holds in memory. Default: 10 000. */
  readonly maxQueueSize?: number | undefined
  readonly whenFull: WhenFull
  /** Is told of events that are lost, because their bytes were damaged. */
  readonly onCorrupt?: ((corruption: Corruption) => void) | undefined
  /** Is told what else to know, in a sentence. */
  readonly onNotice?: ((notice: string) => void) | undefined
  readonly files?: SpoolFiles | undefined
  readonly owners?: Owners | undefined
}

/**
 * Opens a spool of this process's own, and takes over the events of processes that have ended.
 *
 * @throws {SpoolError} when the folder cannot be used.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { files = NODE_FILES, owners = SOCKET_OWNERS, maxBytes = 1024 * MIB } = options
  const folder = resolve(options.folder)
  const encoded = encodedName(options.name)
  const id = newId()
  const own = join(folder, `${encoded}-${id}`)
  try {
    await files.makeFolder(folder)
    // Before its folder is there, which without this would be a dead one's.
    const release = await owners.claim(folder, id)
    const spool = new Spool({
      files,
      owners,
      place: { folder, encoded, id, own },
      maxBytes,
      segmentBytes: Math.min(options.segmentBytes ?? 16 * MIB, Math.ceil(maxBytes / SEGMENTS)),
      maxQueueSize: options.maxQueueSize ?? 10_000,
      whenFull: options.whenFull,
      onCorrupt: options.onCorrupt ?? (() => undefined),
      onNotice: options.onNotice ?? (() => undefined),
      release,
    })
    try {
      await files.makeFolder(own)
      await spool.adopt()
    } catch (error) {
      await spool.close()
      throw error
    }
    return spool
  } catch (cause) {
    if (cause instanceof SpoolError) throw cause
    throw new SpoolError(
      `Cannot open a spool in "${folder}": ${quoted(cause)}. What it holds is as it was. Use a folder that this process may write to.`,
      { cause },
    )
  }
}
