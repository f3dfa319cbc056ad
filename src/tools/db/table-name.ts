import { UsageError } from '../errors'

/** A table as a user names it. */
export interface TableReference {
  readonly schema: string | undefined
  readonly table: string
}

const PART = /"(?:[^"]|"")+"|[^".]+/y

/**
 * Reads `[schema.]table`. A part that holds a dot or a quote stands in double quotes, as in SQL; case is kept in both forms,
 * because TypeORM's tables are often named in mixed case.
 *
 * @throws {UsageError} when the text has another form.
 */
export function parseTableName(text: string): TableReference {
  const parts: string[] = []
  let end = -1
  do {
    PART.lastIndex = end + 1
    const part = PART.exec(text)?.[0]
    if (part === undefined) throw malformed(text)
    parts.push(part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part)
    end = PART.lastIndex
  } while (text[end] === '.')
  const [first, second] = parts
  if (end !== text.length || first === undefined || parts.length > 2) throw malformed(text)
  return second === undefined
    ? { schema: undefined, table: first }
    : { schema: first, table: second }
}

/** Returns a key that tells tables apart, whatever dots their names hold. */
export function tableKey({ schema, table }: TableReference): string {
  return JSON.stringify([schema, table])
}

function malformed(text: string): UsageError {
  return new UsageError(
    `Cannot read table name ${JSON.stringify(text)}: expected [schema.]table, with "double quotes" around a part that holds a dot.`,
  )
}
