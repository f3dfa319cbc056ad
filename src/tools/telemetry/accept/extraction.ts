import { PROXY_ERROR_LENGTH } from '../../../entities/extraction-telemetry-v2'
import type { Properties } from './entity-rows'

/** What a detection takes from its extraction where it has none itself, by the detection's name for it. */
const FROM_EXTRACTION = {
  articleId: 'articleId',
  operationId: 'operationId',
  url: 'url',
  publisher: 'publisher',
  host: 'host',
  detectedAt: 'startTime',
} as const

/** Returns an extraction whose proxy error is no longer than is kept. */
export function withProxyErrorCut(event: Properties): Properties {
  const { proxyError } = event
  if (typeof proxyError !== 'string' || proxyError.length <= PROXY_ERROR_LENGTH) return event
  const copy = Object.create(Object.getPrototypeOf(event) as object | null) as object
  return Object.assign(copy, event, { proxyError: cut(proxyError, PROXY_ERROR_LENGTH) })
}

/** Returns the properties of the detection that came with an extraction, what it left out being the extraction's. */
export function completedDetection(event: Properties, detection: Properties): Properties {
  const completed: Record<string, unknown> = { ...detection }
  for (const [name, source] of Object.entries(FROM_EXTRACTION)) {
    // A null is the detection's own.
    if (completed[name] === undefined) completed[name] = event[source]
  }
  return completed
}

/** Returns the first `length` characters, as PostgreSQL counts them: a surrogate pair is one. */
function cut(text: string, length: number): string {
  let end = 0
  for (let characters = 0; characters < length && end < text.length; characters += 1) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return text.slice(0, end)
}
