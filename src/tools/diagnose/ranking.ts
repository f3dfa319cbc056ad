import type { Cause, CauseKind, Confidence } from './cause'

const CONFIDENCE: readonly Confidence[] = ['proven', 'likely', 'possible']

/** Of equal confidence, what points at one thing to change comes before what only fits the numbers. */
const KINDS: readonly CauseKind[] = [
  'subscription',
  'node-ranges',
  'application-ids',
  'copy',
  'overriding',
  'explicit-ids',
  'trigger',
  'went-back',
  'partition-sequence',
  'other-default',
  'two-sequences',
  'shared-sequence',
  'source-insert',
  'primary-column',
  'seed',
  'migration',
  'promotion',
  'restore',
  'cached-values',
]

/** Returns causes, the most certain first. */
export function ranked(causes: readonly Cause[]): Cause[] {
  const rank = ({ confidence, kind }: Cause) =>
    CONFIDENCE.indexOf(confidence) * KINDS.length + KINDS.indexOf(kind)
  return [...causes].sort((one, other) => rank(one) - rank(other))
}
