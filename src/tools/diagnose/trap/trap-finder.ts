import type { Finder } from '../context'
import { readTrap } from './read-trap'

/** Finds what the traps caught. */
export const trapFinder: Finder = {
  place: 'what the traps caught',
  find: ({ session, columns }) => readTrap(session, columns),
}
