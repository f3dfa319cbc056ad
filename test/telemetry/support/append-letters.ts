import { openDeadLetters } from '../../../src/tools/telemetry/dead-letters'

/** Appends letters, one by one, of a size that takes several pages. */
async function main([path = '', name = '', count = '0']: readonly string[]): Promise<void> {
  const letters = await openDeadLetters(path)
  for (let at = 0; at < Number(count); at += 1) {
    const event = { text: name.repeat(10_000) }
    const uid = `${name}-${String(at)}`
    await letters.keep([
      { uid, reason: 'no', sqlstate: null, at: '2026-11-23T00:00:00.000Z', event },
    ])
  }
  await letters.close()
}

void main(process.argv.slice(2))
