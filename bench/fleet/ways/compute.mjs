import { isMainThread, Worker } from 'node:worker_threads'

/** As long as `apply` takes, about. */
const MILLIS = 600

// As much work for the processor as two sessions of a server, and no database: what the writers feel of this, they share the machine with.
if (isMainThread) {
  const file = new URL(import.meta.url)
  for (let n = 0; n < 2; n += 1) new Worker(file)
} else {
  const end = performance.now() + MILLIS
  while (performance.now() < end);
}
