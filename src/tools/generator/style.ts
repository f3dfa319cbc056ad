import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { nearestFile } from '../module-system'

/** How a project wants a file to look. */
export interface Style {
  /** One step of indentation. */
  readonly indent: string
  /** Does the rest to a finished text. */
  format(text: string, className: string): Promise<string>
}

/** What we need of prettier 2 or 3. */
interface Prettier {
  getFileInfo(path: string, options: { ignorePath?: string }): Promise<{ ignored: boolean }>
  resolveConfig(path: string, options: { editorconfig: boolean }): Promise<object | null>
  format(text: string, options: object): string | Promise<string>
}

/**
 * Returns the style for a new file at `path`: that of the project's own prettier with its configuration, else of its .editorconfig, else ours.
 */
export async function projectStyle(path: string): Promise<Style> {
  const file = resolve(path)
  return (await prettierStyle(file)) ?? (await editorStyle(file))
}

async function prettierStyle(file: string): Promise<Style | undefined> {
  try {
    const prettier = createRequire(file)('prettier') as Prettier
    const ignorePath = nearestFile(dirname(file), '.prettierignore')
    const { ignored } = await prettier.getFileInfo(
      file,
      ignorePath === undefined ? {} : { ignorePath },
    )
    if (ignored) return undefined
    const config = await prettier.resolveConfig(file, { editorconfig: true })
    // Off: a plugin may think that it knows the SQL in the file.
    const options = { ...config, filepath: file, embeddedLanguageFormatting: 'off' }
    return { indent: '  ', format: aroundSql((code) => prettier.format(code, options)) }
  } catch {
    // Not installed, or a configuration that it cannot read: the look of a file is no reason to fail.
    return undefined
  }
}

/**
 * Formats the code around the SQL and the comment, which stay as they are. Where only a name of the same length differs, that has been done
 * before: a thousand migrations take a tenth of the time. Text that cannot be formatted stays as it is.
 */
function aroundSql(format: (code: string) => string | Promise<string>): Style['format'] {
  const done = new Map<string, Promise<string>>()
  return async (text, className) => {
    const kept: string[] = []
    const keep = (part: string) => `kept ${String(kept.push(part))}`
    const standIn = 'R'.repeat(className.length)
    const code = text
      .replace(/(?<=^\/\*\*\n \* )[^]*?(?=\n \*\/$)/m, keep)
      .replaceAll(/(?<=query\(`\n)(?:[^`\\]|\\[^])*(?=\n`)/g, keep)
      .replaceAll(className, standIn)
    const known = done.get(code) ?? Promise.resolve(format(code))
    done.set(code, known)
    try {
      const formatted = await known
      const end = formatted.includes('\r\n') ? '\r\n' : '\n'
      return formatted
        .replaceAll(standIn, className)
        .replaceAll(/\bkept (\d+)/g, (_, number) =>
          (kept[Number(number) - 1] ?? '').replaceAll('\n', end),
        )
    } catch {
      return text
    }
  }
}

async function editorStyle(file: string): Promise<Style> {
  const plain: Style = { indent: '  ', format: (text) => Promise.resolve(text) }
  if (nearestFile(dirname(file), '.editorconfig') === undefined) return plain
  const { parse } = await import('editorconfig')
  const { indent_style: kind, indent_size: size, end_of_line: end } = await parse(file)
  return {
    indent: kind === 'tab' ? '\t' : ' '.repeat(typeof size === 'number' ? size : 2),
    format: (text) => Promise.resolve(end === 'crlf' ? text.replaceAll('\n', '\r\n') : text),
  }
}
