import { DataSource, type DataSourceOptions } from 'typeorm'
import { EVERY_KIND, UpperCase } from '../fixtures/every-kind'

/** A DataSource with entities of every kind, none of which has TypeORM's plain defaults. */
export function everyKind(url: string, options: Partial<DataSourceOptions> = {}): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    schema: 'base',
    entityPrefix: 'app_',
    namingStrategy: new UpperCase(),
    entities: EVERY_KIND,
    ...options,
  } as DataSourceOptions)
}

/** Inserts a row into every table that a sequence feeds. */
export const INSERT_EVERYWHERE = `
  insert into base.app_animal ("KIND") values ('Animal');
  insert into base.app_invoice default values;
  insert into base.app_receipt default values;
  insert into base.app_category default values;
  insert into sales.app_order ("TENANT") values ('one');
  insert into base.app_by_hand default values;
  insert into base.app_label default values`

/** Puts every sequence of the two schemas back to its start, as a restore does. */
export const SET_BACK = `
  select setval(c.oid::regclass, 1, false) from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'S' and n.nspname in ('base', 'sales', 'public') and c.relname <> 'migrations_id_seq'`

/** Makes the tables of {@link everyKind}, by TypeORM's own hand. */
export async function makeEveryKind(
  url: string,
  query: (sql: string) => Promise<unknown>,
): Promise<void> {
  await query('create schema base; create schema sales; create sequence by_hand_seq')
  const dataSource = everyKind(url)
  await dataSource.initialize()
  await dataSource.synchronize()
  await dataSource.destroy()
}
