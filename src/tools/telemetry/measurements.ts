/** What a writer counts. */
export type Counter = 'written' | 'alreadyThere' | 'deadLettered' | 'rejected' | 'retried'

/** Where a writer's numbers go, as OpenTelemetry's instruments take them. */
export interface Measurements {
  add(counter: Counter, count: number): void
  /** One batch: how long it took, in seconds, and how many events of it are written or refused. */
  batch(seconds: number, events: number): void
  /** Has the queue's size read whenever it is wanted; what it returns ends that. */
  observeQueueSize(read: () => number): () => void
}

/** Where nobody measures. */
export const NO_MEASUREMENTS: Measurements = {
  add: () => undefined,
  batch: () => undefined,
  observeQueueSize: () => () => undefined,
}
