import { kindOf } from './kind'

/** What is wrong with one property of an event. */
export interface Reason {
  readonly property: string
  /** A sentence without its stop: the property, the value's kind but never the value, and what was expected. */
  readonly sentence: string
}

/** Says what is wrong with a property that has a value of this kind. */
export function reason(property: string, value: unknown, expected: string): Reason {
  return { property, sentence: `${property} (${kindOf(value)}) ${expected}` }
}
