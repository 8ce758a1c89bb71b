import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator, type Evaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { listProtectionRecords } from '../../src/store/evaluator/protection-states.ts'
import {
  decodeRegistryChange,
  encodeRegistryChange,
} from '../../src/store/journal/journal-codec.ts'
import { createDataKeys } from '../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../src/store/keys/master-keys.ts'
import type { StoredOrder } from '../../src/store/keys/sealed-orders.ts'
import { isNoticeDue, makeNotices } from '../../src/store/partners/notices-due.ts'
import { connect, inTransaction } from '../../src/store/pg/pool.ts'
import { repeatOrder } from '../../src/store/registry/mended-orders.ts'
import { listAllProtectionOrders } from '../../src/store/registry/protection-orders.ts'
import { createOrderWatch } from '../../workers/watch-orders.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  addCase,
  banCentre,
  farAway,
  journalFixes,
  makeFix,
  type JournalCase,
} from '../support/journal-world.ts'
import { testMasterKey } from '../support/master-key.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

let database: TestDatabase
let fresh: pg.Pool
let evaluator: Evaluator | null = null
const cases: JournalCase[] = []
const clock = systemClock
const log = createSilentLog()
const limits = defaultLimits

beforeAll(async () => {
  database = await createTestDatabase()
  const nowMs = clock.nowMs()
  for (let count = 0; count < 6; count += 1)
    cases.push(await addCase(database.pool, { atMs: nowMs }))
  fresh = await connectAnew()
  await startAnew()
})
afterAll(async () => {
  await evaluator?.stop()
  await fresh.end()
  await database.drop()
})

it('an order that somebody touches under a running server is told and never protected, and all orders are judged, also after a restart', async () => {
  const [touched, other] = [caseAt(0), caseAt(1)]
  await touchTable(touched)
  const look = createOrderWatch({ pool: fresh, clock, log, limits, onEvent: () => {} })
  await look()
  await expectTold([touched])
  await expectBreach(other)
  await startAnew()
  // The journal has the order too.
  await expectBreach(touched)
  await expectTold([touched])
  expect(evaluator?.stats()).toMatchObject({ failures: 0, reloads: 1 })
  await mendTable(touched)
  await lookAnew()
  await expectTold([])
})

it('an order that opens nowhere is judged by what can be read, and whole again once its key is back', async () => {
  const [lost, other] = [caseAt(2), caseAt(3)]
  const key = await damageKey(lost)
  await lookAnew()
  await expectTold([lost])
  await startAnew()
  await expectTold([lost])
  await reportInside(lost)
  await expectRead()
  await expectBreach(other)
  expect(await breachesOf(lost)).toBe(0)
  await restoreKey(lost, key)
  await lookAnew()
  await waitUntil('what was missed is told', async () => (await breachesOf(lost)) === 1)
  await waitUntil('it is judged anew', async () => (await listUnknown()).length === 0)
  await expectTold([])
})

it('a breach of an order whose key was touched is told all the same, as far as memory has the order', async () => {
  const known = caseAt(5)
  const key = await damageKey(known)
  await lookAnew()
  await expectTold([known])
  await expectBreach(known)
  expect(evaluator?.stats()).toMatchObject({ failures: 0 })
  await restoreKey(known, key)
  await lookAnew()
  await expectTold([])
})

it('an order that is said again changes nothing, also where a restart reads it again', async () => {
  const known = caseAt(1)
  await repeatOrder(fresh, 0, known.order)
  await expectRead()
  await startAnew()
  await reportInside(known)
  await expectRead()
  expect(await breachesOf(known)).toBe(1)
  expect(evaluator?.stats()).toMatchObject({ failures: 0, reloads: 1 })
})

it.each(['null', '7', '{}', '[]', '{"proximityBans": null}'])(
  'a row that holds %s in the place of an order keeps nobody from the others',
  async (body) => {
    const broken = caseAt(4)
    const before = await bodyOf(broken)
    await setBody(broken, body)
    const all = await listAllProtectionOrders(fresh)
    expect(all.map(({ id }) => id)).toContain(broken.order.id)
    expect(all.filter(({ isUnreadable }) => isUnreadable)).toEqual([])
    await lookAnew()
    await expectTold([broken])
    await setBody(broken, before)
    await lookAnew()
    await expectTold([])
  },
)

it('an order that opens neither in the table nor in the journal is in the list without its bans and says so', async () => {
  const broken = caseAt(4)
  await touchJournal(broken)
  const found = async () =>
    (await listAllProtectionOrders(fresh)).find(({ id }) => id === broken.order.id)
  expect((await found())?.locationBans).toHaveLength(1)
  const before = await bodyOf(broken)
  await setBody(broken, '{}')
  expect(await found()).toMatchObject({
    version: 1,
    offenderId: broken.offenderId,
    locationBans: [],
    isUnreadable: true,
  })
  await setBody(broken, before)
})

it('partners are told of the orders beside one that cannot be read', async () => {
  const broken = caseAt(4)
  const partnerId = await addPartner()
  await touchTable(broken)
  const work = { nowMs: clock.nowMs(), limit: 100, limits }
  await inTransaction(fresh, (tx) => makeNotices(tx, work))
  const { rows } = await fresh.query<{ count: number }>(
    'select count(*)::int as count from partner_notices where partner_id = $1',
    [partnerId],
  )
  expect(rows[0]?.count).toBe(cases.length - 1)
  await lookAnew()
  expect(
    await isNoticeDue(fresh, work.nowMs),
    'nothing is asked for again while people are called',
  ).toBe(false)
  await mendTable(broken)
  await lookAnew()
  expect(await isNoticeDue(fresh, work.nowMs)).toBe(true)
})

function caseAt(place: number): JournalCase {
  const found = cases[place]
  if (found === undefined) throw new Error('no such case')
  return found
}

async function startAnew(): Promise<void> {
  await evaluator?.stop()
  await fresh.end()
  // As another process, which has no key in mind.
  fresh = await connectAnew()
  const next = createEvaluator({
    pool: fresh,
    clock,
    log,
    limits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  evaluator = next
  next.start()
  await waitUntil('the journal is read', () => next.stats().lagMs === 0)
}

async function connectAnew(): Promise<pg.Pool> {
  const masters = readMasterKeys(testMasterKey)
  const keys = createDataKeys({ masters, db: database.pool, elapsedMs: () => performance.now() })
  return await connect(database.url, { keys })
}

async function lookAnew(): Promise<void> {
  await createOrderWatch({ pool: fresh, clock, log, limits, onEvent: () => {} })()
}

/** These and no others are called about, each once, and unknown for that. */
async function expectTold(unreadable: readonly JournalCase[]): Promise<void> {
  const ids = unreadable.map(({ order }) => order.id).toSorted()
  const { rows } = await fresh.query(
    `select protection_order_id as id, priority, (select count(*) > 0 from escalations e where e.alert_id = a.id) as called
       from alerts a where kind = 'order-unreadable' and cleared_at is null order by 1`,
  )
  expect(rows).toEqual(ids.map((id) => ({ id, priority: 'P1', called: true })))
  expect(await listUnknown()).toEqual(ids)
}

/** Of those only, and whatever else is said of them. */
async function listUnknown(): Promise<readonly string[]> {
  const records = await listProtectionRecords(fresh, { state: null, afterId: null, limit: 100 })
  const unreadable = records.filter(({ reasons }) =>
    reasons?.some(({ code }) => code === 'order-unreadable'),
  )
  expect(unreadable.map(({ state }) => state).filter((state) => state !== 'unknown')).toEqual([])
  return unreadable.map(({ id }) => id)
}

async function expectBreach(judged: JournalCase): Promise<void> {
  await reportInside(judged)
  await waitUntil('the breach is told', async () => (await breachesOf(judged)) === 1)
}

async function expectRead(): Promise<void> {
  const { rows } = await fresh.query<{ id: number }>('select max(id) as id from journal')
  await waitUntil('all is read', () => (evaluator?.stats().journalId ?? 0) >= (rows[0]?.id ?? 0))
}

async function reportInside({ deviceId }: JournalCase): Promise<number> {
  const nowMs = clock.nowMs()
  return await journalFixes(fresh, [
    makeFix(deviceId, nowMs - 600_000, farAway),
    makeFix(deviceId, nowMs - 2_000, banCentre),
  ])
}

async function breachesOf({ order }: JournalCase): Promise<number> {
  const { rows } = await fresh.query<{ count: number }>(
    `select count(*)::int as count from alerts where protection_order_id = $1 and kind = 'location-ban-breach'`,
    [order.id],
  )
  return rows[0]?.count ?? 0
}

async function touchTable({ order }: JournalCase): Promise<void> {
  const { rowCount } = await database.pool.query(
    `update protection_order_versions set body = jsonb_set(body, '{sealed,areas}', to_jsonb(reverse(body #>> '{sealed,areas}')))
      where protection_order_id = $1`,
    [order.id],
  )
  expect(rowCount).toBe(1)
}

const mendTable = touchTable

async function touchJournal({ order }: JournalCase): Promise<void> {
  const { rows } = await database.pool.query<{ id: number; payload: Buffer }>(
    `select id, payload from journal where kind = 3 and position($1::bytea in payload) > 0
        and position('"protection-order"'::bytea in payload) > 0`,
    [Buffer.from(order.id)],
  )
  for (const { id, payload } of rows) {
    const change = decodeRegistryChange(payload)
    if (change.type !== 'protection-order') continue
    const stored: StoredOrder = change.protectionOrder
    const sealed = { areas: stored.sealed?.areas?.toUpperCase() ?? null, addresses: null }
    const protectionOrder = { ...stored, sealed }
    await database.pool.query('update journal set payload = $2 where id = $1', [
      id,
      encodeRegistryChange({ type: 'protection-order', protectionOrder }),
    ])
  }
}

async function damageKey({ order }: JournalCase): Promise<Buffer> {
  const { rows } = await database.pool.query<{ wrapped: Buffer }>(
    `with former as (select scope, wrapped from data_keys where scope = $1)
     update data_keys k set wrapped = set_byte(k.wrapped, 30, (get_byte(k.wrapped, 30) + 1) % 256)
       from former where former.scope = k.scope returning former.wrapped`,
    [`case/${order.id}`],
  )
  expect(rows).toHaveLength(1)
  return rows[0]?.wrapped ?? Buffer.alloc(0)
}

async function restoreKey({ order }: JournalCase, key: Buffer): Promise<void> {
  await database.pool.query('update data_keys set wrapped = $2 where scope = $1', [
    `case/${order.id}`,
    key,
  ])
}

async function bodyOf({ order }: JournalCase): Promise<string> {
  const { rows } = await database.pool.query<{ body: string }>(
    'select body::text as body from protection_order_versions where protection_order_id = $1',
    [order.id],
  )
  return rows[0]?.body ?? ''
}

async function setBody({ order }: JournalCase, body: string): Promise<void> {
  await database.pool.query(
    'update protection_order_versions set body = $2 where protection_order_id = $1',
    [order.id, body],
  )
}

async function addPartner(): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into partners (organisation_id, kind, name, api_client_id, on_breach, receipt_within_minutes,
       made_by, made_by_kind, made_at, confirmed_by, confirmed_at)
     select (select organisation_id from protection_orders limit 1), 'police', 'Politie', c.id, '', 60,
            c.id, 'api-client', now(), c.id, now() from api_clients c limit 1 returning id`,
  )
  return rows[0]?.id ?? ''
}
