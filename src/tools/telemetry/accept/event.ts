import type { ContentTypeDetectionTelemetry } from '../../../entities/content-type-detection-telemetry'
import type { ExtractionTelemetryV2 } from '../../../entities/extraction-telemetry-v2'

/** Some of an entity's properties, each of which may be left out. */
type Optional<Entity, Property extends keyof Entity> = {
  readonly [Name in Property]?: Entity[Name] | undefined
}

type GivenByExtraction = 'operationId' | 'articleId' | 'url' | 'startTime'

/** One attempt to extract an article. Its id comes from the sequence, and `eventUid` is made where it is left out. */
export interface ExtractionEvent
  extends
    Readonly<Pick<ExtractionTelemetryV2, GivenByExtraction>>,
    Optional<
      ExtractionTelemetryV2,
      Exclude<keyof ExtractionTelemetryV2, 'id' | GivenByExtraction>
    > {
  /** What kind of content the page was taken for; written beside the extraction, once. */
  readonly contentTypeDetection?: ContentTypeDetectionEvent | null | undefined
}

/** What kind of content a page was taken for. The article, the operation, the URL, the publisher and the host are the extraction's where left out; `detectedAt` is its `startTime`. */
export interface ContentTypeDetectionEvent
  extends
    Readonly<Pick<ContentTypeDetectionTelemetry, 'status'>>,
    Optional<
      ContentTypeDetectionTelemetry,
      Exclude<keyof ContentTypeDetectionTelemetry, 'id' | 'status'>
    > {}

/** An event of any other entity: its properties. What the table requires is checked when it is accepted. */
export type EventOf<Entity> = Optional<Entity, keyof Entity>
