import { afterAll, beforeAll, expect, it } from 'vitest'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { readReport } from '../../src/report/read-report.ts'
import { erasePiece, listErasablePeople } from '../../src/store/cases/erase-case.ts'
import { aboutNote, openWords, unreadableWords } from '../../src/store/keys/sealed-words.ts'
import { piecesOf } from '../../src/store/cases/erased-pieces.ts'
import { createAssessmentKeeper } from '../../workers/keep-assessments.ts'
import { keepPartitions } from '../../workers/keep-partitions.ts'
import { createRetentionKeeper } from '../../workers/keep-retention.ts'
import { makeAlertDraft, saveContextAt } from '../support/alert-drafts.ts'
import { turnDatabaseTo } from '../support/database-clock.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { proveFor, signInAs, type TestAnswer } from '../support/signed-in.ts'
import { createSilentLog } from '../support/silent-log.ts'

/** Two cases of one offender, each with a victim of its own, that end on one day; years pass. */
let world: TestApp
let worker: TestApp['machinery']
const cases: { orderId: string; victimId: string; alertId: string; deviceId: string }[] = []
let offenderId = ''
const endedMs = Date.parse('2026-11-24T12:00:00Z')
const dayMs = 86_400_000

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'RECL-1' })
  for (const name of ['one', 'two']) cases.push(await makeCase(name))
  world.clock.timeMs = endedMs
  await turnTo(endedMs)
  for (const { alertId, orderId } of cases) {
    await call('POST', `/v1/alerts/${alertId}/_close`, { outcome: 'confirmed', note: 'zei Anna' })
    await world.database.pool.query(
      `update alerts set status = 'closed', outcome = 'confirmed' where status <> 'closed'`,
    )
    await call('POST', `/v1/protection-orders/${orderId}/_end`, { reason: 'verhuisd' })
  }
})
afterAll(() => world.close())

const call = async (method: string, url: string, body?: object) =>
  await world.call('supervisor', method, url, body)

async function make(url: string, body: object): Promise<string> {
  const made = await call('POST', url, body)
  expect([url, made.status], JSON.stringify(made.body)).toEqual([url, 201])
  return String(made.body['id'])
}

async function makeCase(name: string, ofVictimId: string | null = null) {
  const victimId =
    ofVictimId ?? (await make('/v1/persons', { role: 'victim', reference: `SLO-${name}` }))
  await call('PUT', `/v1/persons/${victimId}/phone`, { phone: '+31612345678' })
  const orderId = await make('/v1/protection-orders', {
    reference: `ORDER-${name}`,
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [
      { label: 'huis', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } },
    ],
    proximityBans: [{ victimId, separationMeters: 1000 }],
  })
  const deviceId = await make('/v1/devices', {
    vendorId: world.vendorId,
    serialNumber: `VD-${name}`,
    kind: 'victim-device',
    reportIntervalSeconds: 60,
  })
  await make('/v1/device-assignments', {
    deviceId,
    personId: victimId,
    validFrom: '2026-11-01T00:00:00Z',
  })
  await call('POST', `/v1/persons/${victimId}/sightings`, {
    kind: 'seen',
    seenAt: '2026-11-23T18:20:00Z',
    note: 'bij de school',
  })
  await call('POST', `/v1/persons/${victimId}/tellings`, {
    topic: 'contact',
    channel: 'call',
    phone: '+31300000001',
    ground: 'desk',
    outcome: 'reached',
  })
  await call('POST', `/v1/persons/${victimId}/consents`, { isGiven: true })
  const alert = makeAlertDraft({
    kind: 'proximity-breach',
    priority: 'P1',
    protectionOrderId: orderId,
    offenderId,
    victimId,
  })
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
  )
  await world.database.pool.query(
    `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, journal_id)
     values ($1, '2026-11-20T10:00:00Z', now(), 5.1, 52.1, 1), ($1, '2026-11-26T10:00:00Z', now(), 5.1, 52.1, 1)`,
    [deviceId],
  )
  return { orderId, victimId, alertId: alert.id, deviceId }
}

const turnTo = async (atMs: number) => await turnDatabaseTo(world.database.pool, atMs)

async function release(id: string, reason: string): Promise<TestAnswer> {
  return await world.call('person', 'POST', `/v1/retention-holds/${id}/_release`, { reason })
}

async function confirm({ body }: TestAnswer): Promise<TestAnswer> {
  const person = await signInAs(world, { roles: ['supervisor'], displayName: 'B. Twee' })
  await proveFor(world, person, `confirmProposal ${String(body['id'])}`)
  return await person.call('POST', `/v1/proposals/${String(body['id'])}/_confirm`, {})
}

async function pass(days: number): Promise<void> {
  world.clock.timeMs = endedMs + days * dayMs
  const clock = { nowMs: () => world.clock.timeMs }
  const deps = { pool: worker, clock, log: createSilentLog() }
  await turnTo(world.clock.timeMs)
  await createRetentionKeeper(deps)()
  await createAssessmentKeeper(deps)()
  await keepPartitions({ ...deps, retentionDays: 90 })
}

const countOf = async (sql: string, ...values: unknown[]): Promise<number> => {
  const { rows } = await world.database.pool.query<{ count: number }>(
    `select count(*)::int as count from ${sql}`,
    values,
  )
  return rows[0]?.count ?? -1
}

async function retentionOf(orderId = '') {
  const { body } = await call('GET', `/v1/protection-orders/${orderId}/retention`)
  const purposes = body['purposes'] as {
    purpose: string
    erased: object | null
    kept: string | null
  }[]
  return {
    isHeld: body['isHeld'],
    erased: purposes.filter(({ erased }) => erased !== null).map(({ purpose }) => purpose),
    kept: purposes.filter(({ kept }) => kept !== null).map(({ purpose }) => purpose),
  }
}

const report = () =>
  readReport(world.database.pool, {
    year: 2026,
    nowMs: Date.parse('2040-01-01'),
    machinery: worker,
  })

it('a case is erased by the terms of each purpose, one that a court holds is not, and a year is told the same after it', async () => {
  const [one, two] = cases
  if (one === undefined || two === undefined) throw new Error('expected two cases')
  const held = {
    heldFor: 'court',
    reason: 'hoger beroep',
    documentReference: 'GH-27/1',
    until: '2031-11-20T00:00:00Z',
  }
  await make(`/v1/protection-orders/${two.orderId}/_hold`, held)
  const mistaken = await make(`/v1/protection-orders/${one.orderId}/_hold`, held)
  // Sent twice it is one hold.
  const again = await call('POST', `/v1/protection-orders/${one.orderId}/_hold`, held)
  expect(again).toMatchObject({ status: 200, body: { id: mistaken } })
  // A device that was worn for a second only would leave its positions out of what is held.
  const worn = await world.database.pool.query<{ id: string }>(
    'select id from device_assignments where device_id = $1',
    [two.deviceId],
  )
  await sayMore(one)
  const [note, noteOfNoCase] = [await noteOf(one.alertId), await sayOfNoCase(one)]
  expect(await read(note)).toBe('zei Anna')
  const taking = `/v1/device-assignments/${worn.rows[0]?.id}/_end`
  const taken = await world.call('person', 'POST', taking, { validUntil: '2026-11-01T00:00:01Z' })
  expect(taken.status, JSON.stringify(taken.body)).toBe(202)
  const asked = await release(mistaken, 'de andere zaak')
  expect(asked.status, JSON.stringify(asked.body)).toBe(202)
  expect((await release(mistaken, 'nog eens')).status, 'asked already').toBe(409)
  expect(await countOf('retention_holds where released_at is not null')).toBe(0)
  expect((await confirm(asked)).status).toBe(200)
  expect((await release(mistaken, 'nog eens')).status).toBe(404)
  // For thirty days it can be held again.
  expect(await retentionOf(one.orderId)).toMatchObject({ isHeld: true })
  const before = await report()
  await world.database.pool.query(
    `insert into evaluator_snapshots (shard, scope, journal_id, state)
     select 0, kind || p.id, 1, 'where they were'::bytea
       from persons p, unnest(array['case:', 'window:', 'incidents:']) as kind where p.reference = 'RECL-1'
     union all select 0, scope, 1, ''::bytea from unnest(array['watch', 'window:another']) as scope`,
  )
  await pass(80)
  expect(await countOf('person_phones')).toBe(2)
  expect(await countOf('fixes')).toBe(4)

  // Monitoring is over: of what is held, everything stays, positions too while it was in force.
  await pass(100)
  // Of the offender, who is of the case that is held, nothing is: the rest is not said to be done.
  expect(await retentionOf(one.orderId)).toEqual({
    isHeld: false,
    erased: [],
    kept: ['monitoring'],
  })
  expect(await retentionOf(two.orderId)).toEqual({ isHeld: true, erased: [], kept: [] })
  expect(await countOf('person_phones where person_id = $1', one.victimId)).toBe(0)
  expect(await countOf('person_phones where person_id = $1', two.victimId)).toBe(1)
  expect(await countOf('fixes where device_id = $1', one.deviceId)).toBe(0)
  expect(await countOf('fixes where device_id = $1', two.deviceId)).toBe(1)
  expect(await countOf('person_sightings')).toBe(2)
  expect(await countOf('evaluator_snapshots')).toBe(5)

  // Evidence: five years.
  await pass(1_826)
  expect(await countOf(`alerts where evidence ? 'isErased'`)).toBe(0)
  const erase = `/v1/protection-orders/${two.orderId}/_erase`
  const late = await signInAs(world, { roles: ['supervisor'] })
  const refused = await late.call('POST', erase, { reason: 'x' })
  expect(refused.status, 'held').toBe(409)
  await pass(1_830)
  expect(await retentionOf(one.orderId)).toMatchObject({ erased: ['evidence'] })
  expect(await countOf('person_sightings')).toBe(1)
  expect(await countOf(`persons where reference like 'erased%'`)).toBe(1)
  // The offender is of the other case too.
  expect(await countOf(`persons where reference = 'RECL-1'`)).toBe(1)
  const left = await everythingOf(one)
  for (const word of typedWords) expect(left, word).not.toContain(word)
  // What a backup still has of it opens with no key any more.
  world.database.keys.forget([`case/${one.orderId}`])
  expect(await read(note)).toBe(unreadableWords)
  expect((await noteOf(noteOfNoCase)).note).toBeNull()
  const advised = `enforceability_assessments t where t::text ~ 'advies wijk|straatnaam'`
  expect(await countOf(advised)).toBe(0)
  expect(await countOf('break_glasses where person_id = $1', one.victimId)).toBe(1)
  expect(await everythingOf(two)).toContain('SLO-two')
  expect((await call('GET', `/v1/alerts/${one.alertId}`)).status).toBe(200)
  const order = await call('GET', `/v1/protection-orders/${one.orderId}`)
  expect(order.body).toMatchObject({ locationBans: [], status: 'ended' })
  expect(await report()).toEqual(before)

  // A hold that is over leaves thirty days; nothing is erased twice.
  await pass(1_850)
  expect(await retentionOf(two.orderId)).toEqual({ isHeld: true, erased: [], kept: [] })
  await pass(1_865)
  for (const { orderId } of cases)
    expect(await retentionOf(orderId)).toEqual({
      isHeld: false,
      erased: ['monitoring', 'evidence'],
      kept: [],
    })
  expect(await countOf(`persons where reference like 'erased%'`)).toBe(3)
  expect(await countOf('fixes')).toBe(0)
  // Whoever erases has no right to what is watched, nor to what is nobody's.
  const takeAll = worker.query('delete from evaluator_snapshots')
  await expect(takeAll).rejects.toThrow('whose orders have all ended')
  const remembered = `evaluator_snapshots where scope in ('watch', 'window:another')`
  expect([await countOf(remembered), await countOf('evaluator_snapshots')]).toEqual([2, 2])
  expect(await countOf('data_keys where wrapped is not null and scope <> $1', 'webhooks')).toBe(0)
  expect(await report()).toEqual(before)
  const entries = await countOf(
    `audit_entries where convert_from(body, 'UTF8') like $1`,
    '%"name":"eraseCase"%',
  )
  expect(entries).toBe(4)
  await pass(1_900)
  expect(await countOf('erasures')).toBe(4)
})

/** As it is stored, with whose it is. */
async function noteOf(alertId: string) {
  const { rows } = await world.database.pool.query<{ note: string | null; alertId: string }>(
    `select note, alert_id as "alertId" from alert_transitions where alert_id = $1 order by note nulls last limit 1`,
    [alertId],
  )
  return rows[0] ?? { note: null, alertId }
}

async function read(row: { note: string | null; alertId: string }): Promise<string | null> {
  const about = (): string => aboutNote(row.alertId)
  return (await openWords(world.database.pool, [row], 'note', about))[0]?.note ?? null
}

/** At an alert about somebody that is of no order, as of a device before there is one. */
async function sayOfNoCase({ victimId }: { victimId: string }): Promise<string> {
  const of = { protectionOrderId: null, offenderId: null, victimId } as const
  const alert = makeAlertDraft({ kind: 'device-silent', ...of })
  const { pool } = world.database
  await inTransaction(pool, async (tx) => {
    await saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs))
    await tx.query(`update alert_transitions set note = 'bij haar zus' where alert_id = $1`, [
      alert.id,
    ])
    await tx.query(`update alerts set status = 'closed', outcome = 'confirmed' where id = $1`, [
      alert.id,
    ])
  })
  expect((await noteOf(alert.id)).note).toBe('bij haar zus')
  return alert.id
}

/** Whatever somebody typed about the first case. */
const typedWords = [
  'zei Anna',
  'verhuisd',
  'bij de school',
  'SLO-one',
  'ORDER-one',
  'huis',
  'hoger beroep',
  'de andere zaak',
  'GH-27/1',
  'buurvrouw belt',
]

/** Words in tables that lead to a case by a person or an act. */
async function sayMore({ orderId, victimId }: { orderId: string; victimId: string }) {
  const { pool } = world.database
  await pool.query(
    `insert into break_glasses (organisation_id, person_id, reason, asked_by, asked_at, expires_at)
     select organisation_id, id, 'buurvrouw belt', gen_random_uuid(), now(), now() from persons where id = $1`,
    [victimId],
  )
  await pool.query(
    `with made as (
       insert into enforceability_assessments (organisation_id, label, made_at, made_by_kind, made_by, question, answer,
                                               limits_version, advice_court, advice_file)
       select organisation_id, 'advies wijk', now(), 'person', gen_random_uuid(), '{}', '{"verdict":"yes","why":"straatnaam"}', '1', '', ''
         from protection_orders where id = $1 returning id)
     update order_acts set assessment_id = (select id from made) where protection_order_id = $1 and act = 'impose'`,
    [orderId],
  )
}

it('how long a case is kept says which purposes end by themselves, while it runs too', async () => {
  const { orderId } = await makeCase('kept')
  const { body } = await call('GET', `/v1/protection-orders/${orderId}/retention`)
  const purposes = body['purposes'] as Record<'purpose' | 'days' | 'keptUntil', unknown>[]
  expect(purposes.map(({ days, keptUntil, purpose }) => [purpose, days, keptUntil])).toEqual([
    ['monitoring', 90, null],
    ['evidence', 1_827, null],
    ['statistics', null, null],
    ['audit', null, null],
  ])
})

it('a person who was never in a case, and a decision that was never complete, goes after a year', async () => {
  const nobody = await make('/v1/persons', { role: 'victim', reference: 'SLO-nooit' })
  const phone = { phone: '+31612345679' }
  await call('PUT', `/v1/persons/${nobody}/phone`, phone)
  const decision = { source: 'court', documentReference: 'RB-half', act: 'impose', order: {} }
  expect((await call('POST', '/v1/decisions', decision)).status).toBe(400)
  const { pool } = world.database
  await pool.query('update persons set created_at = $1 where id = $2', [new Date(endedMs), nobody])
  await pool.query('update decisions set received_at = $1', [new Date(endedMs)])
  const left = async () => [
    await countOf('person_phones where person_id = $1', nobody),
    await countOf(`decisions where document_reference = 'RB-half'`),
    await countOf(`persons where reference = 'SLO-nooit'`),
  ]
  await pass(364)
  expect(await left()).toEqual([1, 1, 1])
  await pass(366)
  expect(await left()).toEqual([0, 0, 0])
})

it('nothing is erased by a clock that is years ahead of the database', async () => {
  const erasedBefore = await countOf('erasures')
  await turnTo(Date.now())
  const clock = { nowMs: () => Date.now() + 5_000 * dayMs }
  await createRetentionKeeper({ pool: worker, clock, log: createSilentLog() })()
  expect(await countOf('erasures')).toBe(erasedBefore)
})

it('the worker destroys no key of a case that protects, is held, or whose time is not over by the clock and terms of the database', async () => {
  const { orderId } = await makeCase('three')
  const destroy = () => worker.query('select hoede_destroy_keys_of_case($1, $2)', [orderId, []])
  const refused = 'expected a case whose time is over'
  await expect(destroy()).rejects.toThrow(refused)
  await endAt(endedMs, orderId)
  await sayErasing(orderId)
  await turnTo(endedMs + 1_826 * dayMs)
  await expect(destroy()).rejects.toThrow(refused)
  await expect(worker.query('update retention_terms set days = 1')).rejects.toThrow('denied')
  await turnTo(endedMs + 1_828 * dayMs)
  await expect(
    worker.query('select hoede_destroy_keys_of_case($1, $2)', [orderId, [cases[0]?.victimId]]),
    'of another case',
  ).rejects.toThrow(refused)
  expect((await destroy()).rows).toEqual([{ hoede_destroy_keys_of_case: 1 }])
})

/** As if it had ended then, with nothing open. */
async function endAt(atMs: number, orderId: string): Promise<void> {
  await turnTo(atMs)
  const { pool } = world.database
  await pool.query(`update protection_orders set status = 'ended' where id = $1`, [orderId])
  await pool.query(
    `update alerts set status = 'closed', outcome = 'confirmed' where status <> 'closed'`,
  )
}

async function sayErasing(orderId: string, done: 'done' | 'begun' = 'begun'): Promise<void> {
  await worker.query(
    `insert into erasures (protection_order_id, purpose, terms_version, began_at, done_at)
     values ($1, 'evidence', 1, now(), case when $2 then now() end)`,
    [orderId, done === 'done'],
  )
}

it('a worker in other hands destroys no key of somebody whom another case protects by saying that it was erased, nor dates an end back', async () => {
  const ended = await makeCase('five')
  const runs = await makeCase('six', ended.victimId)
  await endAt(endedMs, ended.orderId)
  await turnTo(endedMs + 1_828 * dayMs)
  await sayErasing(ended.orderId)
  await sayErasing(runs.orderId, 'done')
  const destroy = (people: readonly string[]) =>
    worker.query('select hoede_destroy_keys_of_case($1, $2)', [ended.orderId, people])
  await expect(destroy([ended.victimId])).rejects.toThrow('people of no other case')
  await turnTo(endedMs + 100 * dayMs)
  await worker.query(`update protection_orders set changed_at = '2000-01-01' where id = $1`, [
    ended.orderId,
  ])
  await expect(destroy([])).rejects.toThrow('expected a case whose time is over')
  await worker.query('delete from erasures where protection_order_id = $1', [runs.orderId])
})

it('a hold that is put between two pieces of an erasure keeps whom both cases name, and one that is being put is waited for', async () => {
  const one = await makeCase('seven')
  const two = await makeCase('eight', one.victimId)
  const { pool } = world.database
  for (const { orderId } of [one, two]) await endAt(endedMs, orderId)
  const nowMs = endedMs + 1_828 * dayMs
  await turnTo(nowMs)
  world.clock.timeMs = nowMs
  const erasure = { orderId: one.orderId, purpose: 'monitoring', nowMs } as const
  const personIds = await listErasablePeople(worker, erasure)
  expect(personIds).toContain(one.victimId)
  const hold = await make(`/v1/protection-orders/${two.orderId}/_hold`, {
    heldFor: 'court',
    reason: 'x',
    until: new Date(nowMs + dayMs).toISOString(),
  })
  const [phones] = piecesOf.monitoring
  if (phones === undefined) throw new Error('expected a piece')
  await inTransaction(worker, (tx) => erasePiece(tx, phones, { ...erasure, personIds }))
  expect(await countOf('person_phones where person_id = $1', one.victimId)).toBe(1)

  // Of the other case it is being put, in a transaction that is not over.
  await sayErasing(one.orderId)
  const holder = await pool.connect()
  await holder.query('begin')
  await holder.query(
    `insert into retention_holds (organisation_id, protection_order_id, held_for, reason, until, held_by, at)
     select organisation_id, $2, held_for, reason, until, held_by, at from retention_holds where id = $1`,
    [hold, one.orderId],
  )
  const destroyed = worker
    .query('select hoede_destroy_keys_of_case($1, $2)', [one.orderId, []])
    .then(
      () => 'destroyed',
      (error: Error) => error.message,
    )
  await new Promise((resolve) => setTimeout(resolve, 200))
  await holder.query('commit')
  holder.release()
  expect(await destroyed).toContain('expected a case whose time is over')
})

it('a hold is ended by people alone, by the clock of the database, and none is put on what is gone', async () => {
  const { orderId } = await makeCase('nine')
  await turnTo(endedMs)
  world.clock.timeMs = endedMs
  const until = new Date(endedMs + 50 * dayMs).toISOString()
  const held = { heldFor: 'court', reason: 'x', until }
  const id = await make(`/v1/protection-orders/${orderId}/_hold`, held)
  const byToken = await call('POST', `/v1/retention-holds/${id}/_release`, { reason: 'x' })
  expect(byToken.status).toBe(403)
  const { pool } = world.database
  await turnTo(endedMs + 10 * dayMs)
  await pool.query(
    `update retention_holds set released_by = held_by, released_at = $2, release_reason = '', release_confirmed_by = gen_random_uuid() where id = $1`,
    [id, new Date(endedMs - 90 * dayMs)],
  )
  await turnTo(endedMs + 39 * dayMs)
  expect(await retentionOf(orderId)).toMatchObject({ isHeld: true })
  await turnTo(endedMs + 41 * dayMs)
  expect(await retentionOf(orderId)).toMatchObject({ isHeld: false })
  await sayErasing(orderId, 'done')
  const late = await call('POST', `/v1/protection-orders/${orderId}/_hold`, held)
  expect([late.status, String(late.body['detail'])]).toEqual([
    409,
    expect.stringContaining('erased'),
  ])
})

it('no key and no day of positions goes before its time by the clock of the database, or while a case is held', async () => {
  const { pool } = world.database
  const nowMs = endedMs + 3 * dayMs
  await turnTo(nowMs)
  world.clock.timeMs = nowMs
  const deps = { pool: worker, log: createSilentLog(), retentionDays: 36 }
  await keepPartitions({ ...deps, clock: { nowMs: () => nowMs } })
  const keys = async () =>
    await countOf(`data_keys where wrapped is not null and scope = 'refused/x'`)
  await pool.query(
    `insert into data_keys (id, scope, wrapped, made_at, master_id) select gen_random_uuid(), s, wrapped, $1::timestamptz - interval '33 days', master_id
       from (select wrapped, master_id from data_keys where wrapped is not null limit 1) k, unnest(array['refused/x']) s`,
    [new Date(nowMs)],
  )
  await worker.query(`select hoede_destroy_keys_before('refused', '2999-01-01')`)
  expect(await keys()).toBe(1)
  const { orderId, deviceId } = await makeCase('ten')
  const ahead = { nowMs: () => nowMs + 60 * dayMs }
  expect(await keepPartitions({ ...deps, clock: ahead })).toMatchObject({ dropped: [] })
  expect(await keys()).toBe(1)
  const drop = () => worker.query(`select hoede_drop_fix_partition('fixes_20261120')`)
  await expect(drop()).rejects.toThrow('expected a day whose time is over')
  const until = new Date(nowMs + 400 * dayMs).toISOString()
  await make(`/v1/protection-orders/${orderId}/_hold`, { heldFor: 'court', reason: 'x', until })
  await turnTo(nowMs + 300 * dayMs)
  await expect(drop()).rejects.toThrow('no case that is held')
  await worker.query(`select hoede_drop_default_fixes('2999-01-01')`)
  expect(await countOf('fixes where device_id = $1', deviceId)).toBe(2)
})

it('nobody shortens a hold, or ends it alone, by a statement either', async () => {
  const { orderId } = await makeCase('four')
  const until = new Date(world.clock.timeMs + dayMs).toISOString()
  const held = { heldFor: 'court', reason: 'x', until }
  const id = await make(`/v1/protection-orders/${orderId}/_hold`, held)
  const { pool } = world.database
  const set = (what: string) => pool.query(`update retention_holds set ${what} where id = $1`, [id])
  const alone = `released_by = held_by, released_at = now(), release_reason = ''`
  await expect(set(`until = at + interval '1 second'`)).rejects.toThrow('expected a hold')
  await expect(set(alone)).rejects.toThrow('expected a hold')
  await expect(set(`${alone}, release_confirmed_by = held_by`)).rejects.toThrow('check')
})

/** Whatever the tables say of a case, as text. */
async function everythingOf({ orderId, victimId }: { orderId: string; victimId: string }) {
  const { rows } = await world.database.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and c.relname not in ('audit_entries', 'journal', 'evaluator_snapshots')`,
  )
  const texts: string[] = []
  for (const { name } of rows) {
    const found = await world.database.pool.query<{ text: string }>(
      `select t::text as text from ${name} t where t::text like '%' || $1 || '%' or t::text like '%' || $2 || '%'`,
      [orderId, victimId],
    )
    texts.push(...found.rows.map(({ text }) => text))
  }
  const alerts = await world.database.pool.query<{ text: string }>(
    `select t::text as text from alert_transitions t join alerts a on a.id = t.alert_id where a.protection_order_id = $1`,
    [orderId],
  )
  return [...texts, ...alerts.rows.map(({ text }) => text)].join('\n')
}
