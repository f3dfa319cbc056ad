import type { Attended } from '../sequences/progress'
import { interruptible } from './interruption'
import type { Terminal } from './terminal'

/** Gives `work` who looks on: Ctrl-C stops it between two batches, and stderr shows how far it has come. */
export async function attended<T>(
  terminal: Terminal,
  work: (attended: Attended) => Promise<T>,
): Promise<T> {
  const { progressBar } = await import('./output/progress.js')
  const bar = terminal.progress && progressBar(terminal.progress)
  try {
    return await interruptible(
      (signal) => work({ signal, onProgress: bar?.show }),
      () => {
        bar?.end()
        terminal.err('Stopping, once what was begun is done. Ctrl-C again ends it at once.')
      },
    )
  } finally {
    bar?.end()
  }
}
