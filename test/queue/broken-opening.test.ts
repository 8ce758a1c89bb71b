import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openQueues, shutQueues } from '../../src/queue/open-queues.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createRandom } from '../support/random.ts'

const seed = 7
const roundCount = 60
/** Longer than queues take to open, so that some lose their connections open and some opening. */
const killMsMax = 60

let database: TestDatabase
const unheard: unknown[] = []
const hear = (error: unknown): void => void unheard.push(error)

beforeAll(async () => {
  database = await createTestDatabase()
  process.on('uncaughtException', hear)
  process.on('unhandledRejection', hear)
})
afterAll(async () => {
  process.off('uncaughtException', hear)
  process.off('unhandledRejection', hear)
  await database.drop()
})

async function openAndLose(killAfterMs: number): Promise<void> {
  const work = (): Promise<void> => Promise.resolve()
  const handlers = { deliver: work }
  const opening = openQueues(
    { databaseUrl: database.url, redisUrl: null, handlers },
    { onError: () => undefined, onFailed: () => undefined },
  ).catch(() => null)
  await delay(killAfterMs)
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'hoede-queue' and datname = current_database()`,
  )
  const opened = await opening
  if (opened !== null) await shutQueues(opened)
}

describe('queues that lose their connections while they open', () => {
  it(`no such queue ends its process, seed ${seed}`, async () => {
    const random = createRandom(seed)
    for (let round = 0; round < roundCount; round += 1) await openAndLose(random() * killMsMax)
    expect(unheard).toEqual([])
  }, 60_000)
})
