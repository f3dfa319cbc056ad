import {
  IsDate,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
} from 'class-validator'
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'
import type { JsonObject } from './column-types'

/**
 * What kind of content an article's page was taken for, and on what evidence.
 *
 * Not synchronised: production's table is another project's, and TypeORM must not "correct" it.
 */
@Entity({ name: 'content_type_detection_telemetry', synchronize: false })
export class ContentTypeDetectionTelemetry {
  @PrimaryGeneratedColumn({
    type: 'integer',
    primaryKeyConstraintName: 'content_type_detection_telemetry_pkey',
  })
  id: number

  @Column({ name: 'article_id', type: 'text' })
  @IsString()
  @IsNotEmpty()
  articleId: string

  @Column({ name: 'operation_id', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  operationId: string | null

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

  @Column({ type: 'text' })
  @IsString()
  @IsNotEmpty()
  status: string

  /** In words: high, medium, … */
  @Column({ type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  confidence: string | null

  /** 0 to 1. */
  @Column({ name: 'confidence_score', type: 'real', nullable: true })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  confidenceScore: number | null

  @Column({ type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  reason: string | null

  @Column({ type: 'simple-json', nullable: true })
  @IsOptional()
  @IsObject()
  evidence: JsonObject | null

  @Column({ type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  version: string | null

  @Column({ name: 'detected_at', type: 'timestamp' })
  @IsDate()
  detectedAt: Date

  @Column({ name: 'created_at', type: 'timestamp', default: () => 'now()' })
  createdAt: Date
}
