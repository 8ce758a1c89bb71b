import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRedisDoorbell } from '../../src/live/redis-doorbell.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { isRedisMissing, redisSkipNote, startTestRedis, type TestRedis } from '../support/redis.ts'
import { waitUntil } from '../support/wait-until.ts'

const log = createSilentLog()

describe.skipIf(isRedisMissing)(`the doorbell over Redis${redisSkipNote}`, () => {
  let redis: TestRedis
  beforeAll(async () => {
    const started = await startTestRedis()
    if (started === null) throw new Error('Redis was here a moment ago')
    redis = started
  })
  afterAll(() => redis.stop())

  it('a ring over Redis is heard by another process, also after Redis was killed and came back', async () => {
    const one = createRedisDoorbell({ log, redisUrl: redis.url, pollMs: 600_000 })
    const other = createRedisDoorbell({ log, redisUrl: redis.url, pollMs: 600_000 })
    let heard = 0
    other.on('journal', () => (heard += 1))
    await waitUntil('the first ring is heard', () => {
      one.ring('journal')
      return heard > 0
    })
    if (redis.kill !== null && redis.start !== null) {
      await redis.kill()
      one.ring('journal')
      await redis.start()
      const before = heard
      await waitUntil('a ring is heard again', () => {
        one.ring('journal')
        return heard > before
      })
    }
    expect(heard).toBeGreaterThan(0)
    await Promise.all([one.close(), other.close()])
  })
})
