import { Module } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import { guardedDataSource } from './guarded-data-source'
import { HealthModule } from './health/health.module'
import { Invoice } from './invoice'
import { SequenceCheck } from './sequence-check'

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => ({ type: 'postgres', url: databaseUrl(), entities: [Invoice] }),
      dataSourceFactory: guardedDataSource,
    }),
    TypeOrmModule.forFeature([Invoice]),
    HealthModule,
  ],
  providers: [SequenceCheck],
})
export class AppModule {}

function databaseUrl(): string {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('Set DATABASE_URL.')
  return url
}
