import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { codeOf, type SpoolFiles } from './files'

const NAME = 'cursor'
const NEW_NAME = 'cursor.new'
const CONTENT = /^([0-9a-f]{8}) (\d{1,16})\n$/

/** Returns up to which sequence number all is settled, as it was noted; 0 where that is missing or in doubt: then all comes again. */
export async function readCursor(files: SpoolFiles, folder: string): Promise<number> {
  const bytes = Buffer.alloc(64)
  try {
    const file = await files.open(join(folder, NAME))
    const length = await file.read(bytes, 0).finally(() => file.close())
    const [, checksum, sequence] = CONTENT.exec(bytes.toString('latin1', 0, length)) ?? []
    return sequence !== undefined && checksum === checksumOf(sequence) ? Number(sequence) : 0
  } catch {
    return 0
  }
}

/**
 * Notes up to which sequence number all is settled. Not made safe against a loss of power, which would cost as much as an append: what is
 * settled and comes again is one row, by its unique id.
 */
export async function writeCursor(
  files: SpoolFiles,
  folder: string,
  settled: number,
): Promise<void> {
  const path = join(folder, NEW_NAME)
  const text = `${checksumOf(String(settled))} ${String(settled)}\n`
  const file = await files.create(path).catch(async (error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
    await files.remove(path)
    return files.create(path)
  })
  await file.write(Buffer.from(text, 'latin1'), 0).finally(() => file.close())
  await files.rename(path, join(folder, NAME))
}

/** Removes what was noted, so that the folder can go. */
export async function removeCursor(files: SpoolFiles, folder: string): Promise<void> {
  await files.remove(join(folder, NEW_NAME)).catch(() => undefined)
  await files.remove(join(folder, NAME)).catch(() => undefined)
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
