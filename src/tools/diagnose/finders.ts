import type { Finder } from './context'
import { historyFinder } from './history/went-back'
import { idsFinder } from './ids/ids'
import { restoreFinder } from './restore/restore'
import { statementsFinder } from './statements/statements'
import { structureFinder } from './structure/structure'
import { subscriptionFinder } from './subscription/subscription'
import { trapFinder } from './trap/trap-finder'
import { triggersFinder } from './triggers/triggers'

/** Every place in which causes are looked for. A new one is joined here. */
export const FINDERS: readonly Finder[] = [
  trapFinder,
  statementsFinder,
  triggersFinder,
  subscriptionFinder,
  structureFinder,
  idsFinder,
  restoreFinder,
  historyFinder,
]
