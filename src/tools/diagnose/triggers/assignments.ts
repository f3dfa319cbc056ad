import { sqlTokens, type Token } from '../../sql/sql-tokens'

/** How a trigger's body gives a row its key. */
export type Assignment = 'always' | 'sometimes'

const BEGINS = [';', 'begin', 'then', 'else', 'loop']

/**
 * Tells whether a body in PL/pgSQL assigns NEW's column, other than by drawing from the sequence; null where it does not.
 *
 * @param sequence - the bare name of the column's sequence
 */
export function assigns(
  body: string,
  column: string,
  sequence: string | undefined,
): Assignment | null {
  const tokens = [...sqlTokens(body)]
  const isAssigned = tokens.some(
    (_, at) =>
      isNew(tokens, at, column) &&
      ((BEGINS.includes(tokens[at - 1]?.text ?? '') &&
        !drawsSame(assigned(tokens, at + 3), sequence)) ||
        isTarget(tokens, at)),
  )
  if (!isAssigned) return null
  return tokens.some(({ kind, text }) => kind === 'word' && (text === 'if' || text === 'case'))
    ? 'sometimes'
    : 'always'
}

function isNew(tokens: readonly Token[], at: number, column: string): boolean {
  const [first, dot, name] = tokens.slice(at, at + 3)
  return (
    first?.kind === 'word' && first.text === 'new' && dot?.text === '.' && name?.text === column
  )
}

/** The right side of `:=` or `=`; null where this is no assignment. */
function assigned(tokens: readonly Token[], from: number): readonly Token[] | null {
  const isColon = tokens[from]?.text === ':' && tokens[from + 1]?.text === '='
  if (!isColon && tokens[from]?.text !== '=') return null
  const rest = tokens.slice(from + (isColon ? 2 : 1))
  const end = rest.findIndex(({ kind, text }) => kind === 'symbol' && text === ';')
  return end === -1 ? rest : rest.slice(0, end)
}

/** `nextval` of the column's own sequence, whatever its schema and however it is wrapped, draws as the default does. */
function drawsSame(value: readonly Token[] | null, sequence: string | undefined): boolean {
  if (value === null) return true
  const words = value.map(({ text }) => text)
  if (!words.includes('nextval')) return false
  if (words.includes('pg_get_serial_sequence')) return true
  return value.some(({ kind, text }) => {
    if (kind !== 'value' || !text.startsWith("'")) return false
    const [name] = text.slice(1, -1).replaceAll("''", "'").split('.').slice(-1)
    return (
      sequence !== undefined &&
      (name === sequence || name === `"${sequence.replaceAll('"', '""')}"`)
    )
  })
}

/** `select … into new.id`, also as one of several. */
function isTarget(tokens: readonly Token[], at: number): boolean {
  for (let index = at - 1; index >= 0; index -= 1) {
    const { text = '' } = tokens[index] ?? {}
    if (text === 'into' || text === 'strict') return true
    if (text !== ',' && text !== '.' && tokens[index]?.kind !== 'word') return false
    if (BEGINS.includes(text) || text === 'from' || text === 'select') return false
  }
  return false
}
