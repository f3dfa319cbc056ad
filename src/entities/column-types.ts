/** An extraction backend, such as `newspaper` or `beautifulsoup`. */
export type ExtractionMethod = string

/** A value for each method that was tried. */
export type ByMethod<T> = Record<ExtractionMethod, T>

/** A JSON object. `unknown`, because a recursive type of JSON is more than TypeORM's `insert()` can infer. */
export type JsonObject = Record<string, unknown>

/** The largest value of an `integer` column. */
export const MAX_INTEGER = 2 ** 31 - 1

/** The largest value of a `real` column: PostgreSQL refuses more, rather than round it to infinity. */
export const MAX_REAL = 3.4028234e38
