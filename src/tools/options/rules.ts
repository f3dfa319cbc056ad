import { IsBoolean, IsIn, ValidateBy, ValidateIf } from 'class-validator'
import { isDuration } from '../db/duration'

/** An option that may be left out; null is no way to do so. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined)
}

/** What a value has to be, as the end of `expected …`, and how that is told. */
export function Allowed(
  expected: string,
  isAllowed: (value: unknown) => boolean,
): PropertyDecorator {
  return ValidateBy({
    name: expected,
    validator: { validate: isAllowed, defaultMessage: () => expected },
  })
}

/** A switch. */
export function Flag(): PropertyDecorator {
  return IsBoolean({ message: 'true or false' })
}

/** One of a few words. */
export function OneOf(words: readonly string[]): PropertyDecorator {
  return IsIn(words, { message: words.join(' or ') })
}

/** A text that is not empty. */
export function Text(what: string): PropertyDecorator {
  return Allowed(what, isText)
}

/** Some names, of what the plural says. None at all is an error: it might be meant as nothing, or as everything. */
export function Names(plural: string): PropertyDecorator {
  return Allowed(
    `a list of ${plural}, one at least`,
    (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  )
}

/** How long to wait, as PostgreSQL writes it. */
export function Time(): PropertyDecorator {
  return Allowed(
    'a time such as 500ms, 5s or 1min',
    (value) => typeof value === 'string' && isDuration(value),
  )
}

/** A function that tells the time. */
export function Clock(): PropertyDecorator {
  return Callback()
}

/** A function. */
export function Callback(): PropertyDecorator {
  return Allowed('a function', (value) => typeof value === 'function')
}

/** What stops the work. */
export function Signal(): PropertyDecorator {
  return Allowed('an AbortSignal', (value) => value instanceof AbortSignal)
}

/** A whole number; `least` or more. */
export function Count(least = 0): PropertyDecorator {
  return Allowed(`a whole number, ${String(least)} or more`, (value) => isCount(value, least))
}

/** How many values of a sequence. */
export function Gap(): PropertyDecorator {
  return Allowed('a bigint, 0n or more', (value) => typeof value === 'bigint' && value >= 0n)
}

/** What a timer of Node's can wait at most: it takes more for 1. */
const MOST_MILLIS = 2 ** 31 - 1

/** Milliseconds, for a timer. */
export function Millis(least = 0): PropertyDecorator {
  return Allowed(
    `a whole number of milliseconds, ${String(least)} to ${String(MOST_MILLIS)}`,
    (value) => isCount(value, least, MOST_MILLIS),
  )
}

function isCount(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
