import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { builtBin } from '../../bench/built'
import { useOwnServer } from '../support/own-server'
import { ROOT } from '../support/run'
import { DRAWING, sceneOn, WAITING } from '../support/scene'

const server = useOwnServer()
const scene = sceneOn(server)

/** Starts the command line, and sends it `signal` when `condition` is true; returns how it ended. */
async function struckCli(args: readonly string[], condition: string, signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [builtBin(), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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
  const drawing = () => ['apply', '--url', scene.roleUrl(), '--schema', 'shop', '--jobs', '1']

  it('that is killed while it draws leaves a server that ends its session; a re-run finishes', async () => {
    const before = await scene.set(4_000_000)
    expect(await struckCli(drawing(), DRAWING, 'SIGKILL')).toEqual({ end: 'SIGKILL', printed: '' })
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'that gets %s while it draws for the furthest behind finishes that, begins no other, and says so; a re-run finishes',
    async (signal) => {
      const before = await scene.set(4_000_000)
      const { end, printed } = await struckCli(drawing(), DRAWING, signal)
      expect(end).toBe(1)
      expect(printed).toContain('Stopping, once what was begun is done.')
      expect(printed).toContain('1 repaired, 0 unchanged, 0 refused, 2 not begun.')
      expect(printed).toContain('Stopped: 2 sequences still behind. Run it again.')
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
