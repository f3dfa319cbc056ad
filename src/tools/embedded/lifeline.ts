import { spawn } from 'node:child_process'

/** SIGINT asks PostgreSQL for a fast shutdown: sessions are ended, a checkpoint is written. */
const WATCH = `
  process.stdin.on('end', () => { try { process.kill(Number(process.argv[1]), 'SIGINT') } catch {} })
  process.stdin.resume()
`

/**
 * Ends the server `pid` when this process ends, however it ends: a helper process holds the other end of a pipe, which the
 * operating system closes even after SIGKILL or `process.exit` (which TypeORM's command line calls, with no time for a handler).
 */
export function holdLifeline(pid: number): void {
  const watcher = spawn(process.execPath, ['-e', WATCH, String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  })
  watcher.unref()
  // The pipe must stay open, and must not keep our own event loop alive.
  ;(watcher.stdin as unknown as { unref(): void }).unref()
}
