import type { Target } from '../db/session'
import { warn, type WarningLogger } from '../warning'
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
  logger: WarningLogger | undefined,
): GuardParts {
  const settings = guardSettings(options)
  return {
    target,
    settings,
    teller: new Teller(
      settings,
      (message) => {
        warn(logger, message)
      },
      settings.now,
    ),
    measurements: openTelemetryMeasurements(),
  }
}
