import { afterAll, beforeAll, expect, it } from 'vitest'
import { printedPolicy } from '../../../src/http/door/headers.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { beginPlanned, listPlannedDue } from '../../../src/store/people/planned-changes.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let orderId = ''
let offenderId = ''
let victimId = ''

beforeAll(async () => {
  world = await createTestApp()
  const make = async (url: string, body: object): Promise<string> => {
    const made = await world.call('supervisor', 'POST', url, body)
    expect(made.status, JSON.stringify(made.body)).toBeLessThan(300)
    return String(made.body['id'])
  }
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'RECL-<1>' })
  victimId = await make('/v1/persons', { role: 'victim', reference: 'SLO-1' })
  const order = (reference: string) =>
    make('/v1/protection-orders', {
      reference,
      legalBasis: 'prosecutor-behaviour-order',
      offenderId,
      validFrom: '2026-11-01T00:00:00Z',
      validUntil: '2027-01-30T00:00:00Z',
      locationBans: [
        {
          label: 'Kerkstraat 12',
          circle: { longitude: 5.123456, latitude: 52.098765, radiusMeters: 300 },
        },
      ],
      proximityBans: [
        {
          victimId,
          separationMeters: 1234,
          fixedAddresses: [
            {
              label: 'Kerkstraat 12',
              longitude: 5.123456,
              latitude: 52.098765,
              radiusMeters: 50,
            },
          ],
        },
      ],
    })
  await order('ORDER-earlier')
  orderId = await order('ORDER-1')
  await make(`/v1/protection-orders/${orderId}/_give-role`, {
    role: 'case-lead',
    holder: { name: 'J. de Vries, politie', phone: '+31300000001' },
    standIn: { name: 'K. Bos, politie' },
  })
  const alert = makeAlertDraft({
    kind: 'proximity-breach',
    priority: 'P1',
    protectionOrderId: orderId,
    offenderId,
    victimId,
    occurredAtMs: Date.parse('2026-11-20T20:00:00Z'),
  })
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
  )
})
afterAll(() => world.close())

async function read(query: string, role: 'supervisor' | 'operator' = 'supervisor') {
  const answer = await world.app.inject({
    method: 'GET',
    url: `/v1/protection-orders/${orderId}/case-page${query}`,
    headers: { authorization: `Bearer ${world.tokens[role]}` },
  })
  return { status: answer.statusCode, text: answer.body, headers: answer.headers }
}

it('a case on one page tells orders, breaches, who is there and what is missing, and no place, distance or telephone', async () => {
  const { headers, status, text } = await read('?purpose=actieoverleg&ground=covenant')
  expect(status, text).toBe(200)
  expect(headers['content-security-policy']).toBe(printedPolicy)
  for (const told of [
    'ORDER-1',
    'ORDER-earlier',
    'RECL-&#60;1&#62;',
    'SLO-1',
    'gedragsaanwijzing',
    'het Actieoverleg',
    'het convenant van het overleg',
    'J. de Vries, politie',
    'K. Bos, politie',
    'geen screening',
    'Laatste vier weken: <strong>1</strong>',
    '<rect class="breach"',
  ])
    expect(text, told).toContain(told)
  for (const kept of ['Kerkstraat', '5.12', '52.09', '1234', '+31300000001'])
    expect(text, kept).not.toContain(kept)
})

it('the page of a case asks for a purpose and a ground, which are on record, and is for supervisors', async () => {
  const count = async (): Promise<number> => {
    const { rows } = await world.database.pool.query<{ text: string }>(
      `select convert_from(body, 'UTF8') as text from audit_entries`,
    )
    return rows.filter(
      ({ text }) =>
        text.includes('"name":"getCasePage"') &&
        text.includes('"kind":"disclosure"') &&
        text.includes('"purpose":"zsm","ground":"wgs"'),
    ).length
  }
  for (const query of ['', '?purpose=zsm', '?ground=wgs', '?purpose=zsm&ground=because'])
    expect((await read(query)).status, query).toBe(400)
  expect((await read('?purpose=zsm&ground=wgs', 'operator')).status).toBe(403)
  expect(await count()).toBe(0)
  expect((await read('?purpose=zsm&ground=wgs')).status).toBe(200)
  // One entry for each of its people.
  expect(await count()).toBe(2)
})

it('the page of a case tells what was done on breaches, what begins later, who holds it and who has not confirmed it, its decisions by when they were made', async () => {
  const { pool } = world.database
  const nowMs = world.clock.timeMs
  const after = (days: number): string => new Date(nowMs + days * dayMs).toISOString()
  const post = async (url: string, body: object): Promise<Record<string, unknown>> => {
    const made = await world.call('supervisor', 'POST', url, body)
    expect(made.status, JSON.stringify(made.body)).toBeLessThan(300)
    return made.body
  }
  const order = `/v1/protection-orders/${orderId}`
  await post(`${order}/_hold`, {
    heldFor: 'court',
    reason: 'Hoger beroep in Dorp',
    until: after(9),
  })
  const current = (await world.call('supervisor', 'GET', order)).body
  const { conditions: _, ...rest } = bodyOf(current)
  const changed = { ...rest, conditions: ['no-weapons'], reason: 'Besluit te Dorp' }
  expect((await world.call('supervisor', 'PUT', order, changed)).status).toBe(200)
  await post(`${order}/_suspend`, { reason: 'In Dorp', effectiveAt: after(3) })
  const alert = makeAlertDraft({
    kind: 'location-ban-breach',
    protectionOrderId: orderId,
    offenderId,
    victimId,
    occurredAtMs: nowMs,
  })
  await inTransaction(pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(nowMs)),
  )
  await post(`/v1/persons/${victimId}/tellings`, {
    topic: 'danger',
    alertId: alert.id,
    channel: 'call',
    phone: '+31300000001',
    ground: 'desk',
    outcome: 'reached',
    reason: 'In Dorp',
  })
  const closing = { outcome: 'false-alarm', note: 'Niets in Dorp.' }
  const closed = await world.call('operator', 'POST', `/v1/alerts/${alert.id}/_close`, closing)
  expect(closed.status, JSON.stringify(closed.body)).toBe(200)
  await tellPolice()

  const { status, text } = await read('?purpose=actieoverleg&ground=covenant')
  expect(status, text).toBe(200)
  for (const told of [
    '1 van de 2 gemelde overtredingen',
    'Uitkomst: vals alarm 1; <strong>nog niet beoordeeld 1</strong>',
    '<strong>één keer voor niets</strong>',
    'Geen wapen bij zich hebben.',
    'Politie Oost (politie)',
    '<td>schorsing</td>',
    '<td>rechter</td>',
  ])
    expect(text, told).toContain(told)
  expect(text).not.toContain('Dorp')
  expect(decisionsIn(text).map(([, , , what]) => what)).toEqual(['gewijzigd', 'opgelegd'])

  world.clock.timeMs = nowMs + 3 * dayMs
  const work = { nowMs: world.clock.timeMs, limits: defaultLimits }
  const [planned = ''] = await listPlannedDue(pool, { ...work, exceptIds: [] })
  expect(await inTransaction(pool, (tx) => beginPlanned(tx, planned, work))).toBe(true)
  const later = await read('?purpose=actieoverleg&ground=covenant')
  const [suspended] = decisionsIn(later.text)
  const [decided, from] = [nowMs, nowMs + 3 * dayMs].map((atMs) =>
    new Date(atMs).toLocaleDateString('nl-NL', { day: 'numeric', month: 'short', year: 'numeric' }),
  )
  expect(suspended?.slice(1, 4)).toEqual([decided, from, 'geschorst'])
})

const dayMs = 86_400_000

/** The rows of its decisions: when, from when on, and what. */
function decisionsIn(text: string): readonly RegExpMatchArray[] {
  const table = text.slice(text.indexOf('Besluiten over')).split('</table>')[0] ?? ''
  return [...table.matchAll(/<th scope="row">([^<]*)<\/th><td>([^<]*)<\/td><td>([^<]*)</gu)]
}

/** What may be sent back as a change. */
function bodyOf(order: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { reference, legalBasis, validFrom, validUntil, locationBans, proximityBans } = order
  return { reference, legalBasis, offenderId, validFrom, validUntil, locationBans, proximityBans }
}

/** A partner that was told of the order as it is, and has not said that it has it. */
async function tellPolice(): Promise<void> {
  await world.database.pool.query(
    `with told as (insert into partners (organisation_id, kind, name, api_client_id, on_breach, receipt_within_minutes,
         made_by, made_by_kind, made_at)
       select organisation_id, 'police', 'Politie Oost', id, 'Bel.', 60, id, 'api-client', now() from api_clients limit 1
       returning id, organisation_id, name, kind)
     insert into partner_notices (organisation_id, partner_id, number, protection_order_id, order_version, act, made_at,
         receipt_due_at, partner_name, partner_kind)
     select organisation_id, id, 1, $1, 2, 'changed', now(), now(), name, kind from told`,
    [orderId],
  )
}
