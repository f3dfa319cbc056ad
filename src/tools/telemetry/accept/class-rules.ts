import { validateSync, type ValidationError } from 'class-validator'
import { UsageError } from '../../errors'
import { isAsynchronous, quickCheck, rulesOf, type Rule, type RuledClass } from './quick-check'
import { reason, type Reason } from './reason'

/** What class-validator's decorators on a class say of its objects. */
export interface ClassRules {
  /** The properties with a rule. */
  readonly properties: ReadonlySet<string>
  /** False where something may be wrong; then ask for the reasons. */
  passes(event: Readonly<Record<string, unknown>>): boolean
  /** Everything that is wrong, in class-validator's words. */
  reasons(event: Readonly<Record<string, unknown>>): Reason[]
}

/**
 * Returns the rules of a class.
 *
 * @throws {UsageError} when one needs a promise: an event is accepted at once.
 */
export function classRules(target: RuledClass): ClassRules {
  const rules = rulesOf(target)
  const late = rules.find(isAsynchronous)
  if (late) {
    throw new UsageError(
      `Cannot check events of ${target.name}: the validator of property "${late.propertyName}" is asynchronous, and an event is accepted at once. Use one that answers at once. Nothing was written.`,
    )
  }
  const quick = quickCheck(rules)
  const instance = instanceOf(target)
  const asked = hasBehaviour(target) ? instance : (event: object) => event as typeof event & Event
  return {
    properties: new Set(rules.map(({ propertyName }) => propertyName)),
    passes: (event) => quick?.(asked(event)) ?? false,
    reasons(event) {
      // Of a class without a rule, class-validator says that it does not know it.
      if (rules.length === 0) return []
      return validateSync(instance(event)).flatMap((error) => sentences(error, rules))
    },
  }
}

type Event = Readonly<Record<string, unknown>>

/** Validators may ask the object, and class-validator its constructor. */
function instanceOf(target: RuledClass): (event: object) => Event {
  const prototype = target.prototype as object
  return (event) =>
    (event.constructor === target
      ? event
      : Object.assign(Object.create(prototype) as object, event)) as Event
}

/** Whether objects of a class have more than data: methods or accessors that a rule could use. */
function hasBehaviour(target: RuledClass): boolean {
  let prototype: unknown = target.prototype
  while (prototype instanceof Object && prototype !== Object.prototype) {
    if (Object.getOwnPropertyNames(prototype).some((name) => name !== 'constructor')) return true
    prototype = Object.getPrototypeOf(prototype)
  }
  return false
}

function sentences(error: ValidationError, rules: readonly Rule[], path = ''): Reason[] {
  const property = path + error.property
  const said = Object.entries(error.constraints ?? {}).map(([name, message]) =>
    mayHoldValue(name, error.property, rules)
      ? `must satisfy ${name}`
      : withoutPrefix(message, error.property),
  )
  const children = (error.children ?? []).flatMap((child) =>
    sentences(child, rules, `${property}.`),
  )
  return said.length > 0 ? [reason(property, error.value, said.join(', ')), ...children] : children
}

/** A message of the class's own may show the value. class-validator's never do. */
function mayHoldValue(constraint: string, property: string, rules: readonly Rule[]): boolean {
  return rules.some(
    ({ name, propertyName, message }) =>
      propertyName === property &&
      (name === constraint || name === undefined) &&
      (typeof message === 'function' || (message as string | undefined)?.includes('$value')),
  )
}

function withoutPrefix(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message
}
