import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepLease, waitForLease } from '../../../src/ingest/evaluator/leadership.ts'
import {
  holdLeaseBeside,
  patience,
  setPatience,
  tryTakeLease,
  type Lease,
} from '../../../src/store/evaluator/evaluator-lease.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'

const log = createSilentLog()
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function connect(): Promise<pg.PoolClient> {
  const client = await database.pool.connect()
  client.on('error', () => {
    // Sessions are ended here on purpose.
  })
  return client
}

async function lead(shard: number): Promise<{ client: pg.PoolClient; lease: Lease }> {
  const client = await connect()
  const lease = await tryTakeLease(client, shard)
  if (lease === null) throw new Error('expected the shard to be free')
  await setPatience(client, lease, patience.usual)
  return { client, lease }
}

/**
 * A standby that looks without pause, until it leads or has looked so often; `between` runs after
 * each look.
 */
async function standBy(
  shard: number,
  looksMax: number,
  between: () => Promise<unknown> = async () => {},
): Promise<{ lease: Lease | null; looks: number }> {
  const client = await connect()
  let looks = 0
  const sleeper = {
    async sleep() {
      looks += 1
      await between()
    },
    wake: () => undefined,
  }
  const isStopping = (): boolean => looks >= looksMax
  const lease = await waitForLease(client, {
    log,
    shard,
    sleeper,
    isStopping,
    onOtherAlive: () => undefined,
  })
  client.release(true)
  return { lease, looks }
}

describe('a standby evaluator', () => {
  it('a leader that gives no sign at six looks is replaced', async () => {
    const { client } = await lead(1)
    expect(await standBy(1, 100)).toEqual({ lease: { shard: 1, fence: 2 }, looks: 5 })
    await expect(client.query('select 1')).rejects.toThrow()
    client.release(true)
  })

  it('a leader that is stopped while it writes memory is replaced as soon', async () => {
    const { client, lease } = await lead(5)
    const other = await lead(6)
    const [writer, ofOther] = [await connect(), await connect()]
    await writer.query('begin')
    await holdLeaseBeside(writer, lease)
    await ofOther.query('begin')
    await holdLeaseBeside(ofOther, other.lease)
    expect(await standBy(5, 100)).toEqual({ lease: { shard: 5, fence: 2 }, looks: 5 })
    await expect(writer.query('commit')).rejects.toThrow()
    await ofOther.query('commit')
    for (const connection of [client, other.client, writer, ofOther]) connection.release(true)
  })

  it('a leader that gives a sign now and then is left alone', async () => {
    const { client, lease } = await lead(2)
    const keeping = keepLease(database.pool, lease, log)
    const beats = async (): Promise<number> => {
      const { rows } = await client.query<{ beats: number }>(
        'select beats from evaluator_leases where shard = 2',
      )
      return rows[0]?.beats ?? 0
    }
    let seen = 0
    const { lease: taken } = await standBy(2, 12, async () => {
      seen += 1
      if (seen % 4 !== 0) return
      const before = await beats()
      await waitUntil('the next beat', async () => (await beats()) > before)
    })
    expect(taken).toBe(null)
    expect(keeping.isLost()).toBe(false)
    keeping.stop()
    client.release(true)
  })

  it('a leader that has asked for patience is waited for longer', async () => {
    const { client, lease } = await lead(3)
    await setPatience(client, lease, patience.ofLongWork)
    expect((await standBy(3, 30)).lease).toBe(null)
    expect((await standBy(3, 100)).looks).toBe(60)
    client.release(true)
  })

  it('a leader learns from its own sign of life that somebody else leads', async () => {
    const { client, lease } = await lead(4)
    const keeping = keepLease(database.pool, lease, log)
    await database.pool.query('update evaluator_leases set fence = fence + 1 where shard = 4')
    await waitUntil('the loss is seen', () => keeping.isLost())
    keeping.stop()
    client.release(true)
  })
})
