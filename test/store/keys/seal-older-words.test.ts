import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAlert } from '../../../src/store/alerts/alerts.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { listCaseRoles } from '../../../src/store/cases/case-roles.ts'
import { listTellings } from '../../../src/store/cases/victims.ts'
import { listHandOvers } from '../../../src/store/desk/hand-overs.ts'
import { sealOlder } from '../../../src/store/keys/seal-older.ts'
import { isSealed } from '../../../src/store/keys/sealed-text.ts'
import { unreadableWords } from '../../../src/store/keys/sealed-words.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs, type TestPerson } from '../../support/signed-in.ts'

const address = 'Lindelaan 9, 52.198371'
const number = '+31612345678'

let world: TestApp
let supervisor: TestPerson
let orderId = ''
let victimId = ''
const alertIds: string[] = []

beforeAll(async () => {
  world = await createTestApp()
  supervisor = await signInAs(world, { roles: ['supervisor', 'operator'] })
  const made = async (url: string, body: object) => {
    const answer = await world.call('supervisor', 'POST', url, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return String(answer.body['id'])
  }
  const offenderId = await made('/v1/persons', { role: 'offender', reference: 'o' })
  victimId = await made('/v1/persons', { role: 'victim', reference: 'v' })
  orderId = await made('/v1/protection-orders', {
    reference: 'R',
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [],
    proximityBans: [{ victimId, separationMeters: 1_000 }],
  })
  for (const protectionOrderId of [orderId, null]) {
    const alert = makeAlertDraft({ kind: 'device-silent', protectionOrderId, offenderId })
    await inTransaction(world.database.pool, (tx) =>
      saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
    )
    alertIds.push(alert.id)
  }
  await type()
})
afterAll(() => world.close())

/** As people do, by every door that takes words. */
async function type(): Promise<void> {
  for (const id of alertIds) {
    const noted = await world.call('supervisor', 'POST', `/v1/alerts/${id}/_acknowledge`, {
      note: address,
    })
    expect(noted.status, JSON.stringify(noted.body)).toBe(200)
  }
  const given = await supervisor.call('POST', `/v1/protection-orders/${orderId}/_give-role`, {
    role: 'case-lead',
    holder: { name: 'A. Eerst', phone: number },
    standIn: { name: 'B. Twee', phone: number },
    handOverNote: address,
  })
  expect(given.status, JSON.stringify(given.body)).toBe(200)
  const { pool } = world.database
  await pool.query(
    `insert into person_tellings (organisation_id, person_id, topic, channel, text, ground, outside_wishes, reason, outcome, at, told_by)
     select organisation_id, $1, 'other', 'phone', $2, 'desk', '{}', $2, 'reached', now(), $3 from persons where id = $1`,
    [victimId, address, supervisor.staffId],
  )
  await pool.query(
    `insert into hand_overs (organisation_id, by, note, items, at)
     select organisation_id, id, $2, $3::jsonb, now() from staff where id = $1`,
    [supervisor.staffId, address, JSON.stringify([{ key: 'incident:1', plan: address }])],
  )
  await pool.query(
    `insert into hand_over_owners (organisation_id, key, owner_id, plan, by, at)
     select organisation_id, 'incident:1', id, $2, id, now() from staff where id = $1`,
    [supervisor.staffId, address],
  )
}

const columns = [
  ['alert_transitions', 'note'],
  ['case_roles', 'phone'],
  ['case_roles', 'stand_in_phone'],
  ['case_roles', 'hand_over_note'],
  ['person_tellings', 'text'],
  ['person_tellings', 'reason'],
  ['hand_overs', 'note'],
  ['hand_over_owners', 'plan'],
] as const

async function stored(): Promise<readonly string[]> {
  const texts: string[] = []
  for (const [table, column] of columns) {
    const { rows } = await world.database.pool.query<{ text: string }>(
      `select ${column} as text from ${table} where ${column} is not null`,
    )
    texts.push(...rows.map(({ text }) => text))
  }
  return texts
}

async function read() {
  const { pool } = world.database
  const organisations = await pool.query<{ id: string }>(
    'select organisation_id as id from staff where id = $1',
    [supervisor.staffId],
  )
  const organisationId = organisations.rows[0]?.id ?? ''
  const [lead] = await listCaseRoles(pool, orderId)
  const [telling] = await listTellings(pool, victimId)
  const [report] = await listHandOvers(pool, { organisationId, limit: 1 })
  const notes: (string | null)[] = []
  for (const id of alertIds)
    notes.push(
      (await findAlert(pool, id))?.transitions.find(({ note }) => note !== null)?.note ?? null,
    )
  return {
    notes,
    numbers: [lead?.phone, lead?.standInPhone],
    words: [
      lead?.handOverNote,
      telling?.text,
      telling?.reason,
      report?.note,
      report?.items[0]?.plan,
    ],
  }
}

const asTyped = {
  notes: [address, address],
  numbers: [number, number],
  words: [address, address, address, address, address],
}

describe('words that people type', () => {
  it('what people type and numbers of officials are sealed as they are taken, and read as they were', async () => {
    const byDoors = (await stored()).filter(isSealed)
    // Two notes, two numbers, one at a role; the rest was laid there as before there were keys.
    expect(byDoors).toHaveLength(5)
    expect(await read()).toEqual(asTyped)
  })

  it('words from before they were sealed are sealed by the command, once, and read as they were', async () => {
    const { pool } = world.database
    await pool.query(`update case_roles set phone = $1, stand_in_phone = $1, hand_over_note = $2`, [
      number,
      address,
    ])
    await pool.query('update alert_transitions set note = $1 where note is not null', [address])
    expect((await stored()).filter(isSealed)).toEqual([])
    expect(await inTransaction(pool, sealOlder)).toBe(10)
    expect(await inTransaction(pool, sealOlder)).toBe(0)
    expect((await stored()).filter((text) => !isSealed(text))).toEqual([])
    const { rows } = await pool.query<{ items: string }>('select items::text from hand_overs')
    expect(rows[0]?.items).not.toContain('Lindelaan')
    expect(await read()).toEqual(asTyped)
  })

  it('a note that was laid at another alert says that it cannot be read, and a number beside another name too', async () => {
    const { pool } = world.database
    await pool.query(
      `update alert_transitions set note = (select note from alert_transitions where alert_id = $1 and note is not null)
        where alert_id = $2 and note is not null`,
      alertIds,
    )
    await pool.query(`update case_roles set name = 'C. Ander'`)
    const { notes, numbers } = await read()
    expect(notes).toEqual([address, unreadableWords])
    expect(numbers).toEqual([unreadableWords, number])
  })

  it('words whose key cannot be read are kept: those of an alert by another key, older ones as they are', async () => {
    const { keys, pool } = world.database
    const scopes = [`case/${orderId}`, `person/${victimId}`]
    await pool.query(`update data_keys set wrapped = '\\x00' where scope = any($1)`, [scopes])
    keys.forget(scopes)
    const [alertId = ''] = alertIds
    const closed = await world.call('supervisor', 'POST', `/v1/alerts/${alertId}/_close`, {
      outcome: 'confirmed',
      note: address,
    })
    expect(closed.status, JSON.stringify(closed.body)).toBe(200)
    const told = (await findAlert(pool, alertId))?.transitions.find(({ kind }) => kind === 'closed')
    expect(told?.note).toBe(address)
    await pool.query('update person_tellings set text = $1, reason = $1', [address])
    expect(await inTransaction(pool, sealOlder)).toBe(0)
    const [telling] = await listTellings(pool, victimId)
    expect([telling?.text, telling?.reason]).toEqual([address, address])
  })

  it('a note that no key can be had for is not kept in the open, and the diary says that words are missing', async () => {
    const { keys, pool } = world.database
    const { rows } = await pool.query<{ scope: string }>(
      `update data_keys set wrapped = '\\x00' where starts_with(scope, 'organisation/') returning scope`,
    )
    keys.forget(rows.map(({ scope }) => scope))
    const [, alertId = ''] = alertIds
    const closed = await world.call('supervisor', 'POST', `/v1/alerts/${alertId}/_close`, {
      outcome: 'confirmed',
      note: address,
    })
    expect(closed.status, JSON.stringify(closed.body)).toBe(200)
    const told = (await findAlert(pool, alertId))?.transitions.find(({ kind }) => kind === 'closed')
    expect(told?.note).toBe('[unreadable]')
  })
})
