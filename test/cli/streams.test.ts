import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useDatabase } from '../support/database'
import { npx, run } from '../support/run'
import { NO_DISK, useTinyDisks } from '../telemetry/chaos/tiny-disk'

const database = useDatabase()
const newDisk = useTinyDisks()
const NO_ROOM =
  'Cannot write the output: ENOSPC: no space left on device, write. No sequence is lower than before. Run it again with its output elsewhere.\n'

/** Runs a command of the shell, with a table that is behind. */
async function shell(command: string) {
  await database.query(`drop schema public cascade; create schema public;
    create table users (id serial primary key); insert into users values (1), (3)`)
  return run('bash', ['-c', `${npx()}\n${command}`])
}

describe('stdout', () => {
  it.each(['table', 'json'])('on a full disk is said, as %s, and no success', async (format) => {
    expect(
      await shell(`npx typeorm-resync apply --url '${database.url}' --format ${format} >/dev/full`),
    ).toEqual({
      exitCode: 2,
      out: '',
      err: NO_ROOM,
    })
  })

  it.skipIf(NO_DISK)('on a disk that has room for a part of it is said', async () => {
    const { path } = newDisk(4)
    const ran = await shell(
      `npx typeorm-resync apply --dry-run --url '${database.url}' >${join(path, 'plan.sql')}`,
    )
    expect(ran).toEqual({ exitCode: 2, out: '', err: NO_ROOM })
  })

  it('whose reader has gone is no failure', async () => {
    const command = `{ npx typeorm-resync verify --fail-on unknown --url '${database.url}'; echo "exit $?" >&2; } 2>&1 >&3 | grep exit`
    const { out } = await shell(`{ ${command}; } 3> >(exec true)`)
    expect(out).toBe('exit 0\n')
  })
})

describe('stderr', () => {
  it('whose reader has gone is no failure: the exit code is the command’s', async () => {
    // With --debug it is told of from the beginning, and not at the end alone.
    const command = `{ FIXTURE_URL='${database.url}' npx typeorm-resync --debug verify -d test/fixtures/data-source.ts --table users; echo "exit $?"; } 2> >(exec true) | grep exit`
    expect((await shell(command)).out).toBe('exit 1\n')
  })
})
