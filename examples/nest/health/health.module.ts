import { Module } from '@nestjs/common'
import { TerminusModule } from '@nestjs/terminus'
import { HealthController } from './health.controller'
import { SequenceHealth } from './sequence-health'

@Module({
  imports: [TerminusModule],
  providers: [SequenceHealth],
  controllers: [HealthController],
})
export class HealthModule {}
