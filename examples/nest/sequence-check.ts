import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common'
import { InjectDataSource } from '@nestjs/typeorm'
import { DataSource } from 'typeorm'
import { ResyncError, verifySequences, type VerifiedColumn } from 'typeorm-resync'

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
        if (column.verdict !== 'ok') this.logger.warn(finding(column))
      }
    } catch (error) {
      if (!(error instanceof ResyncError)) throw error
      this.logger.warn(error.message)
    }
  }
}

function finding({ schema, table, column, verdict, reason, gap }: VerifiedColumn): string {
  const found = `${schema}.${table}.${column} is ${verdict}: ${String(reason)}`
  // No number of missing values: it cannot be told, or no value is left, and then no resync helps.
  return gap === null
    ? found
    : `${found}. Run: npx typeorm-resync apply --table '${schema}.${table}'`
}
