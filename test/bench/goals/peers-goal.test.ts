import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  isRedisMissing,
  redisSkipNote,
  startTestRedis,
  type TestRedis,
} from '../../support/redis.ts'
import { findFreePort } from '../../support/server-process.ts'
import { measurePeers } from './peers-goal.ts'

/** A country in which four pairs come within the distance in the first rounds. */
const options = { seed: 14, offenderCount: 60, repetitions: 1 }

describe('the rows of servers that others run', () => {
  it('a server that does not run has a row that says so', async () => {
    const nobody = `127.0.0.1:${await findFreePort()}`
    const peers = { tile38: nobody, postgis: `postgres://x:a-password@${nobody}/x`, redis: nobody }
    const rows = await measurePeers({ ...options, peers })
    expect(rows.map(({ values }) => values)).toEqual([[], [], []])
    for (const { note } of rows) {
      expect(note).toContain(`not running at ${nobody}: `)
      expect(note).not.toContain('a-password')
    }
  })

  describe.skipIf(isRedisMissing)(`beside a Redis${redisSkipNote}`, () => {
    let redis: TestRedis | null = null
    beforeAll(async () => {
      redis = await startTestRedis()
    })
    afterAll(async () => await redis?.stop())

    it('Redis judges pairs, and its rate is compared with ours, turn by turn', async () => {
      const address = new URL(redis?.url ?? '').host
      const rows = await measurePeers({ ...options, peers: { redis: address } })
      const own = rows.filter(({ values }) => values.length > 0)
      expect(own.map(({ values }) => values.length)).toEqual([3, 3])
      for (const { values } of own) for (const value of values) expect(value).toBeGreaterThan(0)
      expect(own[0]?.note).toMatch(/^4 transitions/)
    })
  })
})
