import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  asRegistryWas,
  listOrderVersions,
  moveEvaluatorPlace,
  openEvaluatorPlace,
} from '../../../src/store/evaluator/evaluator-place.ts'
import {
  findSnapshotPlace,
  loadSnapshots,
  saveSnapshots,
  usualSnapshotKey,
} from '../../../src/store/evaluator/evaluator-snapshots.ts'
import { insertPoison, listPoison } from '../../../src/store/journal/poison.ts'
import { inTransaction, type Db } from '../../../src/store/pg/pool.ts'
import {
  findProtectionOrder,
  updateProtectionOrder,
} from '../../../src/store/registry/protection-orders.ts'
import { journalRegistryChange } from '../../../src/store/registry/load-registry.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase } from '../../support/journal-world.ts'
import { readFence } from '../../support/lease.ts'
import { readRegistry } from '../../support/read-registry.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('whom orders named is known in the order in which that was learned, while none was ever amended', async () => {
  const { pool } = database
  const [one, other] = [await addCase(pool, { atMs: 0 }), await addCase(pool, { atMs: 0 })]
  const victimId = '01890000-0000-7000-8000-00000000000c'
  const ban = { id: victimId, victimId, separationMeters: 1_000, approachMeters: 2_000 }
  for (const { order } of [other, one]) {
    const protectionOrder = { ...order, proximityBans: [ban] }
    await journalRegistryChange(pool, { type: 'protection-order', protectionOrder })
  }
  const place = { shard: 0, journalId: await findLastJournalId(pool) }
  const { named, orderVersions } = await listOrderVersions(pool, place)
  const namingHer = named.filter(({ proximityBans }) => proximityBans[0]?.victimId === victimId)
  expect(namingHer.map(({ offenderId }) => offenderId)).toEqual([other.offenderId, one.offenderId])
  expect(orderVersions.size).toBe(0)
})

it('the place moves only from where its reader left it', async () => {
  const { pool } = database
  const lease = { shard: 3, fence: await readFence(pool, 3) }
  expect(await openEvaluatorPlace(pool, 3)).toBe(0)
  expect(await moveEvaluatorPlace(pool, { ...lease, expected: 0, journalId: 7 })).toBe(true)
  expect(await moveEvaluatorPlace(pool, { ...lease, expected: 0, journalId: 9 })).toBe(false)
  expect(await openEvaluatorPlace(pool, 3)).toBe(7)
})

it('snapshots are one set at one place: what is not saved again has not changed', async () => {
  const { pool } = database
  expect(await findSnapshotPlace(pool, 6)).toEqual({ journalId: 0, clockMs: null })
  expect(await loadSnapshots(pool, 6, 'later:')).toEqual([])
  const save = async (journalId: number, snapshots: { scope: string; state: string }[]) =>
    await inTransaction(pool, (tx) =>
      saveSnapshots(tx, { ...saving, journalId, clockMs: 1_000 + journalId, snapshots }),
    )
  const saving = { shard: 6, keyScope: usualSnapshotKey, later: 'later:', isEverything: false }
  await save(10, [
    { scope: 'case:a', state: '{"één":1}' },
    { scope: 'watch', state: '1' },
  ])
  await save(20, [{ scope: 'watch', state: '2' }])
  expect(await findSnapshotPlace(pool, 6)).toEqual({ journalId: 20, clockMs: 1_020 })
  expect(await loadSnapshots(pool, 6, 'later:')).toEqual([
    { scope: 'case:a', state: '{"één":1}' },
    { scope: 'watch', state: '2' },
  ])
})

it('snapshots that are everything leave none of before, but for what is loaded later', async () => {
  const { pool } = database
  const saving = { shard: 7, journalId: 1, clockMs: 1, keyScope: usualSnapshotKey, later: 'later:' }
  const save = async (isEverything: boolean, scopes: readonly string[]) => {
    const snapshots = scopes.map((scope) => ({ scope, state: 'x' }))
    await inTransaction(pool, (tx) => saveSnapshots(tx, { ...saving, isEverything, snapshots }))
  }
  await save(false, ['case:a', 'case:b', 'later:b'])
  await save(true, ['case:c'])
  const { rows } = await pool.query(
    'select scope from evaluator_snapshots where shard = 7 order by 1',
  )
  expect(rows).toEqual([{ scope: 'case:c' }, { scope: 'later:b' }])
})

it('what was erased of somebody is not saved again from memory, until an order binds them anew', async () => {
  const { pool } = database
  const [gone, other] = [
    await addCase(pool, { atMs: Date.now() }),
    await addCase(pool, { atMs: Date.now() }),
  ]
  const [goneId, otherId] = [gone.offenderId, other.offenderId]
  const scopes = [
    `case:${goneId}`,
    `incidents:${goneId}`,
    `window:${goneId}`,
    `case:${otherId}`,
    'watch',
  ]
  const saving = { shard: 8, journalId: 1, clockMs: 1, keyScope: usualSnapshotKey, later: 'later:' }
  const saved = async (): Promise<readonly string[]> => {
    await pool.query('delete from evaluator_snapshots where shard = 8')
    const snapshots = scopes.map((scope) => ({ scope, state: 'x' }))
    await inTransaction(pool, (tx) =>
      saveSnapshots(tx, { ...saving, isEverything: false, snapshots }),
    )
    return (await loadSnapshots(pool, 8, 'later:')).map(({ scope }) => scope)
  }
  await pool.query(`update protection_orders set status = 'ended' where id = any($1)`, [
    [gone.order.id, other.order.id],
  ])
  expect(await saved()).toEqual(scopes.toSorted())
  await pool.query(
    `insert into erasures (protection_order_id, purpose, terms_version, began_at) values ($1, 'monitoring', 1, now())`,
    [gone.order.id],
  )
  expect(await saved()).toEqual([`case:${otherId}`, 'watch'])
  await pool.query(`update protection_orders set status = 'active' where id = $1`, [gone.order.id])
  expect(await saved()).toEqual(scopes.toSorted())
})

it('the registry of an earlier place has the orders and people of then', async () => {
  const { pool } = database
  const early = await addCase(pool, { atMs: Date.now() })
  const place = { shard: 0, journalId: await findLastJournalId(pool) }
  const before = await readRegistry(pool)
  await addCase(pool, { atMs: Date.now() })
  const changed = { ...early.order, version: 2, status: 'suspended' as const }
  const changedBy = await pool.query<{ id: string }>('select id from api_clients limit 1')
  await inTransaction(pool, async (tx) => {
    await updateProtectionOrder(tx, changed, changedBy.rows[0]?.id ?? '')
    await journalRegistryChange(tx, { type: 'protection-order', protectionOrder: changed })
  })
  expect((await findProtectionOrder(pool, early.order.id))?.order.version).toBe(2)
  const now = await readRegistry(pool)
  expect(await asRegistryWas(pool, place, now)).toEqual(before)
  expect(await asRegistryWas(pool, { shard: 0, journalId: 0 }, now)).toMatchObject({
    vendors: [],
    persons: [],
    devices: [],
    deviceAssignments: [],
    protectionOrders: [],
  })
})

it('poison is listed whatever row it is of, since a row may be judged long after its place', async () => {
  const facts = { deviceId: null, recordedAtMs: null }
  const poison = [
    { ...facts, journalId: 100, entryIndex: 2 },
    { ...facts, journalId: 200, entryIndex: -1 },
  ]
  await insertPoison(database.pool, poison, 'x')
  expect(await listPoison(database.pool)).toEqual([
    { journalId: 100, entryIndex: 2 },
    { journalId: 200, entryIndex: -1 },
  ])
})

it('every version of an amended order is known with the moment it was learned, and a damaged row costs only itself', async () => {
  const { pool } = database
  const { order } = await addCase(pool, { atMs: Date.now() })
  const placeBefore = { shard: 0, journalId: await findLastJournalId(pool) }
  const changedBy = await pool.query<{ id: string }>('select id from api_clients limit 1')
  const ids: number[] = []
  for (const version of [2, 3]) {
    const protectionOrder = { ...order, version }
    await updateProtectionOrder(pool, protectionOrder, changedBy.rows[0]?.id ?? '')
    ids.push(await journalRegistryChange(pool, { type: 'protection-order', protectionOrder }))
  }
  const [second = 0, third = 0] = ids
  await pool.query(`update journal set committed_at = '2026-03-10T08:00:00Z' where id = $1`, [
    second,
  ])
  const { orderVersions: before } = await listOrderVersions(pool, placeBefore)
  expect(before.get(order.id)?.map((learned) => learned.order.version)).toEqual([1])
  const place = { shard: 0, journalId: third }
  const all = (await listOrderVersions(pool, place)).orderVersions.get(order.id) ?? []
  expect(all.map((learned) => learned.order.version)).toEqual([1, 2, 3])
  expect(all[1]?.learnedAtMs).toBe(Date.UTC(2026, 2, 10, 8))
  await pool.query(`update journal set payload = '\\x00' where id = $1`, [second])
  const rest = (await listOrderVersions(pool, place)).orderVersions.get(order.id) ?? []
  expect(rest.map((learned) => learned.order.version)).toEqual([1, 3])
})

async function findLastJournalId(db: Db): Promise<number> {
  const { rows } = await db.query<{ id: number }>('select max(id) as id from journal')
  return rows[0]?.id ?? 0
}
