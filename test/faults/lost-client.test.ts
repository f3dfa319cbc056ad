import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useOwnServer } from '../support/own-server'
import { ROOT, TSX } from '../support/run'
import { DRAWING, sceneOn, WAITING } from '../support/scene'

const server = useOwnServer()
const scene = sceneOn(server)

/** Starts the command line, and sends it `signal` when `condition` is true; returns how it ended. */
async function struckCli(args: readonly string[], condition: string, signal: NodeJS.Signals) {
  const child = spawn(
    process.execPath,
    ['--import', TSX, join(ROOT, 'src/tools/cli/bin.ts'), ...args],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let printed = ''
  child.stdout.on('data', (text) => (printed += String(text)))
  child.stderr.on('data', (text) => (printed += String(text)))
  const closed = once(child, 'close')
  await scene.until(condition)
  child.kill(signal)
  const [code, by] = (await closed) as [number | null, NodeJS.Signals | null]
  return { end: code ?? by, printed }
}

describe('apply', () => {
  it.each([
    ['SIGKILL', ['SIGKILL']],
    ['SIGINT', ['SIGINT', 130]],
  ] as const)(
    'that gets %s while it draws ends by it; the server ends its session, and a re-run finishes',
    async (signal, ends) => {
      const before = await scene.set(4_000_000)
      const args = ['apply', '--url', scene.roleUrl(), '--schema', 'shop']
      const { end, printed } = await struckCli(args, DRAWING, signal)
      expect(ends).toContain(end)
      expect(printed).toBe('')
      await scene.expectUnharmed(before)
      await scene.expectFinished()
    },
  )

  it('that is killed while it waits for a lock leaves no wait behind', async () => {
    const before = await scene.set(10)
    const holder = await server.connect()
    await holder.query('begin; lock table shop.bookings in access exclusive mode')
    const args = ['apply', '--url', server.current().url, '--schema', 'shop']
    expect(await struckCli(args, WAITING, 'SIGKILL')).toEqual({ end: 'SIGKILL', printed: '' })
    await scene.until(`not ${WAITING}`)
    await holder.query('rollback')
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })
})
