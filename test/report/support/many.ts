import type { History } from '../../../src/tools/history/point'
import type { ReportColumn } from '../../../src/tools/report/report'
import { behind, column, unknown } from './columns'

const WORDS = ['account', 'booking', 'customer', 'delivery', 'event', 'invoice', 'payment', 'user']

/** What a database of many tenants might look like: of a hundred columns one is behind, one unknown, one faulty. */
export function manyColumns(count: number, schemas = 40): ReportColumn[] {
  return Array.from({ length: count }, (_, n) => {
    const schema = `tenant_${String(n % schemas).padStart(3, '0')}`
    const table = `${WORDS[n % WORDS.length] ?? 'table'}_${String(n).padStart(5, '0')}`
    const named = { schema, table }
    if (n % 100 === 13) {
      const nextValue = BigInt(1000 + n)
      const gap = BigInt((n * 7919) % 2_000_000) + 1n
      return behind({
        ...named,
        nextValue,
        gap,
        firstTaken: nextValue + BigInt(n % 3) * 12n,
        headroom: 100 - (n % 97),
        causes: n % 300 === 13 ? [RESTORE] : undefined,
      })
    }
    if (n % 100 === 57) {
      return unknown({
        ...named,
        reason: `Cannot read sequence "${schema}"."${table}_id_seq": role "app" lacks SELECT. Run: GRANT SELECT ON SEQUENCE "${schema}"."${table}_id_seq" TO "app"`,
      })
    }
    const nextValue = BigInt(n) * 104_729n + 1n
    const faults =
      n % 100 === 71
        ? [
            {
              kind: 'unowned-sequence',
              message: `Sequence "${schema}"."${table}_id_seq" belongs to no column: it stays when "${schema}"."${table}"."id" is dropped, and pg_get_serial_sequence does not find it.`,
            } as const,
          ]
        : []
    return column({
      ...named,
      nextValue,
      columnMax: nextValue - 1n,
      lastValue: nextValue - 1n,
      headroom: Math.round((100 - (n % 89)) * 100) / 100,
      faults,
    })
  })
}

/** For every other column, that it gave its values evenly for a year. */
export const HISTORY: History = {
  pointsOf({ table }) {
    const at = new Date('2026-03-04T05:06:07Z')
    return Number(table.slice(-5)) % 2 === 1 ? [{ at, nextValue: 1n, columnMax: 0n }] : []
  },
}

const RESTORE = {
  kind: 'restore',
  summary:
    'Many sequences are behind at once: the rows came with a restore, without their sequences.',
  confidence: 'likely',
  evidence: [
    { source: 'catalog', text: '100 of 10000 sequences are behind, 93 of them at their start' },
    { source: 'pg_stat_statements', text: 'COPY tenant_013.invoice_00013 (id, …) ran 3 times' },
  ],
  remedy: 'Restore sequences with their tables, or run after each restore: typeorm-resync apply',
} as const
