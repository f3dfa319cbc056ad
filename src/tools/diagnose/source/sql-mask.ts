/** None of them can fail once it has begun, so that no text is read twice. Two quotes in a string are two strings here. */
const COMMENT_OR_STRING =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|(?<!\w)[eE]'[^'\\]*(?:\\[^][^'\\]*)*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)/g
/** What a dump copies: it begins on the next line, and ends with a line of its own. */
const COPY = /\bcopy\s[^;]{1,1000}\sfrom\s+stdin\b[^;]{0,500};[^\n]*\n/gi
const END_OF_DATA = /^\\\.\r?$/gm

/** SQL in which what could be taken for something else is blank; each character stands where it stood. */
export interface MaskedSql {
  /** Without data that is copied. */
  readonly plain: string
  /** Also without comments and strings. */
  readonly mask: string
}

/** Blanks data, comments and strings, in time linear in the length. A COPY of no rows is blanked whole: it gives nothing. */
export function maskSql(sql: string): MaskedSql {
  const plain = withoutCopied(sql)
  const mask = plain.replaceAll(COMMENT_OR_STRING, (text) =>
    text.startsWith('"') ? text : blanks(text),
  )
  return { plain, mask }
}

function withoutCopied(sql: string): string {
  let plain = ''
  COPY.lastIndex = 0
  for (let copy = COPY.exec(sql); copy; copy = COPY.exec(sql)) {
    const begin = COPY.lastIndex
    END_OF_DATA.lastIndex = begin
    const end = END_OF_DATA.exec(sql)?.index ?? sql.length
    plain += sql.slice(plain.length, end === begin ? copy.index : begin)
    plain += blanks(sql.slice(plain.length, end + 2))
    COPY.lastIndex = Math.max(plain.length, begin)
  }
  return plain + sql.slice(plain.length)
}

function blanks(text: string): string {
  return text.replaceAll(/[^\n]+/g, (line) => ' '.repeat(line.length))
}
