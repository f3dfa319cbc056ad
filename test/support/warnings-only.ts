import type { Logger } from 'typeorm'

/** Returns a logger of TypeORM that keeps its warnings in a list, and prints nothing. */
export function warningsOnly(warnings: string[]): Logger {
  const nothing = () => undefined
  return {
    log: (level, message) => {
      if (level === 'warn') warnings.push(String(message))
    },
    logQuery: nothing,
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
  }
}
