import { IsDate, IsInt, IsNotEmpty, IsOptional, IsString, Max, Min } from 'class-validator'
import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm'

/** How often a host answered with an HTTP error. Its second unique key is no reason to move the sequence. */
@Entity('http_error_summary')
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

  @Column({ type: 'integer', default: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  count: number

  @Column({ name: 'first_seen', type: 'timestamp' })
  @IsDate()
  firstSeen: Date

  @Column({ name: 'last_seen', type: 'timestamp' })
  @IsDate()
  lastSeen: Date
}
