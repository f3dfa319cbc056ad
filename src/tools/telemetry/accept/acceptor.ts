import { randomUUID } from 'node:crypto'
import type { DataSource, EntityMetadata, EntityTarget } from 'typeorm'
import { ContentTypeDetectionTelemetry } from '../../../entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from '../../../entities/extraction-telemetry-v2'
import { InvalidEventError } from '../../errors'
import type { AcceptedEvent } from '../accepted-event'
import { eventIdColumn } from '../event-id'
import { sisterMetadata } from '../sister'
import { entityRows, type Properties } from './entity-rows'
import { completedDetection, withProxyErrorCut } from './extraction'
import { reason, type Reason } from './reason'

/**
 * Checks an event, names it and turns it into the text of a row. The event itself is left as it is.
 *
 * @throws {InvalidEventError} that names everything that is wrong with it.
 */
export type Accept = (event: object) => AcceptedEvent

const DETECTION = 'contentTypeDetection'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Returns what accepts events of an entity. Whatever can be looked up beforehand is.
 *
 * @param eventId - the property that holds an event's unique id
 * @throws {UsageError} when the entity has no such property, or a validator that is asynchronous.
 */
export function createAcceptor(
  dataSource: DataSource,
  entity: EntityTarget<object>,
  eventId: string,
): Accept {
  const metadata = dataSource.getMetadata(entity)
  const column = eventIdColumn(metadata, eventId)
  const takeDetection =
    metadata.target === ExtractionTelemetryV2
      ? entityRows(dataSource, sisterMetadata(dataSource, ContentTypeDetectionTelemetry))
      : undefined
  const take = entityRows(dataSource, metadata, takeDetection ? [eventId, DETECTION] : [eventId])

  return (given) => {
    assertObject(metadata, given)
    const event = takeDetection ? withProxyErrorCut(given) : given
    const { row, reasons } = take(event)
    const found = takeDetection ? takenDetection(takeDetection, event) : undefined
    const uid = uidOf(event[eventId])
    if (reasons.length > 0 || uid === undefined || (found && found.reasons.length > 0)) {
      const all = [...reasons, ...(found?.reasons ?? [])]
      const named = uid !== undefined || all.some(({ property }) => property === eventId)
      throw refusal(
        metadata,
        named ? all : [...all, reason(eventId, event[eventId], 'must be a UUID')],
      )
    }
    row[column] = uid
    return found ? { uid, row, detection: found.row } : { uid, row }
  }
}

function takenDetection(take: ReturnType<typeof entityRows>, event: Properties) {
  const detection = event[DETECTION]
  if (detection === undefined || detection === null) return undefined
  if (!isObject(detection)) {
    return { row: {}, reasons: [reason(DETECTION, detection, 'must be an object')] }
  }
  const { row, reasons } = take(completedDetection(event, detection))
  return { row, reasons: reasons.map(ofDetection) }
}

function ofDetection({ property, sentence }: Reason): Reason {
  return { property: `${DETECTION}.${property}`, sentence: `${DETECTION}.${sentence}` }
}

/** As PostgreSQL would return it; undefined for what is no UUID. */
function uidOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return randomUUID()
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined
}

function assertObject(metadata: EntityMetadata, event: object): asserts event is Properties {
  if (!isObject(event)) throw refusal(metadata, [reason('it', event, 'must be an object')])
}

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refusal({ name }: EntityMetadata, reasons: readonly Reason[]): InvalidEventError {
  const sentences = reasons.map(({ sentence }) => `${sentence}.`).join(' ')
  return new InvalidEventError(
    `Cannot accept an event of ${name}: ${sentences} Nothing was written.`,
  )
}
