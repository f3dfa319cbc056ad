import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Metrics } from '../../src/tools/monitor/metrics'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { complaints } from '../support/promtool'
import { ROOT } from '../support/run'
import { verifiedColumn } from '../support/verified-column'

const database = useDatabase()
const server = {
  database: 'd',
  role: 'r',
  version: '18',
  description: 'PostgreSQL',
  inRecovery: false,
  readOnly: false,
}
const checkedAt = new Date('2026-01-01T00:00:00Z')

describe('metrics', () => {
  it('escape hostile names, and have series for the worst columns alone', async () => {
    const metrics = new Metrics(1)
    const table = 'a"b\\c\nd{}'
    const columns = [
      verifiedColumn({ gap: 1n, headroom: 50 }),
      verifiedColumn({ table, gap: 9n, headroom: 5, verdict: 'behind' }),
    ]
    metrics.succeeded({ server, checkedAt, columns, missing: [] }, 1)
    const text = await metrics.text()
    expect(text.split('\n').filter((line) => line.startsWith('typeorm_resync_column_'))).toEqual([
      'typeorm_resync_column_gap_values{schema="public",table="a\\"b\\\\c\\nd{}",column="id"} 9',
      'typeorm_resync_column_headroom_ratio{schema="public",table="a\\"b\\\\c\\nd{}",column="id"} 0.05',
    ])
    expect(complaints(['check', 'metrics'], text)).toBe('')
  })

  it('are all that the alerts and the dashboard ask for', async () => {
    const metrics = new Metrics(1)
    const text = await metrics.text()
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
    for (const file of ['docs/alerts.yml', 'docs/grafana-dashboard.json']) {
      const asked = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/typeorm_resync_\w+/g)].map(
        ([name]) => name.replace(/_bucket$/, ''),
      )
      expect(asked.length).toBeGreaterThan(4)
      expect(asked.filter((name) => !known.has(name))).toEqual([])
    }
    expect(complaints(['check', 'rules', join(ROOT, 'docs/alerts.yml')])).toBe('')
  })
})

describe('verify --format nagios', () => {
  it('is ok, a warning, critical or unknown by its exit code', async () => {
    await database.query('create table users (id smallserial primary key)')
    const args = [
      'verify',
      '--url',
      database.url,
      '--format',
      'nagios',
      '--fail-on',
      'behind,unknown,headroom=10',
    ]
    expect(await resync(args)).toEqual({
      exitCode: 0,
      err: '',
      out: 'SEQUENCES OK - 1 column looked at. | behind=0;;0;0 unknown=0;0;;0 columns=1;;;0 headroom=100%;10:;;0;100',
    })
    await database.query(`select setval('users_id_seq', 32000)`)
    expect(await resync(args)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(
        /^SEQUENCES WARNING - public\.users\.id has 2\.34 % of its range left\. \|/,
      ) as string,
    })
    await database.query(`insert into users values (32010)`)
    expect(await resync(args)).toMatchObject({
      exitCode: 2,
      out: expect.stringMatching(
        /^SEQUENCES CRITICAL - 1 behind: Sequence .* \| behind=1;;0;0 /,
      ) as string,
    })
    const nowhere = await resync([
      'verify',
      '--url',
      'postgres://x:secret@127.0.0.1:1/x',
      '--format',
      'nagios',
    ])
    expect(nowhere).toEqual({
      exitCode: 3,
      err: '',
      out: 'SEQUENCES UNKNOWN - Cannot connect to 127.0.0.1:1: nothing listens there. Nothing was changed.',
    })
    expect(await resync([...args, '--lock-timeout', 'soon'])).toEqual({
      exitCode: 3,
      err: '',
      out: 'SEQUENCES UNKNOWN - Cannot use --lock-timeout "soon": expected a time such as 500ms, 5s or 1min. Nothing was changed.',
    })
  })
})

describe('verify --format prometheus', () => {
  it('prints a page also where it could not run', async () => {
    const ran = await resync([
      'verify',
      '--url',
      'postgres://x@127.0.0.1:1/x',
      '--format',
      'prometheus',
    ])
    expect(ran.exitCode).toBe(2)
    expect(ran.out).toContain('typeorm_resync_up 0\n')
    expect(ran.out).toContain('typeorm_resync_check_errors_total{kind="connection"} 1\n')
  })
})
