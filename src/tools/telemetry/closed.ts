import { WriterClosedError } from '../errors'

/** The error for an event that comes after the end. */
export function closed(): WriterClosedError {
  return new WriterClosedError(
    'Cannot record an event: the writer was shut down. The event was not accepted. Record it before shutdown(), or make another writer.',
  )
}
