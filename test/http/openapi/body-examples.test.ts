import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bodyExamples } from '../../../src/http/openapi/body-examples.ts'
import type { ApiClientRole } from '../../../src/core/model/contract-words.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { makeNotices } from '../../../src/store/partners/notices-due.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

type Operation = {
  readonly operationId: string
  readonly requestBody?: { content: Record<string, { example?: unknown }> }
  readonly 'x-roles'?: readonly ApiClientRole[]
}
type Route = { readonly method: string; readonly path: string; readonly operation: Operation }

let world: TestApp
let routes: Map<string, Route>
beforeAll(async () => {
  world = await createTestApp({ environment: { HOEDE_WEBHOOK_HOSTS: 'desk.example.org' } })
  const { body } = await world.call(null, 'GET', '/v1/openapi.json')
  const paths = body['paths'] as Record<string, Record<string, Operation>>
  routes = new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [
        operation.operationId,
        { method: method.toUpperCase(), path, operation },
      ]),
    ),
  )
})
afterAll(() => world.close())

/** The ids that stand in the examples, and those that the server really gave. */
const given = new Map<string, string>()

/**
 * Sends the example as the document shows it, with the ids that the server
 * gave, by a role that may.
 */
async function send(operationId: string, id = '', change: object = {}): Promise<Made> {
  const { method, path, operation } = routes.get(operationId)!
  let text = JSON.stringify(operation.requestBody?.content['application/json']?.example)
  for (const [written, real] of given) text = text.replaceAll(written, real)
  const body = { ...(JSON.parse(text) as object), ...change }
  const role = operation['x-roles']?.[0] ?? null
  // The tokens of vendor and partner are those that were made along the way.
  const made = role === 'vendor' ? vendorToken : partnerToken
  const isBound = role === 'vendor' || role === 'partner'
  const headers: Record<string, string> = isBound ? { authorization: `Bearer ${made}` } : {}
  const url = `/v1${path.replace(/\{(?:id|key|legalBasis)\}/, id)}`
  const answer = await world.call(role, method, url, body, headers)
  expect(answer.status, `${operationId}: ${JSON.stringify(answer.body)}`).toBeLessThan(300)
  expect(answer.body['rejected'] ?? [], operationId).toEqual([])
  return { id: String(answer.body['id']), token: String(answer.body['token']) }
}

/** What is proved with a secret of the moment, so no example of it can be right. */
const provenAtTheMoment = [
  'askPasskeyForStepUp',
  'enrolWithPasskey',
  'enrolWithPassword',
  'lookAtLink',
  'signInWithLink',
  'signInWithPasskey',
  'signInWithPassword',
  'stepUpWithIssuer',
  'stepUpWithPasskey',
  'stepUpWithPassword',
]

/** Of people who are signed in, and told apart by that. */
const ofPeople = [
  'breakGlass',
  'confirmProposal',
  'enactProposalInEmergency',
  'eraseProtectionOrder',
  'refuseProposal',
  'releaseHold',
  // A machine resumes what it suspended by itself, and gives no end.
  'suspendProtectionOrder',
]

type Made = { readonly id: string; readonly token: string }
let vendorToken = ''
let partnerToken = ''

/** Everything that a shift would leave to the next. */
async function toHandOver(): Promise<readonly { readonly key: string }[]> {
  const { body } = await world.call('supervisor', 'GET', '/v1/hand-over')
  return body['items'] as { key: string }[]
}

/** The next question about an order, which is due by now. */
async function nextReminderOf(orderId: string): Promise<string> {
  const { body } = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}/life`)
  const { id } = body['next'] as { readonly id: string }
  await world.database.pool.query(
    'update order_reminders set due_at = to_timestamp($2::float8 / 1000) where id = $1',
    [id, world.clock.timeMs],
  )
  return id
}

/** An order is not erased while one of its alerts is open. */
async function answerSightings(): Promise<void> {
  await world.database.pool.query(
    `update alerts set status = 'closed', outcome = 'confirmed', closed_at = now() where kind = 'sighting-reported'`,
  )
}

/** The device of the test's own token is theirs. */
async function carry(personId: string): Promise<void> {
  await world.database.pool.query(
    `insert into device_assignments (device_id, person_id, valid_from) values ($1, $2, '2026-01-01')`,
    [world.deviceId, personId],
  )
}

/** A partner that is told of the order, and says so. */
async function tellPartner(
  step: (operationId: string, id?: string, change?: object) => Promise<Made>,
): Promise<void> {
  const client = await step('createApiClient', '', { role: 'partner', vendorId: undefined })
  given.set(written('createPartner', 'apiClientId'), client.id)
  const { id } = await step('createPartner')
  await world.database.pool.query(
    'update partners set confirmed_by = made_by, confirmed_at = now() where id = $1',
    [id],
  )
  const work = { nowMs: world.clock.timeMs, limit: 10, limits: defaultLimits }
  await inTransaction(world.database.pool, (tx) => makeNotices(tx, work))
  partnerToken = client.token
  const { rows } = await world.database.pool.query<{ id: string }>('select id from partner_notices')
  await step('receivePartnerNotice', rows[0]?.id)
}

/** What stands in an example as the id of something. */
function written(operationId: string, field: string): string {
  return String(bodyExamples[operationId]?.[field])
}

describe('the examples of the document', () => {
  test('the examples of the API document are there for every operation that takes a body, and for no other', () => {
    const takers = [...routes.values()].filter(({ operation }) => operation.requestBody)
    expect(Object.keys(bodyExamples).sort()).toEqual(
      takers.map(({ operation }) => operation.operationId).sort(),
    )
    for (const { operation } of takers) {
      const media = operation.requestBody?.content['application/json']
      expect(media?.example, operation.operationId).toEqual(bodyExamples[operation.operationId])
    }
  })

  test('the examples of the API document are taken by the server, one after the other, as they stand', async () => {
    const sent = new Set<string>()
    const step = async (operationId: string, id?: string, change?: object): Promise<Made> => {
      sent.add(operationId)
      return await send(operationId, id, change)
    }
    given.set(written('createDevice', 'vendorId'), (await step('createVendor')).id)
    given.set(written('createProtectionOrder', 'offenderId'), (await step('createPerson')).id)
    const victimId = JSON.stringify(bodyExamples['createProtectionOrder']).match(
      /"victimId":"([^"]+)"/,
    )?.[1]
    given.set(
      victimId ?? '',
      (await step('createPerson', '', { role: 'victim', reference: 'RECL-2026-00418' })).id,
    )
    await step('replacePersonPhone', given.get(victimId ?? ''))
    const victim = given.get(victimId ?? '')
    await step('keepConsent', victim)
    await step('replaceWishes', victim)
    await step('createTelling', victim)
    vendorToken = (await step('createApiClient')).token
    given.set(written('createDeviceAssignment', 'deviceId'), (await step('createDevice')).id)
    const { id: assignmentId } = await step('createDeviceAssignment')
    await step('assessEnforceability')
    sent.add('followEnforceabilityAssessment')
    const { id: orderId } = await step('createProtectionOrder')
    given.set(written('createCaseload', 'protectionOrderId'), orderId)
    given.set(written('startWatching', 'organisationId'), (await step('createOrganisation')).id)
    given.set(written('createCaseload', 'unitId'), (await step('createUnit')).id)
    const { id: deskId } = await step('createDesk')
    await step('startWatching', deskId)
    await step('stopWatching', deskId)
    await step('createCaseload')
    await step('createCaseMove')
    await step('searchLocationBans')
    await step('searchSightings')
    await step('searchAddresses')
    await step('searchNamedAreas')
    await step('replaceProtectionOrder', orderId)
    await step('createSighting', victim)
    await carry(victim ?? '')
    await step('createOwnSighting')
    await answerSightings()
    await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_suspend`)
    await step('resumeProtectionOrder', orderId)
    await step('extendProtectionOrder', orderId)
    await step('answerOrderReminder', await nextReminderOf(orderId))
    await step('createPositions')
    await step('createDeviceEvents')
    await step('endDeviceAssignment', assignmentId)
    const alertId = await raiseAlertAt(world.database.pool, world.clock.timeMs)
    await step('acknowledgeAlert', alertId)
    await step('createDeskAct', alertId)
    await step('replaceSeat')
    await step('replaceLook')
    await step('replaceResponseProtocol')
    await step('closeAlert', alertId)
    await step('replaceEscalationLadder')
    await step('createWebhookSubscription')
    await tellPartner(step)
    const staffId = (await step('createStaff')).id
    await step('replaceStaffRoles', staffId)
    given.set(written('replaceOwner', 'ownerId'), staffId)
    await step('createTraining', staffId)
    await step('giveCaseRole', orderId)
    await step('createScreening', orderId)
    const { id: otherId } = await step('createProtectionOrder', '', { reference: 'another' })
    given.set(written('joinCase', 'withOrderId'), otherId)
    await step('joinCase', orderId)
    await step('endHouseholdLink', (await step('createHouseholdLink', orderId)).id)
    await step('createRelocation', given.get(written('createHouseholdLink', 'personId')))
    const { rows } = await world.database.pool.query<{ id: string }>(
      'select id from relocation_questions',
    )
    await step('answerMoveQuestion', rows[0]?.id)
    await step('replaceRiskProfile', 'high')
    await step('replaceOrderType', 'prosecutor-behaviour-order')
    await step('chooseRiskProfile', orderId)
    await step('replaceOwner')
    for (const { key } of await toHandOver()) {
      await step('replaceOwner', '', { key })
    }
    await step('createHandOver')
    await step('endProtectionOrder', orderId)
    await step('closeProtectionOrder', orderId)
    await step('holdCase', orderId)
    await step('importDecision')
    const waiting = await world.database.pool.query<{ id: string }>(
      `insert into decisions (organisation_id, source, document_reference, body_hash, act, status, missing, received_by, received_at)
       select organisation_id, source, 'other', body_hash, act, 'incomplete', missing, received_by, received_at from decisions returning id`,
    )
    await step('setDecisionAside', waiting.rows[0]?.id)
    const asked = { circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 1_000 }, keep: true }
    const kept = await world.call('supervisor', 'POST', '/v1/enforceability-assessments', asked)
    await step('proposeOrder')
    await step('declineAssessment', String(kept.body['id']))
    const unsent = Object.keys(bodyExamples).filter((operationId) => !sent.has(operationId))
    expect(unsent.toSorted()).toEqual([...provenAtTheMoment, ...ofPeople].toSorted())
  })

  test.each(provenAtTheMoment)('the example of %s has the right shape', async (operationId) => {
    const { method, path, operation } = routes.get(operationId)!
    const body = operation.requestBody?.content['application/json']?.example
    const answer = await world.call('person', method, `/v1${path}`, body)
    expect([200, 400, 401, 404, 410]).toContain(answer.status)
    expect(answer.body['type'] ?? '', JSON.stringify(answer.body)).not.toMatch(/invalid-json/)
    for (const { code } of (answer.body['errors'] ?? []) as { code: string }[])
      expect(code, JSON.stringify(answer.body)).toBe('invalid-value')
  })
})
