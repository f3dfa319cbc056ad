import { inspect } from 'node:util'
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator'
import { UsageError } from '../errors'
import { nearestNames } from '../suggestion'

/** A class whose properties carry the rules of options. */
export type Rules<T extends object> = new () => T

/**
 * Checks options against rules, and returns them as a plain object: whatever the caller's is, what was checked is what is used. What a rule says of a
 * value is the end of a sentence: `expected …`.
 *
 * @param nameOf - how the caller knows an option; default: `option lockTimeout`
 * @param show - how the caller writes a value; default: as code would
 * @throws {UsageError} that names every option that is wrong, its value and what is allowed.
 */
export function validated<T extends object, O extends object>(
  rules: Rules<T>,
  options: O,
  nameOf: (property: string) => string = (property) => `option ${property}`,
  show: (value: unknown) => string = shown,
): O {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) {
    throw new UsageError(
      `Cannot use options ${shown(given)}: expected an object. Nothing was changed.`,
    )
  }
  const names = known(rules)
  // An options class may have its values as getters, or inherit them.
  const values = names
    .map((name) => [name, (options as Record<string, unknown>)[name]] as const)
    .filter(([, value]) => value !== undefined)
  const unknown = Object.keys(options).filter((name) => !names.includes(name))
  const checked = Object.fromEntries(values)
  const complaints = [
    ...unknown.map(
      (name) => `Cannot use ${nameOf(name)}: there is none.${nearestNames(name, names)}`,
    ),
    ...validateSync(Object.assign(new rules(), checked), { stopAtFirstError: true }).map((error) =>
      complaint(error, nameOf, show),
    ),
  ]
  if (complaints.length === 0) return checked as O
  throw new UsageError([...complaints, 'Nothing was changed.'].join(' '))
}

function complaint(
  { property, value, constraints = {} }: ValidationError,
  nameOf: (property: string) => string,
  show: (value: unknown) => string,
): string {
  const expected = Object.values(constraints)[0] ?? 'another value'
  return `Cannot use ${nameOf(property)} ${show(value)}: expected ${expected}.`
}

function known(rules: Rules<object>): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(rules, '', false, false)
  return [...new Set(metadata.map(({ propertyName }) => propertyName))]
}

/** As code would write it, where it can; of an object only its kind: it may hold a password. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return '{…}'
  return inspect(value, { depth: 0, breakLength: Infinity })
}
