import { describe, expect, it } from 'vitest'
import { surveyEntities } from '../../src/tools/metadata/generated-columns'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { everyKind, makeEveryKind } from '../support/every-kind'

const database = useDatabase()

const SHARED = { sharedBy: ['Bird', 'Parrot'] }
const ALONE = { sharedBy: [] }

describe('discovery', () => {
  it('finds every generated column once, with its schema, prefix and naming, and says why it passes over the rest', async () => {
    expect(await surveyEntities(everyKind(database.url))).toEqual({
      generated: [
        ['Animal', 'base', 'app_animal', 'ID', 'increment', SHARED],
        ['Animal', 'base', 'app_animal', 'RING', 'increment', SHARED],
        ['Invoice', 'base', 'app_invoice', 'ID', 'identity', { sharedBy: ['InvoiceTotal'] }],
        ['Receipt', 'base', 'app_receipt', 'ID', 'identity', ALONE],
        ['Category', 'base', 'app_category', 'ID', 'increment', ALONE],
        ['Order', 'sales', 'app_order', 'ID', 'increment', ALONE],
        ['Order', 'sales', 'app_order', 'STAMP_NO', 'increment', ALONE],
        ['ByHand', 'base', 'app_by_hand', 'ID', 'default', ALONE],
        ['Label', 'base', 'app_label', 'ID', 'increment', ALONE],
      ].map(([entity, schema, table, column, strategy, shared]) => ({
        entity,
        schema,
        table,
        column,
        strategy,
        ...(shared as object),
      })),
      passedOver: [
        { entity: 'Token', reason: 'key ID is a uuid' },
        { entity: 'Country', reason: 'key CODE is given by the application' },
        { entity: 'Overview', reason: 'a view' },
        {
          entity: 'app_order_categories_category',
          reason: 'a join table, with the keys of what it joins',
        },
        {
          entity: 'app_category_closure',
          reason: 'the closure table of a tree, with the keys of what it joins',
        },
      ],
    })
  })

  it('finds what PostgreSQL has once TypeORM has made the tables', async () => {
    await makeEveryKind(database.url, (sql) => database.query(sql))
    const { generated } = await surveyEntities(everyKind(database.url))
    expect(
      generated.map(({ schema = '', table, column }) => `${schema}.${table}.${column}`).sort(),
    ).toEqual(
      (
        await database.query<{ found: string }>(
          `select concat_ws('.', table_schema, table_name, column_name) as found from information_schema.columns
            where table_schema in ('base', 'sales') and (column_default like 'nextval%' or is_identity = 'YES') order by 1`,
        )
      ).map(({ found }) => found),
    )
  })

  it('prints both, as a table or as JSON', async () => {
    const args = ['generate', '--list', '-d', 'test/fixtures/data-source.ts']
    expect(await resync(args)).toEqual({
      exitCode: 0,
      out: `ENTITY       COLUMN                      GENERATED  SHARED BY
UserAccount  app.user_account.id         increment
UserAccount  app.user_account.ticket_no  increment
Content      content.id                  identity   Photo

PASSED OVER  WHY
Session      key id is a uuid
Country      key code is given by the application
Overview     a view

3 generated columns; 3 entities passed over.`,
      err: '',
    })
    const { out } = await resync([...args, '--format', 'json'])
    expect(JSON.parse(out)).toMatchObject({
      generated: [{ entity: 'UserAccount', column: 'id' }, { column: 'ticket_no' }, {}],
      passedOver: [{ entity: 'Session', reason: 'key id is a uuid' }, {}, {}],
    })
  })
})
