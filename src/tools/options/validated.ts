import { inspect } from 'node:util'
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator'
import { UsageError } from '../errors'
import { nearestNames } from '../suggestion'

/** A class whose properties carry the rules of options. */
export type Rules<T extends object> = new () => T

/**
 * Checks options against rules, and returns them. What a rule says of a value is the end of a sentence: `expected …`.
 *
 * @param nameOf - how the caller knows an option; default: `option lockTimeout`
 * @throws {UsageError} that names every option that is wrong, its value and what is allowed.
 */
export function validated<T extends object, O extends object>(
  rules: Rules<T>,
  options: O,
  nameOf: (property: string) => string = (property) => `option ${property}`,
): O {
  const errors = validateSync(Object.assign(new rules(), options), {
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
  })
  if (errors.length === 0) return options
  const complaints = errors.map((error) => complaint(error, rules, nameOf))
  throw new UsageError([...complaints, 'Nothing was changed.'].join(' '))
}

function complaint(
  { property, value, constraints = {} }: ValidationError,
  rules: Rules<object>,
  nameOf: (property: string) => string,
): string {
  if ('whitelistValidation' in constraints) {
    return `Cannot use ${nameOf(property)}: there is none.${nearestNames(property, known(rules))}`
  }
  const expected = Object.values(constraints)[0] ?? 'another value'
  return `Cannot use ${nameOf(property)} ${shown(value)}: expected ${expected}.`
}

function known(rules: Rules<object>): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(rules, '', false, false)
  return metadata.map(({ propertyName }) => propertyName)
}

/** As code would write it, where it can. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return inspect(value, {
    depth: 1,
    breakLength: Infinity,
    maxArrayLength: 5,
    maxStringLength: 200,
  })
}
