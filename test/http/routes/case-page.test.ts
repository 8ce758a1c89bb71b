import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let orderId = ''

beforeAll(async () => {
  world = await createTestApp()
  const make = async (url: string, body: object): Promise<string> => {
    const made = await world.call('supervisor', 'POST', url, body)
    expect(made.status, JSON.stringify(made.body)).toBeLessThan(300)
    return String(made.body['id'])
  }
  const offenderId = await make('/v1/persons', { role: 'offender', reference: 'RECL-<1>' })
  const victimId = await make('/v1/persons', { role: 'victim', reference: 'SLO-1' })
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
  expect(headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'")
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
