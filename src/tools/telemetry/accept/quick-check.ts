import { getMetadataStorage } from 'class-validator'
import { groupedBy } from '../../grouped-by'

/** A class with class-validator's decorators. */
export type RuledClass = abstract new (...values: never[]) => object

/** One thing that class-validator knows about a property. */
export type Rule = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number]

type Values = Readonly<Record<string, unknown>>
type Check = (value: unknown, object: Values) => boolean

/** Returns the rules of a class and of those it extends, as class-validator applies them when it is given no group. */
export function rulesOf(target: RuledClass): Rule[] {
  return getMetadataStorage().getTargetValidationMetadatas(target, '', false, false)
}

/** Tells whether a rule is left to a promise: a check that does not wait would pass it over. */
export function isAsynchronous({ constraintCls }: Rule): boolean {
  return validatorsOf(constraintCls).some((constraint) => constraint.async)
}

/**
 * Turns a class's rules into one function that says whether class-validator would find nothing wrong. class-validator looks everything up again for
 * each object: it alone checks 54,000 extractions/s; with this function, all of accepting one is done 100,000 times/s.
 *
 * @returns undefined when a rule is of a kind that only class-validator can apply: a nested object, a promise.
 */
export function quickCheck(rules: readonly Rule[]): ((object: Values) => boolean) | undefined {
  if (!rules.every(isSimple)) return undefined
  const checks = [...groupedBy(rules, ({ propertyName }) => propertyName)].map(([name, group]) => ({
    name,
    check: propertyCheck(group),
  }))
  return (object) => {
    for (const { name, check } of checks) {
      if (!check(object[name], object)) return false
    }
    return true
  }
}

/** The kinds are class-validator's ValidationTypes, which it does not export. */
function isSimple(rule: Rule): boolean {
  const simple = ['customValidation', 'conditionalValidation', 'isDefined', 'whitelistValidation']
  return simple.includes(rule.type) && !isAsynchronous(rule)
}

function propertyCheck(rules: readonly Rule[]): Check {
  const conditions = rules.filter(({ type }) => type === 'conditionalValidation').map(condition)
  const checks = rules
    .filter(({ type }) => type === 'customValidation' || type === 'isDefined')
    .flatMap(valueChecks)
  return (value, object) => {
    for (const applies of conditions) if (!applies(value, object)) return true
    for (const passes of checks) if (!passes(value, object)) return false
    return true
  }
}

function condition({ constraints }: Rule): Check {
  const [applies] = constraints as [(object: object, value: unknown) => unknown]
  return (value, object) => Boolean(applies(object, value))
}

function valueChecks(rule: Rule): Check[] {
  const { propertyName: property, constraints, validateIf } = rule
  const targetName = rule.target instanceof Function ? rule.target.name : rule.target
  return validatorsOf(rule.constraintCls).map(({ instance }) => {
    // One for all: a new one for each look was an eighth of all that is allocated for an event.
    const told = { value: undefined as unknown, constraints, targetName, object: {}, property }
    const check: Check = (value, object) => {
      told.value = value
      told.object = object
      if (!rule.each) return Boolean(instance.validate(value, told))
      for (const element of elementsOf(value)) if (!instance.validate(element, told)) return false
      return true
    }
    return validateIf
      ? (value, object) => !validateIf(object, value) || check(value, object)
      : check
  })
}

/** What `each: true` is said of; of anything else, itself. */
function elementsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return value instanceof Set || value instanceof Map ? [...value.values()] : [value]
}

function validatorsOf(constraintClass: Rule['constraintCls'] | undefined) {
  return constraintClass ? getMetadataStorage().getTargetValidatorConstraints(constraintClass) : []
}
