import type { DataSourceOptions } from 'typeorm'

/** The options of a PostgreSQL DataSource; TypeORM's own name for them differs between 0.3 and 1. */
export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>
