import { describe, expect, it } from 'vitest'
import { npm } from '../support/run'

const SECTIONS = ['fleet', 'fleet-writers', 'race', 'startup', 'guard', 'writer', 'logs']

/** Returns the cells of the line that begins with `name`. */
function cells(out: string, name: string): string[] {
  const line = out.split('\n').find((one) => one.startsWith(name)) ?? ''
  return line.split(/ {2,}/)
}

describe('npm run bench -- --quick', () => {
  it('runs every benchmark, and prints what it found', async () => {
    const { exitCode, out, err } = await npm('bench', ['--quick'])
    expect({ exitCode, err }).toMatchObject({ exitCode: 0 })
    const found = [...out.matchAll(/made by npm run bench -- (\S+)\.$/gm)].map(([, name]) => name)
    expect(found).toEqual(SECTIONS)
    expect(cells(out, 'typeorm-resync apply').at(-1)).toBe('0')
    const [beside] = out.split('beside 8 writers').slice(1)
    expect(cells(beside ?? '', 'typeorm-resync apply')[2]).toBe('0')
  }, 300_000)

  it('knows its sections', async () => {
    const { exitCode, err } = await npm('bench', ['--quick', 'fleets'])
    expect(exitCode).toBe(2)
    expect(err).toContain('There is no benchmark "fleets". There are: fleet, fleet-writers, race')
  })
})
