import { spawn } from 'node:child_process'

/** SIGINT asks PostgreSQL for a fast shutdown: sessions are ended, a checkpoint is written. */
const WATCH = `
  const [pid, ...folders] = process.argv.slice(1)
  const signal = (name) => { try { return process.kill(Number(pid), name) } catch { return false } }
  const removeWhenGone = () => {
    if (signal(0)) return setTimeout(removeWhenGone, 50)
    for (const folder of folders) require('node:fs').rmSync(folder, { recursive: true, force: true })
  }
  process.stdin.on('end', () => { signal('SIGINT'); if (folders.length > 0) removeWhenGone() })
  process.stdin.resume()
`

/**
 * Ends the server `pid` when this process ends, however it ends, and then removes `folders`: a helper process holds the other end
 * of a pipe, which the operating system closes even after SIGKILL or `process.exit` (which TypeORM's command line calls, with no time
 * for a handler).
 */
export function holdLifeline(pid: number, folders: readonly string[]): void {
  const watcher = spawn(process.execPath, ['-e', WATCH, String(pid), ...folders], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  })
  watcher.unref()
  // The pipe must stay open, and must not keep our own event loop alive.
  ;(watcher.stdin as unknown as { unref(): void }).unref()
}
