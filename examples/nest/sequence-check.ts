import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common'
import { InjectDataSource } from '@nestjs/typeorm'
import { DataSource } from 'typeorm'
import { explainColumn, ResyncError, verifySequences } from 'typeorm-resync'

/**
 * Warns at each start of sequences that are behind, or of which that cannot be told. It only reads, so every instance may run it; and it lets the
 * application start: inserts into one table may fail, where no start is an outage of everything.
 */
@Injectable()
export class SequenceCheck implements OnApplicationBootstrap {
  private readonly logger = new Logger(SequenceCheck.name)

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      // A start is not held up for long; what takes longer to read is unknown.
      const { columns } = await verifySequences(this.dataSource, { statementTimeout: '5s' })
      for (const column of columns) {
        const finding = explainColumn(column)
        if (finding !== null) this.logger.warn(finding)
      }
    } catch (error) {
      if (!(error instanceof ResyncError)) throw error
      this.logger.warn(error.message)
    }
  }
}
