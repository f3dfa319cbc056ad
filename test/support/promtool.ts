import { spawnSync } from 'node:child_process'

/**
 * Returns what promtool has to say against its input: nothing where it finds no fault. Where it is not installed there is nothing to ask; .ci/run
 * brings it.
 */
export function complaints(args: readonly string[], input = ''): string {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  if (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
  // `check metrics` is silent where all is well; the others say what they checked.
  return status === 0 && stderr === '' ? '' : `${stdout}${stderr}`
}
