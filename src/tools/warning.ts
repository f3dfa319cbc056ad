/** The part of TypeORM's logger that we need. */
export interface WarningLogger {
  log(level: 'warn', message: string): unknown
}

/** TypeORM's own loggers print a warning only where the option `logging` asks for it. */
interface SelectiveLogger {
  isLogEnabledFor(level: 'warn'): boolean
}

/** Gives a warning to a logger; where that would keep it to itself, to the process, which prints it to stderr or to who listens for `warning`. */
export function warn(logger: WarningLogger | undefined, message: string): void {
  try {
    if (logger && listens(logger)) {
      logger.log('warn', message)
      return
    }
  } catch {
    // A logger of the application's own; its failure is not ours.
  }
  process.emitWarning(message, 'TypeormResyncWarning')
}

function listens(logger: WarningLogger): boolean {
  const { isLogEnabledFor } = logger as Partial<SelectiveLogger>
  return isLogEnabledFor === undefined || isLogEnabledFor.call(logger, 'warn')
}
