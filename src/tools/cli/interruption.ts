const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Gives `work` a signal that Ctrl-C or SIGTERM aborts. That is for once: the next one ends the process as ever. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onInterruption?: () => void,
): Promise<T> {
  const interruption = new AbortController()
  const stop = () => {
    unlisten()
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
    unlisten()
  }
}
