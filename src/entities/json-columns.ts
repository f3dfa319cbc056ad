/** An extraction backend, such as `newspaper` or `beautifulsoup`. */
export type ExtractionMethod = string

/** A value for each method that was tried. */
export type ByMethod<T> = Record<ExtractionMethod, T>

/** Any value that JSON can hold. */
export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** What was extracted, by field name (title, author, content, …). */
export type ExtractedFields = Record<string, JsonValue>
