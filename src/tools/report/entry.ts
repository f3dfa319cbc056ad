import { isResolved } from '../catalog/sequence-column'
import { explainColumn } from '../sequences/explain'
import { sequenceName } from '../sequences/names'
import { rangeEnd } from '../sequences/position'
import { usableRange } from '../catalog/range'
import { collisionOf } from './collision'
import { aboutDays } from './duration'
import type { Fix } from './fix'
import type { Forecast } from '../history/forecast'
import type { ReportColumn } from './report'
import { visible } from './visible'

/** A column as the page shows it: texts and numbers that are only to be put in their places, by the page's script as by what writes the page. What is not known is left out. */
export interface Entry {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly entity?: string | undefined
  readonly sequence?: string | undefined
  readonly binding: string
  readonly verdict: string
  /** One line that is shown without asking. */
  readonly line?: string | undefined
  readonly explanation?: string | undefined
  readonly next?: string | undefined
  readonly max?: string | undefined
  readonly gap?: string | undefined
  /** How far the next value is on the way to the highest, 0 to 100. */
  readonly way?: number | undefined
  readonly headroom?: number | undefined
  readonly end?: string | undefined
  readonly collision?: { readonly text: string; readonly note: string; readonly draws?: string }
  readonly days?: number | undefined
  readonly daysText?: string | undefined
  readonly faults?: readonly string[] | undefined
  readonly causes?: readonly ShownCause[] | undefined
  readonly fix?: Fix | undefined
  /** The names as they are, where they are shown otherwise; for the search. */
  readonly raw?: string | undefined
}

interface ShownCause {
  readonly kind: string
  readonly summary: string
  readonly confidence: string
  readonly evidence: readonly { readonly source: string; readonly text: string }[]
  readonly remedy: string
}

/** Returns a column as the page shows it. */
export function entryOf(
  column: ReportColumn,
  forecast: Forecast | undefined,
  fix: Fix | null,
): Entry {
  const { schema, table, verdict, faults } = column
  const explanation = explainColumn(column)
  const raw = `${schema}.${table}.${column.column}`
  const collision = collisionOf(column, forecast)
  const days = forecast?.daysLeft ?? undefined
  return {
    schema: visible(schema),
    table: visible(table),
    column: visible(column.column),
    entity: column.entity === null ? undefined : visible(column.entity),
    sequence: column.sequence ? visible(sequenceName(column.sequence)) : undefined,
    binding: column.binding,
    verdict,
    line: shown(line(column)),
    explanation: shown(explanation),
    next: text(column.nextValue),
    max: text(column.columnMax),
    gap: text(column.gap),
    way: way(column),
    headroom: column.headroom ?? undefined,
    end: text(column.end),
    ...(collision && {
      collision: {
        text: collision.text,
        note: collision.note,
        ...(collision.draws !== null && { draws: String(collision.draws) }),
      },
    }),
    days,
    daysText: days === undefined ? undefined : aboutDays(days),
    faults: faults.length === 0 ? undefined : faults.map(({ message }) => visible(message)),
    causes: column.causes?.map((cause) => ({
      kind: cause.kind,
      summary: visible(cause.summary),
      confidence: cause.confidence,
      evidence: cause.evidence.map(({ source, text }) => ({
        source: visible(source),
        text: visible(text),
      })),
      remedy: visible(cause.remedy),
    })),
    fix: fix === null ? undefined : 'refusal' in fix ? { refusal: visible(fix.refusal) } : fix,
    raw: visible(raw) === raw ? undefined : raw,
  }
}

function line({ verdict, reason, causes, faults }: ReportColumn): string | null {
  if (verdict === 'unknown') return reason
  if (verdict === 'behind') return causes?.[0]?.summary ?? null
  return faults[0]?.message ?? null
}

function shown(sentence: string | null): string | undefined {
  return sentence === null ? undefined : visible(sentence)
}

function text(value: bigint | null): string | undefined {
  return value === null ? undefined : String(value)
}

/** Measured from where the range begins. */
function way(column: ReportColumn): number | undefined {
  const { verdict, nextValue, columnMax } = column
  if (verdict !== 'behind' || !isResolved(column)) return undefined
  if (nextValue === null || columnMax === null) return undefined
  const { min, max } = usableRange(column)
  const start = rangeEnd(column) === max ? min : max
  const whole = columnMax - start
  if (whole === 0n) return 0
  return Math.min(100, Math.max(0, Number(((nextValue - start) * 1000n) / whole) / 10))
}
