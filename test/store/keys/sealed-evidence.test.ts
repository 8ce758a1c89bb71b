import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvidenceFix } from '../../../src/core/model/alert.ts'
import { findAlert } from '../../../src/store/alerts/alerts.ts'
import { findPairStandings } from '../../../src/store/alerts/pair-standing.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { createDataKeys } from '../../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../../src/store/keys/master-keys.ts'
import { sealOlder } from '../../../src/store/keys/seal-older.ts'
import { scopeOfCase } from '../../../src/store/keys/sealed-orders.ts'
import { sealValue } from '../../../src/store/keys/sealed-value.ts'
import { connect, inTransaction } from '../../../src/store/pg/pool.ts'
import { makeAlertDraft, raised, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { testMasterKey } from '../../support/master-key.ts'
import { readRefused } from '../../support/refused-reports.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const places = /5\.1234567|52\.7654321/

describe('evidence at rest', () => {
  it('evidence says to whoever reads the row whose fix and when, and not where', async () => {
    const effect = raised({ evidence })
    await save(effect)
    const text = await rowOf(effect.alert.id)
    expect(text).toContain(fix.personId)
    expect(text).not.toMatch(places)
    const found = await findAlert(database.pool, effect.alert.id)
    expect(found?.evidence).toEqual(evidence)
    expect(found?.alert).not.toHaveProperty('evidence')
  })

  it('evidence laid into another alert is shown to nobody, and the alert is there and says so', async () => {
    const [one, other] = [raised({ evidence }), raised({ evidence })]
    await save(one)
    await save(other)
    await database.pool.query(
      'update alerts set evidence = (select evidence from alerts where id = $1) where id = $2',
      [one.alert.id, other.alert.id],
    )
    await expectWithheld(other.alert.id)
    expect((await findAlert(database.pool, one.alert.id))?.evidence).toEqual(evidence)
  })

  it.each([
    [
      'a fix laid beside those that were sealed',
      `evidence -> 'fixes' || (evidence -> 'fixes' -> 0)`,
    ],
    ['a fix taken from them', `'[]'::jsonb`],
    ['no list of fixes', `'7'::jsonb`],
    ['a fix of a day that is none', `jsonb_set(evidence -> 'fixes', '{0,recordedAtMs}', '"x"')`],
  ])('evidence with %s is shown to nobody, and nowhere as no number', async (_what, fixes) => {
    const effect = raised({ evidence })
    await save(effect)
    await database.pool.query(
      `update alerts set evidence = jsonb_set(evidence, '{fixes}', ${fixes}) where id = $1`,
      [effect.alert.id],
    )
    await expectWithheld(effect.alert.id)
  })

  it.each(['null', '7', '[]', '{}', '{"fixes": {}, "facts": {"a": {}}}'])(
    'an alert that has %s for its evidence is there, and is listed with the others',
    async (text) => {
      const effect = raised({ kind: 'panic', victimId: null, evidence })
      await save(effect)
      const { id } = effect.alert
      await database.pool.query('update alerts set evidence = $2 where id = $1', [id, text])
      const found = await findAlert(database.pool, id)
      expect(found?.evidence).toMatchObject({ fixes: [], facts: {}, isNotAsSealed: true })
      expect((await findPairStandings(database.pool, [id])).get(id)?.victimIds).toEqual([])
    },
  )

  it.each([
    ['fact', `jsonb_set(evidence, '{facts}', '{"borderMeters": 4000}')`],
    ['version', `jsonb_set(evidence, '{limitsVersion}', '"1"')`],
    ['person', `jsonb_set(evidence, '{fixes,0,role}', '"offender"')`],
    ['binding', `evidence - 'isBound'`],
  ])('evidence with another %s than was sealed is shown to nobody', async (_what, touched) => {
    const effect = raised({ evidence })
    await save(effect)
    const { id } = effect.alert
    await database.pool.query(`update alerts set evidence = ${touched} where id = $1`, [id])
    expect((await findAlert(database.pool, id))?.evidence).toMatchObject({
      fixes: [],
      isNotAsSealed: true,
    })
  })

  it('evidence that was sealed before what lies open was bound is read, and bound by the command once', async () => {
    const { pool } = database
    const effect = raised({ evidence })
    await save(effect)
    const { id, protectionOrderId } = effect.alert
    const places = [[fix.longitude, fix.latitude]]
    const sealed = await sealValue(
      pool,
      scopeOfCase(protectionOrderId ?? ''),
      `evidence/${id}`,
      places,
    )
    await pool.query(
      `update alerts set evidence = jsonb_set(evidence - 'isBound', '{sealed}', to_jsonb($2::text)) where id = $1`,
      [id, sealed],
    )
    expect((await findAlert(pool, id))?.evidence).toEqual(evidence)
    await inTransaction(pool, sealOlder)
    expect(await rowOf(id)).toContain('isBound')
    expect((await findAlert(pool, id))?.evidence).toEqual(evidence)
  })

  it('evidence whose seal was taken away is no evidence without places', async () => {
    const effect = raised({ evidence })
    await save(effect)
    await database.pool.query(`update alerts set evidence = evidence - 'sealed' where id = $1`, [
      effect.alert.id,
    ])
    await expectWithheld(effect.alert.id)
  })

  it('evidence of a case that was erased has no fix any more, and a late alert of it is told all the same', async () => {
    const effect = raised({ evidence })
    await save(effect)
    await database.pool.query(
      'update data_keys set wrapped = null, destroyed_at = now() where scope = $1',
      [scopeOfCase(effect.alert.protectionOrderId ?? '')],
    )
    await afterAMinute(async (pool) => {
      expect((await findAlert(pool, effect.alert.id))?.evidence.fixes).toEqual([])
      const { protectionOrderId } = effect.alert
      const late = raised({ protectionOrderId, evidence })
      await inTransaction(pool, (tx) => saveEffects(tx, [late], saveContextAt(1)))
      expect((await findAlert(pool, late.alert.id))?.evidence.fixes).toEqual([fix])
    })
  })

  it('what was stored in the clear before is read, and sealed by the command once', async () => {
    const { pool } = database
    const effect = raised({ evidence })
    await save(effect)
    await pool.query('update alerts set evidence = $2 where id = $1', [
      effect.alert.id,
      JSON.stringify(evidence),
    ])
    await pool.query(
      `insert into quarantined_fixes (element_index, code, detail, body) values (0, 'future', 'x', $1)`,
      [JSON.stringify({ serialNumber: 'AM-1', longitude: fix.longitude })],
    )
    const order = randomUUID()
    await pool.query(
      `with person as (
         insert into persons (role, reference) values ('offender', 'o') returning id), orders as (
         insert into protection_orders (id, reference, legal_basis, offender_id, valid_from, valid_until)
         select $1, 'R', 'x', id, now(), now() + interval '1 day' from person returning id, organisation_id)
       insert into protection_order_versions (protection_order_id, version, body, organisation_id)
       select id, 1, $2, organisation_id from orders`,
      [order, JSON.stringify(orderInTheClear(order))],
    )
    expect((await findAlert(pool, effect.alert.id))?.evidence).toEqual(evidence)
    expect(await inTransaction(pool, sealOlder)).toBe(3)
    expect(await inTransaction(pool, sealOlder)).toBe(0)
    expect(await rowOf(effect.alert.id)).not.toMatch(places)
    expect((await findAlert(pool, effect.alert.id))?.evidence).toEqual(evidence)
    const refused = await pool.query('select body::text from quarantined_fixes')
    expect(JSON.stringify(refused.rows)).not.toMatch(places)
    expect((await readRefused(pool, 'future'))[0]?.body).toEqual({
      serialNumber: 'AM-1',
      longitude: fix.longitude,
    })
    const versions = await pool.query('select body::text from protection_order_versions')
    expect(JSON.stringify(versions.rows)).not.toMatch(places)
  })
})

const fix: EvidenceFix = {
  role: 'victim',
  personId: randomUUID(),
  deviceId: randomUUID(),
  recordedAtMs: 1_795_000_000_000,
  receivedAtMs: 1_795_000_000_500,
  longitude: 5.1234567,
  latitude: 52.7654321,
  accuracyMeters: 10,
  isBelieved: true,
  disbelief: [],
  probability: 0.98,
}
const evidence = { ...makeAlertDraft().evidence, fixes: [fix] }

function orderInTheClear(id: string) {
  const fixedAddresses = [{ label: 'x', longitude: fix.longitude, latitude: fix.latitude }]
  return { id, version: 1, locationBans: [], proximityBans: [{ id: 'b', fixedAddresses }] }
}

async function expectWithheld(alertId: string): Promise<void> {
  const found = await findAlert(database.pool, alertId)
  expect(found?.alert.id).toBe(alertId)
  expect(found?.evidence).toEqual({ ...evidence, fixes: [], isNotAsSealed: true })
}

async function save(effect: ReturnType<typeof raised>): Promise<void> {
  await inTransaction(database.pool, (tx) => saveEffects(tx, [effect], saveContextAt(1)))
}

async function rowOf(alertId: string): Promise<string> {
  const { rows } = await database.pool.query<{ text: string }>(
    'select row_to_json(a)::text as text from alerts a where id = $1',
    [alertId],
  )
  return rows[0]?.text ?? ''
}

/** As a process finds it that knows of no key. */
async function afterAMinute(look: (pool: TestDatabase['pool']) => Promise<void>): Promise<void> {
  const masters = readMasterKeys(testMasterKey)
  const keys = createDataKeys({
    masters,
    db: database.pool,
    elapsedMs: () => performance.now(),
  })
  const pool = await connect(database.url, { keys, connectionCountMax: 1 })
  try {
    await look(pool)
  } finally {
    await pool.end()
  }
}
