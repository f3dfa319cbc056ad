import { expect, it } from 'vitest'
import type { SpoolFile, SpoolFiles } from '../../src/tools/telemetry/spool/files'
import { NODE_FILES } from '../../src/tools/telemetry/spool/node-files'
import { openSpool } from '../../src/tools/telemetry/spool/open-spool'
import { useFolders } from '../support/folders'
import { event, events, uids } from './support/events'

const newFolder = useFolders()

function ioError(): Error {
  return Object.assign(new Error('the disk failed'), { code: 'EIO' })
}

/** The real files, of which some operations fail so many times. */
function failing(failures: { datasync?: number; truncate?: number; open?: number }): SpoolFiles {
  const fails = (operation: keyof typeof failures) => {
    const left = failures[operation] ?? 0
    failures[operation] = left - 1
    return left > 0
  }
  const spoolFile = (file: SpoolFile): SpoolFile => ({
    ...file,
    datasync: () => (fails('datasync') ? Promise.reject(ioError()) : file.datasync()),
    truncate: (length) => (fails('truncate') ? Promise.reject(ioError()) : file.truncate(length)),
  })
  return {
    ...NODE_FILES,
    create: async (path) => spoolFile(await NODE_FILES.create(path)),
    open: (path) => (fails('open') ? Promise.reject(ioError()) : NODE_FILES.open(path)),
  }
}

it('an event that was refused does not come back where its file could not be cut, and hides none after it', async () => {
  const folder = newFolder()
  const failures = { datasync: 0, truncate: 0 }
  const files = failing(failures)
  const spool = await openSpool({ folder, name: 'events', whenFull: 'reject', files })
  await spool.append(event(0))
  Object.assign(failures, { datasync: 3, truncate: 3 })
  await expect(spool.append(event(1))).rejects.toHaveProperty(
    'message',
    `Cannot write to the spool "${folder}": the disk failed (EIO). The event was not kept. Check the disk.`,
  )
  await spool.append(event(2))
  await spool.close()
  const again = await openSpool({ folder, name: 'events', whenFull: 'reject' })
  expect(uids(await again.take(9))).toEqual([0, 2])
  expect([again.size, again.corrupt]).toEqual([2, 0])
  await again.settle(2)
  await again.close()
})

it('an event whose write failed goes to another file, and is kept once', async () => {
  const folder = newFolder()
  const files = failing({ datasync: 2, truncate: 1 })
  const spool = await openSpool({ folder, name: 'events', whenFull: 'reject', files })
  await spool.append(event(0))
  await spool.close()
  const again = await openSpool({ folder, name: 'events', whenFull: 'reject' })
  expect(uids(await again.take(9))).toEqual([0])
  expect(await again.take(9)).toEqual([])
  await again.close()
})

it('a read that fails loses none of those that were read before it, and is tried again', async () => {
  const folder = newFolder()
  const options = { folder, name: 'events', whenFull: 'reject', segmentBytes: 100 } as const
  const first = await openSpool(options)
  for (const one of events(3)) await first.append(one)
  await first.close()
  const failures = { open: 0 }
  const again = await openSpool({ ...options, files: failing(failures) })
  expect(uids(await again.take(1))).toEqual([0])
  failures.open = 2
  await expect(again.take(9)).rejects.toThrow('the disk failed')
  failures.open = 0
  expect(uids(await again.take(1))).toEqual([1])
  await again.settle(2)
  await again.close()

  const third = await openSpool({ ...options, files: failing(failures) })
  await third.append(event(3))
  expect(uids(await third.take(9))).toEqual([2])
  await third.close()
})

it('events of one file come though the next cannot be read yet', async () => {
  const folder = newFolder()
  const options = { folder, name: 'events', whenFull: 'reject', segmentBytes: 100 } as const
  const first = await openSpool(options)
  for (const one of events(3)) await first.append(one)
  await first.close()
  let opened = 0
  const files: SpoolFiles = {
    ...NODE_FILES,
    open: (path) => {
      opened += path.endsWith('.log') ? 1 : 0
      // The first is the last segment, which is looked at for its end.
      return opened === 3 ? Promise.reject(ioError()) : NODE_FILES.open(path)
    },
  }
  const again = await openSpool({ ...options, files })
  expect(uids(await again.take(9))).toEqual([0])
  expect(uids(await again.take(9))).toEqual([1, 2])
  expect([again.size, again.corrupt]).toEqual([3, 0])
  await again.settle(3)
  await again.close()
})
