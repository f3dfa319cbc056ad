import { Controller, Get, Inject } from '@nestjs/common'
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus'
import { SequenceHealth } from './sequence-health'

/**
 * `GET /health/sequences`, for an alert or a dashboard: 503 where a sequence is behind. As a liveness or readiness probe it would do harm: no restart repairs a sequence, and
 * all instances would be down at once for one table. It names tables: keep it inside.
 */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(SequenceHealth) private readonly sequences: SequenceHealth,
  ) {}

  @Get('sequences')
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.sequences.isHealthy('sequences')])
  }
}
