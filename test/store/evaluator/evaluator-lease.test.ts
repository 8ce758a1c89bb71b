import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  beatLease,
  endSilentLeader,
  findLeaseSign,
  holdLease,
  tryTakeLease,
  type Lease,
} from '../../../src/store/evaluator/evaluator-lease.ts'
import {
  moveEvaluatorPlace,
  openEvaluatorPlace,
} from '../../../src/store/evaluator/evaluator-place.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

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

async function mustTake(client: pg.PoolClient, shard: number): Promise<Lease> {
  const lease = await tryTakeLease(client, shard)
  if (lease === null) throw new Error(`expected shard ${shard} to be free`)
  return lease
}

it('one connection at a time holds a shard, and lets go by ending', async () => {
  const [one, other] = [await connect(), await connect()]
  expect(await tryTakeLease(one, 4)).toEqual({ shard: 4, fence: 1 })
  expect(await tryTakeLease(other, 4)).toBe(null)
  expect(await tryTakeLease(other, 5)).toEqual({ shard: 5, fence: 1 })
  one.release(true)
  await expect.poll(() => tryTakeLease(other, 4)).toEqual({ shard: 4, fence: 2 })
  other.release(true)
})

it('a leader whose session was ended finds its fence passed in every write', async () => {
  const [old, next] = [await connect(), await connect()]
  const lease = await mustTake(old, 6)
  await openEvaluatorPlace(database.pool, 6)
  expect(await beatLease(database.pool, lease)).toBe(true)
  const sign = await findLeaseSign(next, 6)
  expect(sign).toEqual({ fence: 1, beats: 1, patience: 60 })
  if (sign === null) return
  // It moved after all.
  await beatLease(database.pool, lease)
  expect(await endSilentLeader(next, 6, sign)).toBe(0)
  expect(await endSilentLeader(next, 6, { ...sign, beats: 2 })).toBe(1)
  const taken = await mustTake(next, 6)
  expect(taken).toEqual({ shard: 6, fence: 2 })

  const move = { expected: 0, journalId: 0 }
  expect(await moveEvaluatorPlace(database.pool, { ...lease, ...move })).toBe(false)
  expect(await beatLease(database.pool, lease)).toBe(false)
  await expect(holdLease(database.pool, lease)).rejects.toMatchObject({ code: 'conflict' })
  expect(await moveEvaluatorPlace(next, { ...taken, ...move })).toBe(true)
  old.release(true)
  next.release(true)
})

it('a shard is taken only after a write under way has ended, and no beat waits for one', async () => {
  const [writer, next] = [await connect(), await connect()]
  const lease = await mustTake(writer, 7)
  await openEvaluatorPlace(database.pool, 7)
  // As if the session could not be ended: the lock is gone, the transaction is not.
  await writer.query('select pg_advisory_unlock_all()')
  await writer.query('begin')
  expect(await moveEvaluatorPlace(writer, { ...lease, expected: 0, journalId: 3 })).toBe(true)
  await next.query(`set lock_timeout = '300ms'`)
  expect(await beatLease(next, lease)).toBe(true)
  await expect(tryTakeLease(next, 7)).rejects.toMatchObject({ code: '55P03' })
  await writer.query('commit')
  expect(await tryTakeLease(next, 7)).toEqual({ shard: 7, fence: 2 })
  writer.release(true)
  next.release(true)
})
