import { expect, it } from 'vitest'
import { createRingThrottle } from '../../src/live/ring-throttle.ts'
import { waitUntil } from '../support/wait-until.ts'

it('the throttle sends the first ring at once and everything during it as one more', async () => {
  const sent: string[] = []
  const arrivals: (() => void)[] = []
  const ring = createRingThrottle(
    (channel) =>
      new Promise((resolve) => {
        sent.push(channel)
        arrivals.push(resolve)
      }),
  )
  ring('journal')
  ring('journal')
  ring('journal')
  ring('alert-events')
  expect(sent).toEqual(['journal', 'alert-events'])
  arrivals[0]?.()
  await waitUntil('the second of its channel', () => sent.length === 3)
  expect(sent[2]).toBe('journal')
  arrivals[2]?.()
  await Promise.resolve()
  expect(sent).toHaveLength(3)
})
