/** An extraction backend, such as `newspaper` or `beautifulsoup`. */
export type ExtractionMethod = string

/** A value for each method that was tried. */
export type ByMethod<T> = Record<ExtractionMethod, T>

/** A JSON object. `unknown`, because a recursive type of JSON is more than TypeORM's `insert()` can infer. */
export type JsonObject = Record<string, unknown>
