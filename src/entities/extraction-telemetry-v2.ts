import {
  IsArray,
  IsBoolean,
  IsDate,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator'
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm'
import {
  MAX_INTEGER,
  MAX_REAL,
  type ByMethod,
  type ExtractionMethod,
  type JsonObject,
} from './column-types'

/** How a request fared with its proxy. */
export const PROXY_STATUSES = ['success', 'failed', 'bypassed', 'disabled'] as const
export type ProxyStatus = (typeof PROXY_STATUSES)[number]

/** The most characters of a proxy's error that are kept. */
export const PROXY_ERROR_LENGTH = 500

/**
 * One attempt to extract an article: the request, the methods tried, and what they gave.
 *
 * Not synchronised: production's table is another project's, and TypeORM must not "correct" it.
 */
@Entity({ name: 'extraction_telemetry_v2', synchronize: false })
@Index('extraction_telemetry_v2_event_uid_key', ['eventUid'], { unique: true })
export class ExtractionTelemetryV2 {
  @PrimaryGeneratedColumn({
    type: 'integer',
    primaryKeyConstraintName: 'extraction_telemetry_v2_pkey',
  })
  id: number

  /** Names the event, so that a retried one is written once; rows from before have none. */
  @Column({ name: 'event_uid', type: 'uuid', nullable: true })
  @IsOptional()
  @IsUUID()
  eventUid: string | null

  @Column({ name: 'operation_id', type: 'text' })
  @IsString()
  @IsNotEmpty()
  operationId: string

  @Column({ name: 'article_id', type: 'text' })
  @IsString()
  @IsNotEmpty()
  articleId: string

  @Column({ type: 'text' })
  @IsString()
  @IsNotEmpty()
  url: string

  @Column({ type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  publisher: string | null

  @Column({ type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  host: string | null

  @Column({ name: 'start_time', type: 'timestamp' })
  @IsDate()
  startTime: Date

  @Column({ name: 'end_time', type: 'timestamp', nullable: true })
  @IsOptional()
  @IsDate()
  endTime: Date | null

  @Column({ name: 'total_duration_ms', type: 'real', nullable: true })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(MAX_REAL)
  totalDurationMs: number | null

  @Column({ name: 'http_status_code', type: 'integer', nullable: true })
  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(599)
  httpStatusCode: number | null

  @Column({ name: 'http_error_type', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  httpErrorType: string | null

  @Column({ name: 'response_size_bytes', type: 'integer', nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_INTEGER)
  responseSizeBytes: number | null

  @Column({ name: 'response_time_ms', type: 'real', nullable: true })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(MAX_REAL)
  responseTimeMs: number | null

  @Column({ name: 'proxy_used', type: 'boolean', nullable: true })
  @IsOptional()
  @IsBoolean()
  proxyUsed: boolean | null

  @Column({ name: 'proxy_url', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  proxyUrl: string | null

  @Column({ name: 'proxy_authenticated', type: 'boolean', nullable: true })
  @IsOptional()
  @IsBoolean()
  proxyAuthenticated: boolean | null

  @Column({ name: 'proxy_status', type: 'text', nullable: true })
  @IsOptional()
  @IsIn(PROXY_STATUSES)
  proxyStatus: ProxyStatus | null

  @Column({ name: 'proxy_error', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(PROXY_ERROR_LENGTH)
  proxyError: string | null

  @Column({ name: 'methods_attempted', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  methodsAttempted: ExtractionMethod[] | null

  @Column({ name: 'successful_method', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  successfulMethod: ExtractionMethod | null

  /** Milliseconds. */
  @Column({ name: 'method_timings', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsObject()
  methodTimings: ByMethod<number> | null

  @Column({ name: 'method_success', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsObject()
  methodSuccess: ByMethod<boolean> | null

  @Column({ name: 'method_errors', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsObject()
  methodErrors: ByMethod<string> | null

  /** Which fields each method found. */
  @Column({ name: 'field_extraction', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsObject()
  fieldExtraction: ByMethod<Record<string, boolean>> | null

  /** What was extracted, by field name (title, author, content, …). */
  @Column({ name: 'extracted_fields', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsObject()
  extractedFields: JsonObject | null

  /** The method that each field was taken from. */
  @Column({ name: 'final_field_attribution', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsObject()
  finalFieldAttribution: Record<string, ExtractionMethod> | null

  /** What the other methods found for the same fields. */
  @Column({ name: 'alternative_extractions', type: 'simple-json', nullable: true })
  @IsOptional()
  @IsObject()
  alternativeExtractions: ByMethod<JsonObject> | null

  @Column({ name: 'content_length', type: 'integer', nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_INTEGER)
  contentLength: number | null

  @Column({ name: 'is_success', type: 'boolean', nullable: true })
  @IsOptional()
  @IsBoolean()
  isSuccess: boolean | null

  @Column({ name: 'error_message', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  errorMessage: string | null

  @Column({ name: 'error_type', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  errorType: string | null

  @Column({ name: 'created_at', type: 'timestamp', default: () => 'now()' })
  createdAt: Date
}
