import { open, type FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { LogPump } from './log-pump'

/** RFC 1952. */
const GZIP = Buffer.from([0x1f, 0x8b, 0x08])

/** Reads a file to its end, or until `signal` is given; gzipped or not, by its first bytes. */
export async function pumpFile(path: string, pump: LogPump, signal?: AbortSignal): Promise<void> {
  const file = await open(path)
  try {
    const magic = Buffer.alloc(GZIP.length)
    // A pipe has no position to read at; it is read as a stream, like standard input.
    if (!(await file.stat()).isFile()) {
      await pumpStream(file.createReadStream({ autoClose: false }), pump, signal)
      return
    }
    const { bytesRead } = await file.read(magic, 0, GZIP.length, 0)
    if (bytesRead === GZIP.length && magic.equals(GZIP)) {
      await pumpStream(file.createReadStream({ start: 0, autoClose: false }), pump, signal)
    } else {
      await pumpFrom(file, 0, pump, signal)
      pump.end()
    }
  } finally {
    await file.close()
  }
}

/** Reads an open file from a place to its end, and returns where that is. */
export async function pumpFrom(
  file: FileHandle,
  from: number,
  pump: LogPump,
  signal?: AbortSignal,
): Promise<number> {
  let place = from
  const next = () => {
    const room = pump.room()
    return file.read(room, 0, room.length, place)
  }
  let reading = next()
  for (;;) {
    const { bytesRead } = await reading
    if (bytesRead === 0 || signal?.aborted) return place
    place += bytesRead
    pump.filled(bytesRead)
    // The next bytes come while these are searched.
    reading = next()
    pump.work()
  }
}

/** Reads a stream to its end; gzipped or not, by its first bytes. */
export async function pumpStream(
  stream: Readable,
  pump: LogPump,
  signal?: AbortSignal,
): Promise<void> {
  const stop = () => stream.destroy()
  signal?.addEventListener('abort', stop)
  try {
    const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    let head = Buffer.alloc(0)
    while (head.length < GZIP.length) {
      const next = await chunks.next()
      if (next.done) break
      head = Buffer.concat([head, next.value])
    }
    const rest = async function* () {
      yield head
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
    }
    const isGzip = head.subarray(0, GZIP.length).equals(GZIP)
    for await (const bytes of isGzip ? gunzipped(rest()) : rest()) pump.take(bytes)
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    // What was read counts, also of an archive that is cut off.
    pump.end()
  }
}

async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { pipeline } = await import('node:stream')
  const gunzip = createGunzip()
  pipeline(source, gunzip, () => undefined)
  yield* gunzip as AsyncIterable<Buffer>
}
