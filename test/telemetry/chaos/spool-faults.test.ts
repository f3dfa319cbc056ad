import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { QueueFullError, type TelemetryWriter } from 'typeorm-resync'
import { useFolders } from '../../support/folders'
import { Random } from '../support/random'
import { until } from '../support/until'
import { useAway } from './away'
import { accepting, startWriter } from './killing'
import { chaosEvent, readLetters } from './story'

const away = useAway()
const newFolder = useFolders()

/** A process that ends while the server is away: what it has accepted stays in the spool. */
async function leave(writer: TelemetryWriter): Promise<void> {
  await writer.shutdown({ timeoutMillis: 0 })
  await away.gate.open()
}

function recordAll(writer: TelemetryWriter, count: number, from = 0): Promise<string>[] {
  return Array.from({ length: count }, (_, n) => writer.record(chaosEvent('run-1', from + n)))
}

/** Returns the uids of those that were accepted, and the errors of those that were not. */
async function outcomes(records: readonly Promise<string>[]) {
  const settled = await Promise.allSettled(records)
  const uids = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const errors = settled.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  )
  return { uids: new Set(uids), errors }
}

function segmentsIn(spool: string): string[] {
  const files = readdirSync(spool, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.log')).map((file) => join(spool, file))
}

/** Damage to the last records that a process wrote cannot be told for certain from a write that it never acknowledged: the property test of the spool is about that. */
const LAST_RECORDS = 2_000

/** Changes single bytes of the spool's segments, each at another place. */
function flip(spool: string, flips: number, random: Random): void {
  const files = segmentsIn(spool)
  const places = new Set<string>()
  while (places.size < flips) {
    const file = files[random.below(files.length)] ?? ''
    const bytes = readFileSync(file)
    const isLast = files.every((other) => other <= file)
    const at = random.below(bytes.length - (isLast ? LAST_RECORDS : 0))
    const place = `${file} ${String(at)}`
    if (places.has(place)) continue
    places.add(place)
    bytes[at] = (bytes[at] ?? 0) ^ (1 + random.below(255))
    writeFileSync(file, bytes)
  }
}

describe('events that are in the spool while the server is away', () => {
  it.each([1, 1, 2, 5, 20, 60])(
    'are written or counted as corrupt, at most one for each byte that is damaged: %i of them',
    async (flips) => {
      const spool = newFolder()
      const seed = randomInt(1, 2 ** 31)
      const writer = await away.newWriter({ spool, maxSpoolBytes: 1_600_000 })
      await away.gate.shut()
      const { uids } = await outcomes(recordAll(writer, 1_500))
      await leave(writer)
      expect(segmentsIn(spool).length).toBeGreaterThan(1)
      flip(spool, flips, new Random(seed))

      const next = await away.newWriter({ spool })
      await next.flush()
      const written = await away.written()
      const { corrupt, queued } = next.stats()
      const lost = [...uids].filter((uid) => !written.uids.has(uid)).length
      expect({ seed, rows: written.rows, corrupt, queued }).toEqual({
        seed,
        rows: uids.size - lost,
        corrupt: lost,
        queued: 0,
      })
      expect(lost).toBeLessThanOrEqual(flips)
      expect(written.summed).toBe(written.failures)
      expect(written.detections).toBe(written.detectable)
      await next.shutdown()

      const last = await away.newWriter({ spool })
      await last.flush()
      expect(last.stats()).toMatchObject({ accepted: 0, corrupt: 0, queued: 0 })
      await last.shutdown()
    },
  )

  it('wait while it holds as many bytes as it may, and none is lost', async () => {
    const spool = newFolder()
    const writer = await away.newWriter({ spool, maxSpoolBytes: 100_000 })
    await away.gate.shut()
    const records = recordAll(writer, 1_000)
    await until(() => writer.stats().accepted > 0)
    await expect(isIdle(writer)).resolves.toBe(true)
    expect(writer.stats().accepted).toBeLessThan(1_000)
    await away.gate.open()
    const { uids, errors } = await outcomes(records)
    expect(errors).toEqual([])
    await writer.flush()
    expect((await away.written()).uids).toEqual(uids)
    expect((await away.written()).rows).toBe(1_000)
    await writer.shutdown()
  })

  it('are refused while it holds as many bytes as it may, and those that were are not in the table', async () => {
    const spool = newFolder()
    const options = { spool, maxSpoolBytes: 100_000, whenFull: 'reject' as const }
    const writer = await away.newWriter(options)
    await away.gate.shut()
    const { uids, errors } = await outcomes(recordAll(writer, 1_000))
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.filter((error) => !(error instanceof QueueFullError))).toEqual([])
    expect(uids.size + errors.length).toBe(1_000)
    await leave(writer)

    const next = await away.newWriter(options)
    await next.flush()
    const written = await away.written()
    expect(written.uids).toEqual(uids)
    expect(written.rows).toBe(uids.size)
    await next.shutdown()
  })
})

/** Tells, after a while, whether nothing more was accepted in it. */
async function isIdle(writer: TelemetryWriter): Promise<boolean> {
  let before = -1
  await until(async () => {
    const { accepted } = writer.stats()
    if (accepted === before) return true
    before = accepted
    await new Promise((resolve) => setTimeout(resolve, 300))
    return false
  })
  return writer.stats().accepted === before
}

describe('two processes that share a spool', () => {
  it('of which one is killed write each event once: who comes after takes over what it left', async () => {
    const spool = newFolder()
    const folder = newFolder()
    const argsOf = (name: string, events: number) => ({
      url: away.url(),
      spool,
      acknowledged: join(folder, name),
      run: `run-${name}`,
      events,
    })
    const killed = startWriter(argsOf('killed', 1_000_000))
    const other = startWriter(argsOf('other', 3_000))
    await accepting(killed, join(folder, 'killed'))
    await accepting(other, join(folder, 'other'))
    killed.child.kill('SIGKILL')
    await killed.closed
    const restarted = startWriter(argsOf('restarted', 500))
    for (const { closed } of [other, restarted]) {
      expect(await closed).toMatchObject({ code: 0, signal: null })
    }
    const written = await away.written()
    const lines = ['killed', 'other', 'restarted'].flatMap((name) =>
      readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1),
    )
    const letters = readLetters(join(spool, 'dead-letters.jsonl'))
    const ended = new Set([...written.uids, ...letters])
    expect(lines.length).toBeGreaterThan(3_500)
    expect(lines.map((line) => line.slice(0, 36)).filter((uid) => !ended.has(uid))).toEqual([])
    expect(ended.size).toBe(written.rows + letters.length)
    expect(written.summed).toBe(written.failures)
    expect(readdirSync(spool)).toEqual(['dead-letters.jsonl'])
  })
})

describe('poison events among good ones', () => {
  it('are each a dead letter once, though the process is killed with -9 three times before it notes that they are settled', async () => {
    const spool = newFolder()
    const folder = newFolder()
    const argsOf = (name: string, events: number) => ({
      url: away.url(),
      spool,
      acknowledged: join(folder, name),
      run: `run-${name}`,
      events,
    })
    for (const name of ['one', 'two', 'three']) {
      const writer = startWriter(argsOf(name, 1_000_000), 'letters:after:2')
      expect(await writer.closed).toMatchObject({ signal: 'SIGKILL' })
    }
    const { out, ...end } = await startWriter(argsOf('last', 300)).closed
    expect(end).toEqual({ code: 0, signal: null })
    expect(JSON.parse(out.replace('ready\n', ''))).toMatchObject({ queued: 0, corrupt: 0 })
    const written = await away.written()
    const letters = readLetters(join(spool, 'dead-letters.jsonl'))
    const lines = readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1),
    )
    expect(letters).toHaveLength(new Set(letters).size)
    expect(letters.filter((uid) => written.uids.has(uid))).toEqual([])
    const isThere = (line: string) =>
      line.endsWith(' poison')
        ? letters.includes(line.slice(0, 36))
        : written.uids.has(line.slice(0, 36))
    expect(lines.filter((line) => !isThere(line))).toEqual([])
    expect(written.rows).toBe(written.uids.size)
  })
})
