/** The integer types of PostgreSQL that a sequence can feed. */
export type IntegerType = 'int2' | 'int4' | 'int8'

/** The lowest and the highest value, both included. */
export interface Range {
  readonly min: bigint
  readonly max: bigint
}

export const TYPE_RANGES: Readonly<Record<IntegerType, Range>> = {
  int2: { min: -32_768n, max: 32_767n },
  int4: { min: -2_147_483_648n, max: 2_147_483_647n },
  int8: { min: -9_223_372_036_854_775_808n, max: 9_223_372_036_854_775_807n },
}

export function isWithin({ min, max }: Range, value: bigint): boolean {
  return value >= min && value <= max
}

export function clamp(value: bigint, { min, max }: Range): bigint {
  if (value < min) return min
  return value > max ? max : value
}
