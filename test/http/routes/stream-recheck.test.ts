import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { OperatingError, RefusedInput } from '../../../src/errors.ts'
import { recheckToken } from '../../../src/http/routes/stream-recheck.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'

it('a stream outlives a database that is away, and ends when its token is refused', async () => {
  const stream = new PassThrough()
  let checkCount = 0
  let failure: Error | null = new OperatingError('database-unavailable')
  recheckToken(stream, {
    log: createSilentLog(),
    doorbell: createLocalDoorbell({ log: createSilentLog() }),
    everyMs: 5,
    authenticate: async () => {
      checkCount += 1
      if (failure !== null) throw failure
      return await Promise.resolve()
    },
  })
  await waitUntil('three faults', () => checkCount >= 3)
  failure = new Error('something else')
  const faultCount = checkCount
  await waitUntil('three more', () => checkCount >= faultCount + 3)
  expect(stream.destroyed).toBe(false)
  failure = null
  const answeredCount = checkCount
  await waitUntil('answers', () => checkCount >= answeredCount + 2)
  expect(stream.destroyed).toBe(false)
  failure = new RefusedInput('unauthenticated')
  await waitUntil('the end', () => stream.destroyed)
})
