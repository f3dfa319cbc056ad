/** A published application that keeps its data through TypeORM. */
export interface Application {
  readonly name: string
  /** What `npm install` is told. */
  readonly install: readonly string[]
  /** What it says about itself, as expressions for a DataSource. */
  readonly entities: string
  readonly migrations: string
  /** How many entities these are. */
  readonly count: number
  /** Its generated columns: entity, table and column. */
  readonly generated: readonly string[]
  /** JavaScript that inserts a row as the application does, and prints its id. */
  readonly insert: string
  /** Inserts rows that bring their own ids, as a restore does. */
  readonly drift: string
  /** The ids that the first insert gets, and the first after the repair. */
  readonly ids: readonly [first: number, afterwards: number]
  /** The columns that are behind then, and all that a sequence feeds: TypeORM's list of migrations is one more. */
  readonly behind: number
  readonly fed: number
}

export const APPLICATIONS: readonly Application[] = [
  {
    name: '@medusajs/medusa 1.20.11',
    // It names its peers and runs its scripts for more than its entities need.
    install: [
      '--legacy-peer-deps',
      '--ignore-scripts',
      '@medusajs/medusa@1.20.11',
      'typeorm@0.3.20',
      'pg',
    ],
    entities: `['node_modules/@medusajs/medusa/dist/models/*.js']`,
    migrations: `'node_modules/@medusajs/medusa/dist/migrations/*.js'`,
    count: 82,
    generated: [
      'Country country id',
      'DraftOrder draft_order display_id',
      'Order order display_id',
    ],
    insert: `
      const { DraftOrder } = require('@medusajs/medusa/dist/models/draft-order')
      const dataSource = require('./data-source.js')
      dataSource.initialize().then(async () => {
        const { display_id } = await dataSource.manager.save(new DraftOrder())
        await dataSource.destroy()
        console.log(display_id)
      })`,
    drift: `
      insert into draft_order (id, display_id) select 'dorder_' || n, n from generate_series(2, 40) n;
      insert into country (id, iso_2, iso_3, num_code, name, display_name)
      select 250 + n, 'x' || n, 'xx' || n, 1000 + n, 'X' || n, 'X' || n from generate_series(1, 9) n`,
    ids: [1, 41],
    behind: 2,
    fed: 4,
  },
  {
    name: 'typeorm-adapter 1.10.0',
    // It loads mongodb, and does not name it.
    install: ['typeorm-adapter@1.10.0', 'typeorm@1.1.1', 'pg', 'mongodb@7'],
    entities: `[require('typeorm-adapter').CasbinRule]`,
    migrations: '',
    count: 1,
    generated: ['CasbinRule casbin_rule id'],
    insert: `
      const { default: TypeORMAdapter, CasbinRule } = require('typeorm-adapter')
      const options = { type: 'postgres', url: process.env.DATABASE_URL }
      TypeORMAdapter.newAdapter(options).then(async (adapter) => {
        await adapter.addPolicy('p', 'p', ['alice', 'data1', 'read'])
        const [{ id }] = await CasbinRule.find({ order: { id: 'DESC' }, take: 1 })
        await adapter.close()
        console.log(id)
      })`,
    drift: `insert into casbin_rule (id, ptype, v0, v1, v2) select n, 'p', 'bob', 'data' || n, 'write' from generate_series(2, 40) n`,
    ids: [1, 41],
    behind: 1,
    fed: 2,
  },
]
