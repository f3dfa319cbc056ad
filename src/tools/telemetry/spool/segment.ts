import { join } from 'node:path'
import type { SpoolFiles } from './files'

/** The format of the files, which is part of their names; another one is left alone. */
const VERSION = 1
const NAME = /^events-v(\d+)-(\d{10})-(\d{16})\.log$/
const ANY_VERSION = /^events-v\d+-/

/** A file of records. */
export interface Segment {
  readonly path: string
  /** Its place among the files: one that is missing between two was deleted, all settled. */
  readonly number: number
  /** The sequence number of its first record. Records of an earlier segment from here on are no events: their writing had failed. */
  readonly first: number
  /** How many of its bytes count: what follows was never acknowledged. */
  length: number
  /** The sequence number after its last; undefined while that is only in the file. */
  end: number | undefined
}

/** Returns the path of a segment. */
export function segmentPath(folder: string, number: number, first: number): string {
  const digits = [String(number).padStart(10, '0'), String(first).padStart(16, '0')]
  return join(folder, `events-v${String(VERSION)}-${digits.join('-')}.log`)
}

/** Returns the segments that a folder holds, in order, and the names of those that another version wrote. */
export async function listSegments(
  files: SpoolFiles,
  folder: string,
): Promise<{ segments: Segment[]; foreign: string[] }> {
  const segments: Segment[] = []
  const foreign: string[] = []
  for (const { name } of await files.list(folder)) {
    const [, version, number, first] = NAME.exec(name) ?? []
    if (Number(version) === VERSION) {
      const path = join(folder, name)
      const length = await files.size(path)
      segments.push({ path, number: Number(number), first: Number(first), length, end: undefined })
    } else if (ANY_VERSION.test(name)) foreign.push(name)
  }
  segments.sort((one, other) => one.number - other.number)
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1]
    if (next?.number === segment.number + 1) segment.end = next.first
  }
  return { segments, foreign }
}
