import { expect, it } from 'vitest'
import { createSilentLog } from '../../src/log.ts'
import { createSweeper } from '../../workers/sweep.ts'
import { waitUntil } from '../support/wait-until.ts'

it('gives every task its turn, whatever another does', async () => {
  const turns = { good: 0, failing: 0, hanging: 0 }
  let release = (): void => {}
  const sweeper = createSweeper({
    log: createSilentLog(),
    sweepMs: 5,
    tasks: [
      {
        title: 'failing',
        run: () => {
          turns.failing += 1
          return Promise.reject(new Error('fails each time'))
        },
      },
      {
        title: 'hanging',
        run: () => {
          turns.hanging += 1
          return new Promise((resolve) => {
            release = resolve
          })
        },
      },
      {
        title: 'good',
        run: () => {
          turns.good += 1
          return Promise.resolve()
        },
      },
    ],
  })
  sweeper.start()
  await waitUntil('five turns', () => turns.good >= 5)
  // One that has not ended is not begun again.
  expect(turns.hanging).toBe(1)
  expect(turns.failing).toBeGreaterThanOrEqual(5)
  expect(sweeper.stats().failureCount).toBeGreaterThanOrEqual(5)
  release()
  await sweeper.stop()
  const after = turns.good
  expect(sweeper.stats().sweptMsAgo).not.toBeNull()
  expect(turns.good).toBe(after)
})
