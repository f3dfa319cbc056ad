import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Hit } from '../../src/tools/logs/hit'
import { LogPump } from '../../src/tools/logs/log-pump'
import { ROOT } from '../support/run'

const FOLDER = join(ROOT, 'test/fixtures/logs')
const ENGLISH = readFileSync(join(FOLDER, 'en-15.log'))
const GERMAN = readFileSync(join(FOLDER, 'de-15-latin1.log'))
const CSV = Buffer.from(
  ['a', 'b,c', 'say ""x""\nand\n2026']
    .map(
      (statement, index) =>
        `2026-11-23 10:0${String(index)}:00.000 UTC,"app","shop",123,"127.0.0.1:5",65.1,1,"INSERT",2026-11-23 10:00:00 UTC,3/4,0,ERROR,23505,"duplicate key value violates unique constraint ""k${String(index)}""","Key (id)=(1) already exists.",,,,,"${statement}",,,"web","client backend",,0\n`,
    )
    .join(''),
)
const JSON_LINES = Buffer.from(
  ['a', 'b "23505"']
    .map(
      (statement) =>
        `${JSON.stringify({ timestamp: '2026-11-23 10:00:00.000 UTC', pid: 23505, error_severity: 'ERROR', state_code: '23505', message: 'duplicate key value violates unique constraint "k"', statement, application_name: 'web' })}\n`,
    )
    .join(''),
)

function read(bytes: Buffer, chunk: number, template?: string) {
  const hits: Hit[] = []
  const pump = new LogPump((hit) => hits.push(hit), template, chunk)
  pump.take(bytes)
  pump.end()
  return { hits, lines: pump.counts().lines, skipped: [...pump.counts().skipped] }
}

describe.each([
  ['stderr', ENGLISH, 3],
  ['stderr in LATIN1', GERMAN, 3],
  ['csvlog', CSV, 3],
  ['jsonlog', JSON_LINES, 2],
])('%s', (_, whole, expected) => {
  it('gives the same for every size of its pieces', () => {
    const all = read(whole, 1 << 20)
    expect(all.hits).toHaveLength(expected)
    for (let chunk = 1; chunk < 200; chunk += 1) expect(read(whole, chunk)).toEqual(all)
    // Beyond what the format is found from, so that pieces meet a pump at work.
    const long = Buffer.concat(
      Array.from({ length: Math.ceil(140_000 / whole.length) }, () => whole),
    )
    const many = read(long, 1 << 20)
    for (const chunk of [997, 4_096, 65_537]) expect(read(long, chunk)).toEqual(many)
    expect(many.hits).toHaveLength((long.length / whole.length) * expected)
  })

  it('never has more than there are, wherever it is cut at its end', () => {
    for (let end = 0; end <= whole.length; end += 1) {
      expect(read(whole.subarray(0, end), 1 << 20).hits.length).toBeLessThanOrEqual(expected)
    }
  })

  it('never fails, nor has more, when bytes of it are lost or spoilt', () => {
    const damage = fc.record({
      at: fc.nat(whole.length),
      length: fc.nat(80),
      by: fc.uint8Array({ maxLength: 20 }),
    })
    fc.assert(
      fc.property(damage, fc.integer({ min: 1, max: 5_000 }), ({ at, length, by }, chunk) => {
        const spoilt = Buffer.concat([whole.subarray(0, at), by, whole.subarray(at + length)])
        expect(read(spoilt, chunk).hits.length).toBeLessThanOrEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})

describe('any bytes', () => {
  it('never fail, with any log_line_prefix', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '23505',
          ',23505,"',
          '"state_code":"23505"',
          '\n',
          '\t',
          '"',
          ' ERROR:  ',
          '2026-11-23 10:00:00.000 UTC',
          '{"timestamp":"',
          'duplicate key value violates unique constraint "',
        )
        .map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.integer({ min: 1, max: 300 }),
        fc.option(
          fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('%m %e ', '%q%e', '%%%-5e(%a')),
          { nil: undefined },
        ),
        (pieces, chunk, template) => {
          const bytes = Buffer.concat(pieces)
          const { lines } = read(bytes, chunk, template)
          const newlines = bytes.filter((byte) => byte === 10).length
          expect(lines).toBe(newlines + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0))
        },
      ),
      { numRuns: 500 },
    )
  })
})
