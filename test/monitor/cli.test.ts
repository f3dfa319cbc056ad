import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { builtBin } from '../../bench/built'
import { useDatabase } from '../support/database'
import { ROOT } from '../support/run'

const database = useDatabase()

describe('the process of a watch', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says where it serves, and ends by %s with exit code 0',
    async (signal) => {
      await database.query(
        'drop table if exists users; create table users (id serial primary key); insert into users values (9)',
      )
      const args = [builtBin(), 'watch', '--url', database.url, '--port', '0']
      const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
      let out = ''
      let err = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
      const exitCode = await new Promise((resolve) => {
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          err += text
          if (err.includes('Watching') && err.includes('Behind')) child.kill(signal)
        })
        child.on('close', resolve)
      })
      expect([exitCode, out]).toEqual([0, ''])
      expect(err.split('\n').sort()).toEqual([
        '',
        'Behind: "public"."users"."id". Run: typeorm-resync apply --url URL',
        expect.stringMatching(
          /^Watching, every 60s\. See http:\/\/127\.0\.0\.1:\d+\/metrics, \/healthz and \/\.$/,
        ),
      ])
    },
  )
})
