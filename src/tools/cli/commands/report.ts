import type { ExitCode } from '../exit-code'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync report`. */
export function report(_options: object, _terminal: CommandTerminal): Promise<ExitCode> {
  return Promise.reject(new Error('Not built.'))
}
