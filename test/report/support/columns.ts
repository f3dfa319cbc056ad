import type { Report, ReportColumn } from '../../../src/tools/report/report'
import { verifiedColumn } from '../../support/verified-column'

/** What a column of a report is made from; the rest is as a serial column has it. */
export type Told = Partial<ReportColumn> & Pick<ReportColumn, 'table'>

/** Returns a column of type integer that its sequence is ahead of, except for what is told. */
export function column(told: Told): ReportColumn {
  const schema = told.schema ?? 'public'
  return {
    ...verifiedColumn(),
    schema,
    type: 'int4',
    sequence: sequence(schema, `${told.table}_id_seq`),
    owns: [{ schema, name: `${told.table}_id_seq` }],
    lastValue: 100n,
    nextValue: 101n,
    columnMax: 100n,
    headroom: 99.99,
    end: 2147483647n,
    ...told,
  }
}

/** Returns a column that is behind by so many values. */
export function behind(told: Told & { readonly nextValue: bigint; readonly gap: bigint }) {
  const columnMax = told.nextValue + told.gap - 1n
  return column({
    verdict: 'behind',
    reason: `next value ${String(told.nextValue)}, highest value ${String(columnMax)}`,
    lastValue: told.nextValue - 1n,
    columnMax,
    firstTaken: told.nextValue,
    ...told,
  })
}

/** Returns a column that cannot be told. */
export function unknown(told: Told & { readonly reason: string }): ReportColumn {
  return column({
    verdict: 'unknown',
    lastValue: null,
    isCalled: null,
    nextValue: null,
    columnMax: null,
    gap: null,
    headroom: null,
    end: null,
    ...told,
  })
}

/** Returns a report of these columns. */
export function reportOf(columns: readonly ReportColumn[], rest: Partial<Report> = {}): Report {
  return {
    server: {
      database: 'shop',
      role: 'app',
      version: '18.4',
      description: 'PostgreSQL 18.4',
      inRecovery: false,
      readOnly: false,
    },
    checkedAt: new Date('2027-03-04T05:06:07Z'),
    columns,
    missing: [],
    ...rest,
  }
}

/** Returns a sequence as `serial` makes it. */
export function sequence(schema: string, name: string): NonNullable<ReportColumn['sequence']> {
  return {
    oid: '16400',
    schema,
    name,
    owner: 'app',
    owned: true,
    increment: 1n,
    minValue: 1n,
    maxValue: 2147483647n,
    cache: 1n,
    cycle: false,
  }
}
