import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scanLogs } from '../../src/tools/logs/scan-logs'
import { constraintIn, WORDINGS } from '../../src/tools/logs/translations'
import { ROOT } from '../support/run'

/**
 * What PostgreSQL 15 wrote in each language that Debian has it in, two encodings where there are two; captured by logs-capture.ts, because the servers
 * that the tests start speak English alone.
 */
const FOLDER = join(ROOT, 'test/fixtures/logs')
const FILES = readdirSync(FOLDER)

describe('a log without SQLSTATEs', () => {
  it('was captured in twelve languages', () => {
    const languages = new Set(FILES.map((file) => file.replace(/-.*/, '')))
    expect([...languages].sort()).toEqual(
      ['de', 'en', 'es', 'fr', 'it', 'ja', 'ka', 'ko', 'ru', 'sv', 'uk', 'zh_CN'].sort(),
    )
  })

  it.each(FILES)(
    'has its duplicates found by the wording, with detail and statement: %s',
    async (file) => {
      for (const chunkSize of [1_048_576, 61]) {
        const scan = await scanLogs([join(FOLDER, file)], { chunkSize, showValues: true })
        expect(scan).toMatchObject({
          total: 3,
          skipped: 0,
          constraints: [
            {
              constraint: 'users_pkey',
              count: 2,
              sample: {
                detail: expect.stringContaining('(id)=(1)') as string,
                statement: expect.stringMatching(
                  /; do \$\$ begin insert into users values \(1\); end \$\$$/,
                ) as string,
              },
            },
            {
              constraint: 'users_email_key',
              count: 1,
              sample: {
                detail: expect.stringContaining('(email)=(a@x)') as string,
                statement: expect.stringMatching(
                  /insert into users \(email\) values \('b@x'\), \('a@x'\)$/,
                ) as string,
              },
            },
          ],
        })
      }
    },
  )

  it('has no value of a user in a sample, whatever the language', async () => {
    for (const file of FILES) {
      const { constraints } = await scanLogs([join(FOLDER, file)])
      const samples = constraints.map(
        ({ sample }) => `${String(sample.detail)} ${String(sample.statement)}`,
      )
      expect(samples.join(' ')).not.toMatch(/@x|\(1\)/)
      expect(samples[0]).toContain('(id)=(…)')
    }
  })
})

describe('a wording', () => {
  it('holds what is looked for, and gives back a name with quotes in it', () => {
    for (const { before, after, needle } of WORDINGS) {
      expect(before + after).toContain(needle)
      expect(constraintIn(`${before}a "b" «c»${after}`)).toBe('a "b" «c»')
      expect(constraintIn(`${before}a${after} and more`)).toBeNull()
    }
  })
})
