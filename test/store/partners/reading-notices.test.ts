import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { hourMs, minuteMs } from '../../../src/core/model/units.ts'
import { createPartnerTeller } from '../../../workers/tell-partners.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import {
  startPartnerDouble,
  type Notice,
  type PartnerDouble,
} from '../../support/partner-double.ts'
import { signInAs, type TestPerson } from '../../support/signed-in.ts'
import { createSilentLog } from '../../support/silent-log.ts'

let world: TestApp
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>
let officer: PartnerDouble
let partnerId = ''
let victimId = ''
const typedWords = 'at her sister, Lindelaan 9'

beforeAll(async () => {
  officer = await startPartnerDouble('http://127.0.0.1:0')
  const { host } = officer
  officer.close()
  world = await createTestApp({ environment: { HOEDE_WEBHOOK_HOSTS: host } })
  worker = await world.database.connectAs('worker')
  officer = await startPartnerDouble(await world.app.listen({ host: '127.0.0.1', port: 0 }))
  const made = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'victim',
    reference: 'v',
  })
  victimId = String(made.body['id'])
})
afterAll(async () => {
  officer.close()
  await world.close()
})

/** As the worker, with the rights of its login. */
async function tell(nowMs = world.clock.timeMs): Promise<void> {
  world.clock.timeMs = nowMs
  await createPartnerTeller({
    pool: worker,
    clock: { nowMs: () => nowMs },
    log: createSilentLog(),
    limits: defaultLimits,
    oin: null,
    webhookHosts: [officer.host],
    onEvent: () => {},
  })()
}

const ask = async (operator: TestPerson) =>
  await operator.call('POST', `/v1/persons/${victimId}/_break-glass`, { reason: typedWords })

/** A place of hers that is looked at; what it answers is of no matter here. */
async function readOutside(): Promise<void> {
  await world.database.pool.query(
    `insert into access_log (organisation_id, api_client_id, action, person_ids, at)
     select organisation_id, $2, 'read-fixes', array[id], to_timestamp($3::float8 / 1000) from persons where id = $1`,
    [victimId, world.vendorId, world.clock.timeMs],
  )
}

const acts = (): readonly string[] => officer.taken().map(({ data }) => String(data['act']))

async function alertsOfReceipts(): Promise<readonly Notice[]> {
  const { rows } = await world.database.pool.query<Notice>(
    `select a.priority, a.reason, a.cleared_at is null as "isOpen", a.organisation_id is not null as "isOfOne",
            (select count(*)::int from escalations e where e.alert_id = a.id) as calls
       from alerts a where a.kind = 'receipt-missing' order by a.raised_at, a.id`,
  )
  return rows
}

it('whoever looks after the protection of data is registered by one person and told once another confirms', async () => {
  const operator = await signInAs(world, { roles: ['operator'] })
  const administrator = await signInAs(world, { roles: ['administrator', 'supervisor'] })
  const supervisor = await signInAs(world, { roles: ['supervisor'] })
  const client = { name: 'officer', role: 'partner' }
  const token = await world.call('administrator', 'POST', '/v1/api-clients', client)
  const made = await administrator.call('POST', '/v1/partners', {
    kind: 'data-protection',
    name: 'Functionaris gegevensbescherming',
    apiClientId: token.body['id'],
    onBreach: 'Vraagt na.',
    receiptWithinMinutes: 24 * 60,
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  partnerId = String(made.body['id'])
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  await world.database.pool.query('update partners set url = $2, secret = $3 where id = $1', [
    partnerId,
    officer.url,
    secret,
  ])
  officer.know(String(token.body['token']), secret)
  expect((await ask(operator)).status).toBe(201)
  await readOutside()
  await tell()
  expect(acts()).toEqual([])
  const confirm = `/v1/partners/${partnerId}/_confirm`
  expect((await administrator.call('POST', confirm)).status).toBe(403)
  expect((await supervisor.call('POST', confirm)).status).toBe(200)
  await tell()
  expect(acts()).toEqual(['glass-asked'])
})

it('each look behind glass is sent when it is asked, opened and read, without what was typed', async () => {
  const operator = await signInAs(world, { roles: ['operator'] })
  const supervisor = await signInAs(world, { roles: ['supervisor'] })
  const asked = await ask(operator)
  const id = String(asked.body['id'])
  await tell()
  await world.database.pool.query(
    `update staff_sessions set stepped_up_at = to_timestamp($2::float8 / 1000), stepped_up_act = $3 where id = $1`,
    [supervisor.sessionId, world.clock.timeMs, `confirmBreakGlass ${id}`],
  )
  expect((await supervisor.call('POST', `/v1/break-glasses/${id}/_confirm`)).status).toBe(200)
  await tell()
  await operator.call('POST', `/v1/break-glasses/${id}/_read-position`)
  await tell()
  const told = officer.taken().filter(({ subject }) => subject === id)
  expect(told.map(({ type }) => type)).toEqual([
    'nl.hoede.readings.glass-asked',
    'nl.hoede.readings.glass-opened',
    'nl.hoede.readings.glass-read',
  ])
  expect(told.at(-1)?.['data']['breakGlass']).toMatchObject({
    id,
    personId: victimId,
    askedBy: operator.staffId,
    confirmedBy: supervisor.staffId,
    readCount: 1,
  })
  expect(JSON.stringify(officer.taken())).not.toContain('Lindelaan')
  const noticeId = String(told.at(-1)?.['id'])
  expect((await officer.fetch(noticeId)).body).toEqual(told.at(-1))
  expect((await officer.receive(noticeId, 'FG-1')).status).toBe(200)
  // What it says holds for those of the same look before.
  const waiting = (await officer.list()).body['items'] as Notice[]
  expect(waiting.filter(({ isSuperseded }) => isSuperseded === false)).toHaveLength(1)
  // The list stays, with the words.
  const listed = await world.call('auditor', 'GET', '/v1/break-glasses')
  expect(JSON.stringify(listed.body)).toContain('Lindelaan')
})

it('an hour in which something was read that nothing at hand asked for is sent when it is over, and a quiet one is not', async () => {
  const before = officer.taken().length
  const hour = Math.ceil(world.clock.timeMs / hourMs) * hourMs
  world.clock.timeMs = hour + 20 * minuteMs
  await readOutside()
  await tell(hour + 40 * minuteMs)
  await tell(hour + hourMs + 6 * minuteMs)
  // The one before holds the look behind glass.
  const [, told, ...more] = officer.taken().slice(before)
  expect(more).toHaveLength(0)
  expect(told?.['data']).toMatchObject({
    act: 'read-outside',
    outside: { truncated: false, until: new Date(hour + hourMs).toISOString() },
  })
  const items = told?.['data']['outside']['items'] as Notice[]
  expect(items.filter(({ action }) => action === 'read-fixes')).toMatchObject([
    { by: world.vendorId, personIds: [victimId], why: 'nothing-at-hand' },
  ])
  for (const hours of [2, 3, 4]) await tell(hour + hours * hourMs + 6 * minuteMs)
  expect(officer.taken()).toHaveLength(before + 2)
  const { rows } = await world.database.pool.query<{ count: number }>(
    'select count(*)::int as count from partner_notices where readings_from is not null',
  )
  // The hours that were told, and one row for all the quiet ones after them.
  expect(rows[0]?.count).toBe(3)
})

it('a receipt that whoever looks after the protection of data does not send is on the list once, calls nobody, and ends with it', async () => {
  await readOutside()
  const fromMs = Math.ceil(world.clock.timeMs / hourMs) * hourMs
  await tell(fromMs + 6 * minuteMs)
  expect(await alertsOfReceipts()).toEqual([])
  const sentCount = officer.taken().length
  await tell(fromMs + 26 * hourMs)
  const open = (await alertsOfReceipts()).filter(({ isOpen }) => isOpen === true)
  // One look that waits, and of three hours the oldest one.
  expect(open).toHaveLength(2)
  for (const alert of open) expect(alert).toMatchObject({ priority: 'P3', calls: 0, isOfOne: true })
  expect(open[0]?.['reason']).toContain('know who looked where somebody is')
  expect(officer.taken().length).toBe(sentCount + 2)
  await tell(fromMs + 60 * hourMs)
  const later = (await alertsOfReceipts()).filter(({ isOpen }) => isOpen === true)
  expect(later.map(({ priority, calls }) => [priority, calls])).toEqual([
    ['P3', 0],
    ['P3', 0],
  ])
  const waiting = (await officer.list()).body['items'] as Notice[]
  for (const act of ['glass-asked', 'read-outside']) {
    const last = waiting.filter((notice) => notice['act'] === act && !notice['isSuperseded']).at(-1)
    expect((await officer.receive(String(last?.['id']), `FG ${act}`)).status).toBe(200)
  }
  await tell()
  expect((await alertsOfReceipts()).filter(({ isOpen }) => isOpen === true)).toEqual([])
})
