import type { ExitCode } from '../exit-code'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync logs`. */
export function logs(
  _files: readonly string[],
  _options: object,
  _terminal: CommandTerminal,
): Promise<ExitCode> {
  return Promise.reject(new Error('Not built.'))
}
