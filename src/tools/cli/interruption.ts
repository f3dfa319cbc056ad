const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** So long after the first one, milliseconds, another is its echo: under `npm run` the terminal sends one, and npm another. */
const ECHO_MILLIS = 500

/** Gives `work` a signal that Ctrl-C or SIGTERM aborts. That is for once: the next one ends the process as ever, unless it comes within half a second. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onInterruption?: () => void,
): Promise<T> {
  const interruption = new AbortController()
  const stop = () => {
    if (interruption.signal.aborted) return
    setTimeout(unlisten, ECHO_MILLIS).unref()
    onInterruption?.()
    interruption.abort()
  }
  const unlisten = () => {
    for (const name of SIGNALS) process.removeListener(name, stop)
  }
  for (const name of SIGNALS) process.on(name, stop)
  try {
    return await work(interruption.signal)
  } finally {
    // The echo may come when the work has ended, and what it came to is not yet printed.
    if (!interruption.signal.aborted) unlisten()
  }
}
