import { randomUUID } from 'node:crypto'
import { validateSync } from 'class-validator'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { DataSource } from 'typeorm'
import { ContentTypeDetectionTelemetry } from '../../src/entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import { HttpErrorSummary } from '../../src/entities/http-error-summary'
import { createAcceptor } from '../../src/tools/telemetry/accept/acceptor'
import { classRules } from '../../src/tools/telemetry/accept/class-rules'
import { quickCheck, rulesOf } from '../../src/tools/telemetry/accept/quick-check'
import { HostileEvent } from './hostile-event'
import { TELEMETRY } from './scene'

const source = new DataSource({ type: 'postgres', entities: [...TELEMETRY, HostileEvent] })

beforeAll(async () => {
  // As the library does it where there is no database.
  await (source as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas()
})

const EVENT = {
  operationId: 'o',
  articleId: 'a',
  url: 'u',
  startTime: new Date('2026-11-01T10:20:30.456Z'),
}

const accept = (event: object) => createAcceptor(source, ExtractionTelemetryV2, 'eventUid')(event)

const message = (
  event: object,
  entity: new () => object = ExtractionTelemetryV2,
  eventId = 'eventUid',
) => {
  try {
    createAcceptor(source, entity, eventId)(event)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

describe('an event', () => {
  it('that leaves out all it may has a row of what it holds, and an id of its own', () => {
    const { uid, row, detection } = accept(EVENT)
    expect(uid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(detection).toBeUndefined()
    expect(Object.keys(row).filter((name) => row[name] !== undefined)).toEqual([
      'operation_id',
      'article_id',
      'url',
      'start_time',
      'event_uid',
    ])
    expect(row).toMatchObject({ event_uid: uid, operation_id: 'o' })
    expect(accept(EVENT).uid).not.toBe(uid)
  })

  it('keeps the id that it was given, as PostgreSQL writes it', () => {
    const eventUid = randomUUID()
    expect(accept({ ...EVENT, eventUid: eventUid.toUpperCase() })).toMatchObject({
      uid: eventUid,
      row: { event_uid: eventUid },
    })
    expect(message({ ...EVENT, eventUid: `{${eventUid}}` })).toBe(
      'Cannot accept an event of ExtractionTelemetryV2: eventUid (a string) must be a UUID. Nothing was written.',
    )
    expect(message({ required: 1, uid: 'secret' }, HostileEvent, 'uid')).toBe(
      'Cannot accept an event of HostileEvent: uid (a string) must be a UUID. Nothing was written.',
    )
  })

  it('may be an instance, and is left as it is', () => {
    const event = Object.freeze(
      Object.assign(new ExtractionTelemetryV2(), EVENT, { proxyError: 'x'.repeat(501) }),
    )
    expect(accept(event).row.proxy_error).toHaveLength(500)
    expect(event).toMatchObject({ ...EVENT, proxyError: 'x'.repeat(501) })
  })

  it('has its proxy error cut at 500 characters, a pair of surrogates being one', () => {
    const cut = (proxyError: string) => accept({ ...EVENT, proxyError }).row.proxy_error
    expect(cut('🐎'.repeat(300))).toBe('🐎'.repeat(300))
    expect(cut('🐎'.repeat(501))).toBe('🐎'.repeat(500))
    expect(cut(`${'x'.repeat(499)}🐎y`)).toBe(`${'x'.repeat(499)}🐎`)
    expect(cut('\ud800'.repeat(501))).toBe('\ud800'.repeat(500))
  })

  it('survives JSON, as a spool keeps it', () => {
    const accepted = accept({
      ...EVENT,
      publisher: 'a\0\ud800"',
      contentTypeDetection: { status: 's' },
    })
    expect(JSON.parse(JSON.stringify(accepted))).toEqual(accepted)
  })
})

describe('an event that is refused', () => {
  it('is told everything that is wrong with it, and no value', () => {
    const text = message({
      id: 4711,
      operationId: '',
      url: 'secret'.length,
      startTime: new Date(NaN),
      httpStatusCode: 4711,
      methodsAttempted: ['newspaper', 4711],
      methodTimings: 'secret',
      htpErrorType: 'secret',
      createdAt: null,
      contentTypeDetection: { status: 7, confidenceScore: 4711, colour: 'secret' },
    })
    expect(text).toBe(
      'Cannot accept an event of ExtractionTelemetryV2: ' +
        'operationId (a string) should not be empty. ' +
        'articleId (missing) should not be empty, must be a string. ' +
        'url (a number) must be a string. ' +
        'startTime (an invalid date) must be a Date instance. ' +
        'httpStatusCode (a number) must not be greater than 599. ' +
        'methodsAttempted (an array) each value in methodsAttempted must be a string. ' +
        'methodTimings (a string) must be an object. ' +
        'htpErrorType (a string) is no property that is written. Nearest: httpErrorType, errorType. ' +
        'id (a number) must be left out: its sequence gives it. ' +
        'createdAt (null) must be there: the column is not null. ' +
        'contentTypeDetection.articleId (missing) should not be empty, must be a string. ' +
        'contentTypeDetection.url (a number) must be a string. ' +
        'contentTypeDetection.status (a number) must be a string. ' +
        'contentTypeDetection.confidenceScore (a number) must not be greater than 1. ' +
        'contentTypeDetection.detectedAt (an invalid date) must be a Date instance. ' +
        'contentTypeDetection.colour (a string) is no property that is written. Nearest: host. ' +
        'Nothing was written.',
    )
  })

  it('is one that lacks what the table requires, though no validator asks for it', () => {
    expect(message({}, HostileEvent, 'uid')).toBe(
      'Cannot accept an event of HostileEvent: required (missing) must be there: the column is not null. Nothing was written.',
    )
    expect(message({ required: 1, word: null }, HostileEvent, 'uid')).toContain(
      'word (null) must be there',
    )
  })

  it('is one whose value has no text', () => {
    const circle: Record<string, unknown> = { secret: 1 }
    circle.self = circle
    expect(message({ ...EVENT, extractedFields: circle })).toContain(
      'extractedFields (an object) must be what a column of type simple-json can hold. Nothing',
    )
    expect(message({ ...EVENT, createdAt: new Date(NaN) })).toContain(
      'createdAt (an invalid date) must be what',
    )
    expect(message({ required: 1, data: () => 1 }, HostileEvent, 'uid')).toContain(
      'data (a function) must be what',
    )
  })

  it.each([[null], ['text'], [[EVENT]]])('is no object: %j', (event) => {
    expect(message(event as unknown as object)).toContain('must be an object')
  })

  it("does not show the value through a message of the class's own", () => {
    expect(message({ required: 1, code: 'secret' }, HostileEvent, 'uid')).toContain(
      'code (a string) must satisfy maxLength. Nothing',
    )
  })
})

const ANY = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'success',
    'u',
    NaN,
    -1,
    0,
    1,
    404,
    599.5,
    2 ** 31,
    4e38,
    true,
    new Date(0),
    new Date(NaN),
    [],
    {},
    ['a'],
    ['a', 1],
    new Set(['a']),
    new Map([[1, 2]]),
    '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
  ),
  fc.anything(),
)

const GOOD: Record<string, object> = {
  ExtractionTelemetryV2: EVENT,
  HttpErrorSummary: { host: 'h', statusCode: 404, firstSeen: new Date(), lastSeen: new Date() },
  ContentTypeDetectionTelemetry: { articleId: 'a', url: 'u', status: 's', detectedAt: new Date() },
  HostileEvent: {},
}

describe('the quick check says what class-validator says', () => {
  it.each([ExtractionTelemetryV2, HttpErrorSummary, ContentTypeDetectionTelemetry, HostileEvent])(
    'of %o',
    (entity) => {
      const rules = rulesOf(entity)
      const check = quickCheck(rules)
      const names = [...new Set(rules.map(({ propertyName }) => propertyName))]
      const verdicts = { true: 0, false: 0 }
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...names), ANY, { maxKeys: 3 }), (changed) => {
          const event = { ...GOOD[entity.name], ...changed }
          const instance = Object.assign(new entity(), event)
          const quick = check?.(event)
          expect(quick).toBe(validateSync(instance).length === 0)
          verdicts[String(quick) as 'true' | 'false'] += 1
        }),
        { numRuns: 2_000 },
      )
      expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(50)
    },
  )

  it('and leaves what it cannot tell to class-validator', async () => {
    const { IsString, ValidateNested, ValidateIf, Validate, ValidatorConstraint } =
      await import('class-validator')
    class Inner {
      @IsString()
      text: unknown
    }
    class Outer {
      @ValidateNested()
      inner: unknown

      @ValidateIf((outer: Outer) => outer.asks())
      @IsString()
      name: unknown

      asks(): boolean {
        return true
      }
    }
    expect(quickCheck(rulesOf(Outer))).toBeUndefined()
    const rules = classRules(Outer)
    expect(rules.reasons({ inner: Object.assign(new Inner(), { text: 1 }), name: 'n' })).toEqual([
      { property: 'inner.text', sentence: 'inner.text (a number) must be a string' },
    ])
    @ValidatorConstraint({ name: 'late', async: true })
    class Late {
      validate() {
        return Promise.resolve(false)
      }
    }
    class Waits {
      @Validate(Late)
      name: unknown
    }
    expect(() => classRules(Waits)).toThrow(
      'Cannot check events of Waits: the validator of property "name" is asynchronous, and an event is accepted at once. Use one that answers at once. Nothing was written.',
    )
  })
})
