import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSilentLog } from '../support/silent-log.ts'
import {
  createAlertQueues,
  type AlertQueues,
  type JobHandlers,
} from '../../src/queue/alert-queues.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { isRedisMissing, redisSkipNote, startTestRedis, type TestRedis } from '../support/redis.ts'
import { waitUntil } from '../support/wait-until.ts'

const log = createSilentLog()

function recordingHandlers() {
  const done: string[] = []
  const handlers: JobHandlers = {
    deliver: (id) => {
      done.push(id)
      if (id === 'bad' && done.filter((name) => name === 'bad').length === 1) {
        return Promise.reject(new Error('the first try fails'))
      }
      return Promise.resolve()
    },
  }
  return { done, handlers }
}

/** The same promises on both backends. */
function describeQueues(open: (handlers: JobHandlers | null) => AlertQueues): void {
  it('a job is done by any process with handlers, wherever it was added', async () => {
    const { done, handlers } = recordingHandlers()
    const [workers, adders] = [open(handlers), open(null)]
    await Promise.all([workers.ready(), adders.ready()])
    adders.addDeliver('one', 0)
    adders.addDeliver('two', 0)
    await waitUntil('both', () => done.length === 2)
    expect(done.toSorted()).toEqual(['one', 'two'])
    await Promise.all([workers.close(), adders.close()])
  })

  it('a delayed job is done in time', async () => {
    const { done, handlers } = recordingHandlers()
    const queues = open(handlers)
    await queues.ready()
    const startMs = performance.now()
    queues.addDeliver('later', 300)
    await waitUntil('the job', () => done.length > 0)
    expect(performance.now() - startMs).toBeGreaterThan(280)
    expect(performance.now() - startMs).toBeLessThan(2_000)
    await queues.close()
  })

  it('a job that failed is tried again', async () => {
    const { done, handlers } = recordingHandlers()
    const queues = open(handlers)
    await queues.ready()
    queues.addDeliver('bad', 0)
    await waitUntil('the second try', () => done.length === 2)
    expect(queues.stats()).toMatchObject({ failedJobs: 1, errors: 0 })
    await queues.close()
  })
}

describe('the queue on PostgreSQL', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  describeQueues((handlers) =>
    createAlertQueues({ log, databaseUrl: database.url, redisUrl: null, handlers }),
  )

  it('an unreachable database leaves the queue on PostgreSQL silent, counted and alive', async () => {
    const queues = createAlertQueues({
      log,
      databaseUrl: 'postgres://nobody:secret@127.0.0.1:1/nothing',
      redisUrl: null,
      handlers: null,
      rebuildMs: 20,
    })
    await queues.ready()
    queues.addDeliver('x', 0)
    await waitUntil('it tried again', () => queues.stats().rebuilds >= 2)
    expect(queues.stats().isOpen).toBe(false)
    expect(queues.stats().errors).toBeGreaterThanOrEqual(2)
    await queues.close()
  })
})

describe.skipIf(isRedisMissing)(`the queue on Redis${redisSkipNote}`, () => {
  let redis: TestRedis
  beforeAll(async () => {
    const started = await startTestRedis()
    if (started === null) throw new Error('Redis was here a moment ago')
    redis = started
  })
  afterAll(() => redis.stop())

  const open = (handlers: JobHandlers | null): AlertQueues =>
    createAlertQueues({ log, databaseUrl: '', redisUrl: redis.url, handlers })

  describeQueues(open)

  it('the queue on Redis goes on by itself after Redis was killed and came back empty', async () => {
    if (redis.kill === null || redis.start === null) return
    const { done, handlers } = recordingHandlers()
    const queues = open(handlers)
    await queues.ready()
    await redis.kill()
    queues.addDeliver('lost', 0)
    await waitUntil('the fault is counted', () => queues.stats().errors > 0)
    await redis.start()
    await waitUntil('a job is done', () => {
      queues.addDeliver('after', 0)
      return done.includes('after')
    })
    await queues.close()
  })
})
