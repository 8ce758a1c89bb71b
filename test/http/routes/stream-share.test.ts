import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createStreamShare } from '../../../src/http/routes/stream-share.ts'
import { createSilentLog } from '../../support/silent-log.ts'

it('one token carries ten streams; one more closes the oldest of the same token and nobody else', () => {
  const share = createStreamShare(createSilentLog())
  const other = new PassThrough()
  share.add('desk-b', other)
  const streams = Array.from({ length: 12 }, () => new PassThrough())
  for (const stream of streams) share.add('desk-a', stream)
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([
    true,
    true,
    ...Array.from({ length: 10 }, () => false),
  ])
  expect(other.destroyed).toBe(false)
  expect(share.mayReplace('desk-a')).toBe(true)
  expect(share.mayReplace('desk-b')).toBe(false)
})
