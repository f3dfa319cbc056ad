import type { Logger } from 'typeorm'
import type { Target } from '../db/session'
import { guardSettings, type GuardOptions, type GuardSettings } from './guard-options'
import { openTelemetryMeasurements, type Measurements } from './measurements'
import { Teller } from './teller'

/** What a guard's parts share. */
export interface GuardParts {
  readonly target: Target
  readonly settings: GuardSettings
  readonly teller: Teller
  readonly measurements: Measurements
}

/** Makes them, of options that were checked. */
export function guardParts(
  target: Target,
  options: GuardOptions,
  logger: Logger | undefined,
): GuardParts {
  const settings = guardSettings(options)
  const warn = (message: string) => {
    try {
      logger?.log('warn', message)
    } catch {
      // There is nobody left to tell.
    }
  }
  return {
    target,
    settings,
    teller: new Teller(settings, warn, settings.now),
    measurements: openTelemetryMeasurements(),
  }
}
