import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { QueueFullError, SpoolError } from '../../src/tools/errors'
import type { EventQueue } from '../../src/tools/telemetry/event-queue'
import { openSpool, type SpoolOptions } from '../../src/tools/telemetry/spool/open-spool'
import { useFolders } from '../support/folders'
import { useAppenders } from './support/appenders'
import { event, events, uids } from './support/events'
import { Random } from './support/random'

const newFolder = useFolders()
const startAppender = useAppenders()

function open(folder: string, options: Partial<SpoolOptions> = {}) {
  return openSpool({ folder, name: 'events', whenFull: 'reject', ...options })
}

async function drained(queue: EventQueue): Promise<number[]> {
  const all: number[] = []
  for (let some = await queue.take(1000); some.length > 0; some = await queue.take(1000)) {
    all.push(...uids(some))
    await queue.settle(some.length)
  }
  return all
}

function numbers(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index)
}

function entries(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
}

describe('a spool', () => {
  it('gives back what was appended, from memory and from disk, and leaves nothing when all is settled', async () => {
    const folder = newFolder()
    for (const maxQueueSize of [1, 70, 10_000]) {
      const spool = await open(folder, { maxQueueSize, segmentBytes: 3000, whenFull: 'block' })
      await Promise.all(events(200).map((one) => spool.append(one)))
      expect(await spool.take(3)).toEqual(events(3))
      await Promise.all(events(100, 200).map((one) => spool.append(one)))
      expect(spool.size).toBe(300)
      await spool.settle(3)
      expect(await drained(spool)).toEqual(numbers(297, 3))
      expect(spool.size).toBe(0)
      await spool.close()
      expect(entries(folder)).toEqual([])
    }
  })

  it('keeps what is not settled for the next, and does not repeat what is', async () => {
    const folder = newFolder()
    const first = await open(folder)
    await Promise.all(events(10).map((one) => first.append(one)))
    await first.take(8)
    await first.settle(5)
    await first.close()
    const second = await open(folder)
    expect([second.size, second.replayed]).toEqual([5, 5])
    expect(await drained(second)).toEqual([5, 6, 7, 8, 9])
    await second.close()
    expect(entries(folder)).toEqual([])
  })

  it('is of one table: another in the same folder does not take its events', async () => {
    const folder = newFolder()
    const names = ['events', 'event', 'events-0', '"a/b" "ü"', 'x'.repeat(300)]
    for (const [index, name] of names.entries()) {
      const spool = await open(folder, { name })
      await spool.append(event(index))
      await spool.close()
    }
    for (const [index, name] of names.entries()) {
      const spool = await open(folder, { name })
      expect(await drained(spool)).toEqual([index])
      await spool.close()
    }
  })

  it('lets nobody but its user read it', async () => {
    const folder = join(newFolder(), 'new')
    const spool = await open(folder)
    await Promise.all(events(1500).map((one) => spool.append(one)))
    await spool.take(1500)
    await spool.settle(1400)
    const modes = [folder, ...entries(folder).map((name) => join(folder, name))]
      .map((path) => statSync(path))
      .filter((found) => !found.isSocket())
      .map((found) => `${found.isDirectory() ? 'd' : '-'}${(found.mode & 0o777).toString(8)}`)
    expect(modes.sort()).toEqual(['-600', '-600', 'd700', 'd700'])
    await spool.close()
  })

  it('says so where the path of its socket is too long', async () => {
    const folder = join(newFolder(), 'x'.repeat(100))
    const bytes = Buffer.byteLength(folder) + '/0123456789abcdef0123.sock'.length
    const error = await open(folder).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SpoolError)
    expect(error).toHaveProperty(
      'message',
      `Cannot open a spool in "${folder}": the path of its socket has ${String(bytes)} bytes, and systems take 100. No event was touched. Use a folder with a shorter path.`,
    )
  })

  it('says so where its folder cannot be used', async () => {
    const folder = join(newFolder(), 'file')
    writeFileSync(folder, '')
    const error = await open(folder).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SpoolError)
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(
        /^Cannot open a spool in ".*file": EEXIST.* \(EEXIST\)\. What it holds is as it was\. Use a folder that this process may write to\.$/,
      ),
    )
  })

  it('leaves a segment of another version alone, and says so', async () => {
    const folder = newFolder()
    const lane = join(folder, 'events-0123456789abcdef0123')
    mkdirSync(lane)
    writeFileSync(join(lane, 'events-v2-1.log'), 'of a later version')
    const notices: string[] = []
    for (let times = 0; times < 2; times += 1) {
      const spool = await open(folder, { onNotice: (notice) => notices.push(notice) })
      await spool.append(event(1))
      expect(await drained(spool)).toEqual([1])
      await spool.close()
    }
    expect(notices).toHaveLength(2)
    expect(notices[0]).toMatch(
      /^".*events-v2-1\.log" is of another version: it was left as it is\.$/,
    )
    const [left] = entries(folder).filter((name) => name.endsWith('.log'))
    expect(readFileSync(join(folder, left ?? ''), 'utf8')).toBe('of a later version')
  })
})

describe('a spool that is full', () => {
  it('refuses, and names the folder and the reason', async () => {
    const folder = newFolder()
    const spool = await open(folder, { maxBytes: 1000 })
    const results = await Promise.allSettled(events(50).map((one) => spool.append(one)))
    const refused = results.filter((result) => result.status === 'rejected')
    expect(spool.bytes).toBeLessThanOrEqual(1000)
    expect(refused.length).toBeGreaterThan(30)
    expect(refused[0]?.reason).toBeInstanceOf(QueueFullError)
    expect(refused[0]?.reason).toHaveProperty(
      'message',
      `The spool "${folder}" is full: it holds 1000 bytes of events (maxBytes). The event was not kept. Make room, or raise the limit.`,
    )
    expect(await drained(spool)).toEqual(numbers(50 - refused.length))
    await spool.append(event(99))
    expect(await drained(spool)).toEqual([99])
    await spool.close()
  })

  it('lets appends wait until events are settled', async () => {
    const spool = await open(newFolder(), { maxBytes: 1000, whenFull: 'block' })
    const appended = Promise.all(events(300).map((one) => spool.append(one)))
    const all: number[] = []
    while (all.length < 300) {
      all.push(...(await drained(spool)))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await appended
    expect(all).toEqual(numbers(300))
    await spool.close()
  })

  it('refuses an event that would never fit, and those that still wait when it is closed', async () => {
    const spool = await open(newFolder(), { maxBytes: 300, whenFull: 'block' })
    const large = { uid: '1', row: { text: 'x'.repeat(300) } }
    await expect(spool.append(large)).rejects.toThrow('alone is larger than 300 bytes (maxBytes)')
    const results = Promise.allSettled(events(20).map((one) => spool.append(one)))
    await spool.close()
    expect((await results).filter(({ status }) => status === 'rejected').length).toBeGreaterThan(10)
    await expect(spool.append(event(1))).rejects.toBeInstanceOf(SpoolError)
  })
})

const tiny = newFolder()
const reason = mountTiny()
afterAll(() => {
  if (reason === undefined) execFileSync('umount', [tiny])
})

/** Returns why it could not. */
function mountTiny(): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', tiny], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

describe.skipIf(reason !== undefined)(`on a disk that is full (${reason ?? 'mounted'})`, () => {
  it('keeps every event that it said it kept, and goes on when there is room', async () => {
    const spool = await open(tiny, { segmentBytes: 30_000 })
    const kept: number[] = []
    const append = (number: number) => spool.append(event(number)).then(() => kept.push(number))
    const results = await Promise.allSettled(numbers(6000).map(append))
    const refused = results.find((result) => result.status === 'rejected')
    expect(refused?.reason).toHaveProperty(
      'message',
      expect.stringMatching(/^The spool ".*" is full: its disk is: ENOSPC.*Make room/),
    )
    const some = await spool.take(kept.length / 2)
    expect(uids(some)).toEqual(kept.slice(0, some.length))
    await spool.settle(some.length)
    await append(9999)
    expect(await drained(spool)).toEqual(kept.slice(some.length))
    await spool.close()
    expect(entries(tiny)).toEqual([])
  })

  it('lets appends wait until events are settled', async () => {
    const spool = await open(tiny, { segmentBytes: 30_000, whenFull: 'block' })
    const appended = Promise.all(events(6000).map((one) => spool.append(one)))
    const all: number[] = []
    while (all.length < 6000) {
      all.push(...(await drained(spool)))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await appended
    expect(all).toEqual(numbers(6000))
    await spool.close()
  })
})

describe('a byte that is flipped', () => {
  it('costs one event at most, which is counted; its bytes are kept', async () => {
    const random = new Random(Date.now() | 1)
    let lost = 0
    for (let times = 0; times < 60; times += 1) {
      const folder = newFolder()
      const spool = await open(folder)
      await Promise.all(events(20).map((one) => spool.append(one)))
      await spool.close()
      const [name = ''] = entries(folder).filter((entry) => entry.endsWith('.log'))
      const path = join(folder, name)
      const bytes = readFileSync(path)
      const at = random.below(bytes.length)
      const before = bytes[at] ?? 0
      bytes[at] = before ^ (1 + random.below(255))
      writeFileSync(path, bytes)
      const again = await open(folder)
      const back = await drained(again)
      const message = `byte ${String(at)}, ${String(before)} became ${String(bytes[at])}`
      expect(back.length + again.corrupt, message).toBe(20)
      expect(again.corrupt, message).toBeLessThanOrEqual(before === 10 ? 0 : 1)
      expect(again.size, message).toBe(0)
      lost += again.corrupt
      await again.close()
      expect(entries(folder), dirname(path)).toEqual(['events.unreadable'])
    }
    expect(lost).toBeGreaterThan(40)
  })
})

describe('several processes', () => {
  it('lose nothing that was kept when they are killed with -9', async () => {
    const folder = newFolder()
    const random = new Random(Date.now() | 1)
    const kept: number[] = []
    for (let times = 0; times < 10; times += 1) {
      const appender = startAppender(folder, times * 1_000_000)
      await appender.until(1 + random.below(2000))
      await appender.kill()
      kept.push(...appender.kept())
    }
    const spool = await open(folder)
    const back = await drained(spool)
    expect([spool.corrupt, new Set(back).size]).toEqual([0, back.length])
    const found = new Set(back)
    expect(kept.filter((number) => !found.has(number))).toEqual([])
    // In order, and no more than those whose append was under way.
    expect(back).toEqual([...back].sort((one, other) => one - other))
    expect(back.length - kept.length).toBeLessThanOrEqual(80)
    await spool.close()
    expect(entries(folder).filter((name) => name !== 'events.unreadable')).toEqual([])
  })

  it('share a folder: each has its own events, and of those of a dead one each is taken by one', async () => {
    const folder = newFolder()
    const dead = [startAppender(folder, 0, 500), startAppender(folder, 1000, 500)]
    const living = startAppender(folder, 2000, 500)
    for (const appender of [...dead, living]) await appender.until(500)
    for (const appender of dead) await appender.kill()
    const spools = await Promise.all([open(folder), open(folder), open(folder)])
    const back = (await Promise.all(spools.map(drained))).flat()
    expect(back.sort((one, other) => one - other)).toEqual([...numbers(500), ...numbers(500, 1000)])
    expect(spools.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(1000)
    await living.kill()
    expect(await Promise.all(spools.map((spool) => spool.adopt()))).toEqual(
      expect.arrayContaining([500, 0, 0]),
    )
    expect((await Promise.all(spools.map(drained))).flat()).toEqual(numbers(500, 2000))
    for (const spool of spools) await spool.close()
    expect(entries(folder)).toEqual([])
  })

  it('do not take the events of one that is suspended', async () => {
    const folder = newFolder()
    const appender = startAppender(folder, 0, 50)
    await appender.until(50)
    appender.child.kill('SIGSTOP')
    const spool = await open(folder)
    expect(await drained(spool)).toEqual([])
    await appender.kill()
    expect(await spool.adopt()).toBe(50)
    expect(await drained(spool)).toEqual(numbers(50))
    await spool.close()
  })
})
