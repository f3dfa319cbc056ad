import { createRequire } from 'node:module'
import type * as OpenTelemetry from '@opentelemetry/api'

/** The name under which this library measures. */
export const SCOPE = 'typeorm-resync'

/** Says what became of what is counted. */
export const OUTCOME = 'typeorm_resync.outcome'

/** Returns what is said of all that concerns a table, by OpenTelemetry's semantic conventions for databases. */
export function attributesOf(table: string) {
  return { 'db.system.name': 'postgresql', 'db.collection.name': table }
}

/** Returns `@opentelemetry/api` where the application has it installed. An optional peer: not every application measures. */
export function openTelemetry(): typeof OpenTelemetry | undefined {
  try {
    return createRequire(__filename)('@opentelemetry/api') as typeof OpenTelemetry
  } catch {
    return undefined
  }
}
