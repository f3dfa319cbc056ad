import { Inject, Injectable } from '@nestjs/common'
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus'
import { InjectDataSource } from '@nestjs/typeorm'
import { DataSource } from 'typeorm'
import { explainColumn, ResyncError, verifySequences } from 'typeorm-resync'

/** How long an answer stands, in milliseconds: probes come often, and from several places. */
const MAX_AGE = 10_000

/** Says whether every sequence is past its column. However many ask, one of them looks, and not again for some seconds. */
@Injectable()
export class SequenceHealth {
  private answer: Promise<readonly string[]> | undefined
  private answeredAt: number | undefined

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
  ) {}

  async isHealthy(key: string): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(key)
    const findings = await this.findings()
    return findings.length === 0 ? indicator.up() : indicator.down({ findings })
  }

  private findings(): Promise<readonly string[]> {
    if (this.answeredAt !== undefined && Date.now() - this.answeredAt >= MAX_AGE) {
      this.answer = undefined
    }
    this.answer ??= this.look()
    return this.answer
  }

  private async look(): Promise<readonly string[]> {
    this.answeredAt = undefined
    try {
      const { columns } = await verifySequences(this.dataSource, {
        lockTimeout: '1s',
        statementTimeout: '2s',
      })
      return columns.map(explainColumn).filter((finding) => finding !== null)
    } catch (error) {
      if (error instanceof ResyncError) return [error.message]
      throw error
    } finally {
      this.answeredAt = Date.now()
    }
  }
}
