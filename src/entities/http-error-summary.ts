import {
  IsDate,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateIf,
} from 'class-validator'
import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm'
import { MAX_INTEGER } from './column-types'

/**
 * How often a host answered with an HTTP error. Its second unique key is no reason to move the sequence.
 *
 * Not synchronised: production's table is another project's, and TypeORM must not "correct" it.
 */
@Entity({ name: 'http_error_summary', synchronize: false })
@Unique('http_error_summary_host_status_code_key', ['host', 'statusCode'])
export class HttpErrorSummary {
  @PrimaryGeneratedColumn({ type: 'integer', primaryKeyConstraintName: 'http_error_summary_pkey' })
  id: number

  @Column({ type: 'text' })
  @IsString()
  @IsNotEmpty()
  host: string

  @Column({ name: 'status_code', type: 'integer' })
  @IsInt()
  @Min(100)
  @Max(599)
  statusCode: number

  @Column({ name: 'error_type', type: 'text', nullable: true })
  @IsOptional()
  @IsString()
  errorType: string | null

  /** 1 where it is left out; never null. */
  @Column({ type: 'integer', default: 1 })
  @ValidateIf(({ count }: HttpErrorSummary) => (count as number | undefined) !== undefined)
  @IsInt()
  @Min(1)
  @Max(MAX_INTEGER)
  count: number

  @Column({ name: 'first_seen', type: 'timestamp' })
  @IsDate()
  firstSeen: Date

  @Column({ name: 'last_seen', type: 'timestamp' })
  @IsDate()
  lastSeen: Date
}
