import { createHash, randomBytes } from 'node:crypto'

const ID = /^[0-9a-f]{20}$/
/** File systems take names of 255 bytes. */
const MAX_NAME = 200

/** Returns an id that no other process has; one made later sorts after it. */
export function newId(): string {
  return Date.now().toString(16).padStart(12, '0') + randomBytes(4).toString('hex')
}

/** Returns when an id was made, in milliseconds. */
export function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 12), 16)
}

export function isId(text: string): boolean {
  return ID.test(text)
}

/** Returns a name as the name of a file has it, on every system. */
export function encodedName(name: string): string {
  const encoded = encodeURIComponent(name).replace(
    /[!'()*~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  if (encoded.length <= MAX_NAME) return encoded
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
  return `${encoded.slice(0, MAX_NAME - hash.length - 1)}~${hash}`
}

/** Returns the id of the process whose folder of this name it is; undefined where it is none of them. */
export function ownerOf(folderName: string, encoded: string): string | undefined {
  if (!folderName.startsWith(`${encoded}-`)) return undefined
  const id = folderName.slice(encoded.length + 1)
  return isId(id) ? id : undefined
}
