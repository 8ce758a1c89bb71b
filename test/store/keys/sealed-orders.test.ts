import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProtectionOrder, RegistryChange } from '../../../src/core/model/registry.ts'
import {
  decodeRegistryChange,
  encodeRegistryChange,
} from '../../../src/store/journal/journal-codec.ts'
import { sealOlder } from '../../../src/store/keys/seal-older.ts'
import { findUnreadableOrders } from '../../../src/store/registry/unreadable-orders.ts'
import { openChanges } from '../../../src/store/keys/sealed-changes.ts'
import { readJournalToJudge } from '../../../src/store/journal/turns.ts'
import { listOrderVersions } from '../../../src/store/evaluator/evaluator-place.ts'
import { listRegistryRows } from '../../../src/store/evaluator/dossier-journal.ts'
import { createDataKeys } from '../../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../../src/store/keys/master-keys.ts'
import { connect, inTransaction } from '../../../src/store/pg/pool.ts'
import { findProposal, insertProposal } from '../../../src/store/people/proposals.ts'
import { journalRegistryChange } from '../../../src/store/registry/load-registry.ts'
import { findOrderVersion, makeOrderVersion } from '../../../src/store/registry/order-versions.ts'
import {
  findProtectionOrder,
  insertProtectionOrder,
  listAllProtectionOrders,
} from '../../../src/store/registry/protection-orders.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { testMasterKey } from '../../support/master-key.ts'
import { formsOf } from '../../support/planted-forms.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const planted = [5.123_456_789, 52.098_765_432, 4.765_432_198, 52.345_678_912]
const label = 'woning Dorpsstraat 1'

async function register(
  only: { readonly locationBans?: []; readonly hasAddresses?: false } = {},
): Promise<ProtectionOrder> {
  const { pool } = database
  const [offenderId, victimId] = await Promise.all(['offender', 'victim'].map(makePerson))
  return await inTransaction(pool, async (tx) => {
    const { hasAddresses, ...facts } = only
    const whole = { ...draftOf(offenderId ?? '', victimId ?? ''), ...facts }
    const proximityBans = whole.proximityBans.map(({ fixedAddresses: _addresses, ...ban }) => ban)
    const draft = hasAddresses === false ? { ...whole, proximityBans } : whole
    const { order } = await insertProtectionOrder(tx, draft, by)
    await journalRegistryChange(tx, { type: 'protection-order', protectionOrder: order })
    return order
  })
}

const by = randomUUID()

async function makePerson(role: string): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    'insert into persons (role, reference) values ($1, $2) returning id',
    [role, randomUUID()],
  )
  return rows[0]?.id ?? ''
}

function draftOf(offenderId: string, victimId: string): Omit<ProtectionOrder, 'id' | 'version'> {
  const [homeLongitude = 0, homeLatitude = 0, workLongitude = 0, workLatitude = 0] = planted
  return {
    reference: randomUUID(),
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFromMs: 0,
    validUntilMs: 4_000_000_000_000,
    status: 'active',
    escalation: null,
    locationBans: [
      {
        id: randomUUID(),
        label,
        area: {
          type: 'circle',
          longitude: homeLongitude,
          latitude: homeLatitude,
          radiusMeters: 300,
        },
        approachMeters: 500,
        schedule: null,
      },
    ],
    proximityBans: [
      {
        id: randomUUID(),
        victimId,
        separationMeters: 500,
        approachMeters: 1_000,
        fixedAddresses: [
          { label: 'werk', longitude: workLongitude, latitude: workLatitude, radiusMeters: 50 },
        ],
      },
    ],
  }
}

describe('an order as it is stored', () => {
  it('an order is read as it was registered, by everybody who reads orders', async () => {
    const order = await register()
    const { pool } = database
    const next = { ...order, version: 2, validUntilMs: order.validUntilMs + 1 }
    await inTransaction(pool, (tx) => makeOrderVersion(tx, next, by))
    expect(plain((await findProtectionOrder(pool, order.id))?.order)).toEqual(plain(next))
    expect(plain(await findOrderVersion(pool, order.id, 1))).toEqual(plain(order))
    const all = await listAllProtectionOrders(pool)
    expect(plain(all.find(({ id }) => id === order.id))).toEqual(plain(next))
    const rows = await readJournalToJudge(pool, { shard: 0, afterId: 0, limit: 1_000 })
    const told = rows.map(orderOf).filter((one) => one?.id === order.id)
    expect(await openChanges(pool, rows), 'opened once more').toEqual(rows)
    expect(told.map(plain)).toEqual([order, next].map(plain))
    const registered = await listRegistryRows(pool, { shard: 0, untilMs: Date.now() + 60_000 })
    expect(registered.map((row) => plain(orderOf(row)))).toContainEqual(plain(next))
    const place = { shard: 0, journalId: rows.at(-1)?.id ?? 0 }
    const versions = (await listOrderVersions(pool, place)).orderVersions.get(order.id)
    expect(versions?.map((one) => plain(one.order))).toEqual([order, next].map(plain))
  })

  it('an order says where its bans lie, their labels and its fixed addresses in no row, in no form', async () => {
    const order = await register()
    const proposal = await inTransaction(database.pool, (tx) =>
      insertProposal(tx, proposalOf({ ...order, version: 2 })),
    )
    const dump = await dumpRows()
    const forms = [...planted.flatMap(formsOf), Buffer.from(label), Buffer.from('werk')]
    expect(forms.filter((form) => dump.includes(form))).toEqual([])
    // Found where it is not sealed: the search can find.
    const clear = Buffer.concat([dump, Buffer.from(JSON.stringify(order))])
    expect(forms.filter((form) => clear.includes(form)).length).toBeGreaterThan(4)
    const found = await findProposal(database.pool, proposal?.id ?? '')
    const change = found?.change?.type === 'order' ? found.change.order : undefined
    expect(plain(change)).toEqual(plain({ ...order, version: 2 }))
  })

  it('an order whose key was destroyed lies nowhere any more, and troubles no other one', async () => {
    const [erased, other] = [await register(), await register()]
    const { pool } = database
    const destroy = 'update data_keys set wrapped = null, destroyed_at = now() where scope = $1'
    await pool.query(destroy, [`case/${erased.id}`])
    const fresh = await connectAnew()
    const all = new Map((await listAllProtectionOrders(fresh)).map((order) => [order.id, order]))
    expect(all.get(erased.id)).toMatchObject({ reference: erased.reference, locationBans: [] })
    expect(all.get(erased.id)?.proximityBans[0]?.fixedAddresses).toBeUndefined()
    expect(plain(all.get(other.id))).toEqual(plain(other))
    const rows = await readJournalToJudge(fresh, { shard: 0, afterId: 0, limit: 1_000 })
    const told = new Map(rows.map(orderOf).map((one) => [one?.id, one]))
    expect(told.get(erased.id)?.locationBans).toEqual([])
    expect(plain(told.get(other.id))).toEqual(plain(other))
    await fresh.end()
  })

  it('an order from before there were keys is read as it lies', async () => {
    const order = await register()
    const { pool } = database
    await pool.query(
      'update protection_order_versions set body = $2 where protection_order_id = $1',
      [order.id, JSON.stringify(order)],
    )
    expect(plain((await findProtectionOrder(pool, order.id))?.order)).toEqual(plain(order))
    const all = await listAllProtectionOrders(pool)
    expect(plain(all.find(({ id }) => id === order.id))).toEqual(plain(order))
  })

  it.each([
    ['the distance', '{proximityBans,0,separationMeters}', '5'],
    ['the end', '{validUntilMs}', '1'],
    ['the status', '{status}', '"suspended"'],
    ['who calls', '{escalation}', '[{"afterSeconds": 1, "target": "x"}]'],
    ['the offender', '{offenderId}', '"01890000-0000-7000-8000-000000000001"'],
    ['an area in the clear', '{locationBans}', '[{"area": {"type": "circle"}}]'],
    ['a seal for none', '{sealed,addresses}', 'null'],
  ])(
    'an order of which %s is edited where it is stored cannot be read',
    async (_what, path, value) => {
      const order = await register()
      await edit(order, `jsonb_set(body, '${path}', '${value}')`)
      await expectEdited(order)
    },
  )

  it('an order of a distance alone is bound too, and one whose area went with its seal is none', async () => {
    const [near, robbed] = [await register({ locationBans: [] }), await register()]
    await edit(near, `jsonb_set(body, '{proximityBans,0,separationMeters}', '5')`)
    await expectEdited(near)
    await edit(robbed, `body #- '{sealed,terms}'`)
    await expectEdited(robbed)
  })

  it('an order that lost what binds it while it is watched is unreadable, whatever it bans', async () => {
    const order = await register({ locationBans: [], hasAddresses: false })
    const bound = new Set<string>()
    const look = () => findUnreadableOrders(database.pool, [order.id], bound)
    expect(await look()).toEqual([])
    await edit(order, `jsonb_set(body - 'sealed', '{proximityBans,0,separationMeters}', '5')`)
    expect(await look()).toEqual([order.id])
  })

  it.each([
    ['an older version', 'version = 1'],
    ['another status', `status = 'suspended'`],
    ['an earlier end', `valid_until = valid_until - interval '1 day'`],
  ])(
    'an order of which the list names %s is called out, and detection has the newest',
    async (_what, change) => {
      const order = await register()
      const { pool } = database
      const next = { ...order, version: 2, validUntilMs: order.validUntilMs + 1 }
      await inTransaction(pool, (tx) => makeOrderVersion(tx, next, by))
      expect(await findUnreadableOrders(pool, [order.id], new Set())).toEqual([])
      await pool.query(`update protection_orders set ${change} where id = $1`, [order.id])
      expect(await findUnreadableOrders(pool, [order.id], new Set())).toEqual([order.id])
      const all = await listAllProtectionOrders(pool)
      expect(plain(all.find(({ id }) => id === order.id))).toEqual(plain(next))
    },
  )

  it('orders of before are bound and sealed by the command once, in versions, journal and proposals', async () => {
    const { pool } = database
    const order = await register()
    const next = { ...order, version: 2 }
    const proposal = await inTransaction(pool, (tx) => insertProposal(tx, proposalOf(next)))
    await edit(order, `$2`, JSON.stringify(order))
    await pool.query(
      `update proposals set change = jsonb_set(change, '{order}', $2) where id = $1`,
      [proposal?.id, JSON.stringify(next)],
    )
    const clear = encodeRegistryChange({ type: 'protection-order', protectionOrder: order })
    const { rowCount } = await pool.query(
      'update journal set payload = $2 where kind = 3 and position($1::bytea in payload) > 0',
      [Buffer.from(`"id":"${order.id}"`), clear],
    )
    expect(rowCount).toBe(1)
    const forms = [Buffer.from(label), Buffer.from(String(planted[0]))]
    const before = await dumpRows()
    expect(forms.every((form) => before.includes(form))).toBe(true)
    expect(await inTransaction(pool, sealOlder)).toBeGreaterThanOrEqual(3)
    expect(await inTransaction(pool, sealOlder)).toBe(0)
    const after = await dumpRows()
    expect(forms.filter((form) => after.includes(form))).toEqual([])
    expect(plain((await findProtectionOrder(pool, order.id))?.order)).toEqual(plain(order))
    const found = await findProposal(pool, proposal?.id ?? '')
    expect(plain(found?.change?.type === 'order' ? found.change.order : null)).toEqual(plain(next))
    const rows = await readJournalToJudge(pool, { shard: 0, afterId: 0, limit: 1_000 })
    const told = rows.map(orderOf).find((one) => one?.id === order.id)
    expect(plain(told)).toEqual(plain(order))
    await edit(order, `jsonb_set(body, '{proximityBans,0,separationMeters}', '5')`)
    await expectEdited(order)
  })

  it('an older area laid into the row of a newer version opens no more', async () => {
    const order = await register()
    const { pool } = database
    await inTransaction(pool, (tx) => makeOrderVersion(tx, { ...order, version: 2 }, by))
    await pool.query(
      `update protection_order_versions n set body = jsonb_set(n.body, '{sealed}', o.body -> 'sealed')
         from protection_order_versions o where o.protection_order_id = $1 and o.version = 1
          and n.protection_order_id = $1 and n.version = 2`,
      [order.id],
    )
    await expect(findProtectionOrder(pool, order.id)).rejects.toThrow(
      `${order.id} is not as it was sealed`,
    )
    // The machinery takes it from the journal.
    const all = await listAllProtectionOrders(pool)
    expect(plain(all.find(({ id }) => id === order.id))).toEqual(plain({ ...order, version: 2 }))
  })
})

async function edit({ id }: ProtectionOrder, body: string, ...values: string[]): Promise<void> {
  const { rowCount } = await database.pool.query(
    `update protection_order_versions set body = ${body} where protection_order_id = $1`,
    [id, ...values],
  )
  expect(rowCount).toBe(1)
}

/** Whoever reads it is refused; people are called; detection has it as it was, from the journal. */
async function expectEdited(order: ProtectionOrder): Promise<void> {
  const { pool } = database
  await expect(findProtectionOrder(pool, order.id)).rejects.toThrow('not as it was sealed')
  expect(await findUnreadableOrders(pool, [order.id], new Set())).toEqual([order.id])
  const all = await listAllProtectionOrders(pool)
  expect(plain(all.find(({ id }) => id === order.id))).toEqual(plain(order))
}

/** As another process, which has no key in mind. */
async function connectAnew(): Promise<pg.Pool> {
  const masters = readMasterKeys(testMasterKey)
  const keys = createDataKeys({ masters, db: database.pool, elapsedMs: () => performance.now() })
  return await connect(database.url, { keys })
}

/** Areas are read when they are asked for. */
function plain(order: ProtectionOrder | null | undefined): unknown {
  return JSON.parse(JSON.stringify(order ?? null))
}

type Row = { readonly payload: Buffer; readonly change: RegistryChange | null }

function orderOf({ change: opened, payload }: Row): ProtectionOrder | null {
  const change = opened ?? decodeRegistryChange(payload)
  return change.type === 'protection-order' ? change.protectionOrder : null
}

function proposalOf(order: ProtectionOrder): Parameters<typeof insertProposal>[1] {
  return {
    act: 'changeProtectionOrder',
    protectionOrderId: order.id,
    alertId: null,
    subjectId: null,
    baseVersion: 1,
    weakens: ['area-smaller'],
    changes: [],
    change: { type: 'order', order },
    reason: null,
    beginsAtMs: null,
    isPlanned: false,
    untilMs: null,
    proposedBy: by,
    proposedByKind: 'staff',
    proposedRole: 'supervisor',
    proposedAtMs: 0,
    expiresAtMs: 1,
  }
}

/** Every row of every table: its text, and its bytes where they are bytes. */
async function dumpRows(): Promise<Buffer> {
  const parts: Buffer[] = []
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  for (const { name } of tables) {
    const { rows } = await database.pool.query<{ row: string }>(
      `select t::text as row from "${name}" t`,
    )
    for (const { row } of rows) parts.push(Buffer.from(row))
  }
  const { rows } = await database.pool.query<{ payload: Buffer }>('select payload from journal')
  return Buffer.concat([...parts, ...rows.map(({ payload }) => payload)])
}
