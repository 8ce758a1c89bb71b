import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { alertEventTypes, type AlertEventType } from '../../../src/core/model/contract-words.ts'
import { appendAlertEvent } from '../../../src/store/alerts/alert-events.ts'
import { createAlertEventSource } from '../../../src/store/alerts/cloud-event.ts'
import { deviceCommandEventOf } from '../../../src/store/alerts/device-commands.ts'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

type Json = { readonly [key: string]: unknown }
type Document = {
  readonly webhooks: Record<string, { readonly post: Json }>
  readonly components: { readonly schemas: Record<string, Json> }
}

let world: TestApp
let document: Document
beforeAll(async () => {
  world = await createTestApp()
  document = (await world.call(null, 'GET', '/v1/openapi.json')).body as unknown as Document
})
afterAll(() => world.close())

/** Whether a value is what a component of the document says. */
function fits(name: string, value: unknown): boolean {
  const schemas = JSON.stringify(document.components.schemas)
  const $defs = JSON.parse(schemas.replaceAll('#/components/schemas/', '#/$defs/')) as object
  const schema = { $ref: `#/$defs/${name}`, $defs }
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).success
}

const names: Readonly<Record<AlertEventType, string>> = {
  raised: 'AlertRaised',
  ended: 'AlertEnded',
  revised: 'AlertRevised',
  acknowledged: 'AlertAcknowledged',
  closed: 'AlertClosed',
  escalated: 'AlertEscalated',
  'delivery-delayed': 'AlertDeliveryDelayed',
  'delivery-failed': 'AlertDeliveryFailed',
}

/** What whoever makes an event of this type puts into it, the sentences for the desk included. */
const facts: Readonly<Record<AlertEventType, Json>> = {
  raised: {},
  ended: {},
  revised: { kind: 'priority', priority: 'P1', previousPriority: 'P2', previousStatus: 'closed' },
  acknowledged: { by: randomUUID() },
  closed: { by: randomUUID(), outcome: 'confirmed' },
  escalated: { step: 1, target: 'second-operator', because: 'flood' },
  'delivery-delayed': { webhookSubscriptionId: randomUUID(), attemptCount: 3 },
  'delivery-failed': { webhookSubscriptionId: randomUUID(), attemptCount: 40 },
}

async function tell(type: AlertEventType): Promise<unknown> {
  const { pool } = world.database
  const alertId = await raiseAlertAt(pool, world.clock.timeMs)
  const source = createAlertEventSource(pool, null)
  if (type !== 'raised') {
    const { rows } = await pool.query<{ data: Json }>(
      `select data from alert_events where alert_id = $1`,
      [alertId],
    )
    const alert = { ...rows[0]?.data, id: alertId } as unknown as Parameters<
      typeof appendAlertEvent
    >[1]
    await appendAlertEvent(pool, alert, { type, facts: facts[type], dedupeKey: null })
  }
  const events = await source.read(0, 1_000)
  return JSON.parse(events.at(-1)?.data ?? '{}')
}

describe('the events of the document', () => {
  test.each(alertEventTypes)(
    'the event %s is sent as its schema says, and as no other',
    async (type) => {
      const event = await tell(type)
      expect(event).toMatchObject({ type: `nl.hoede.alerts.${type}` })
      expect(fits('AlertEvent', event)).toBe(true)
      expect(Object.values(names).filter((name) => fits(name, event))).toEqual([names[type]])
    },
  )

  test('a field that nobody described is no part of an event', async () => {
    const event = (await tell('raised')) as { data: Json }
    const more = { ...event, data: { ...event.data, latitude: 52.37 } }
    expect(fits('AlertEvent', more)).toBe(false)
  })

  test('a command to a device is sent as its schema says', () => {
    const command = {
      sequence: 1,
      id: randomUUID(),
      deviceId: randomUUID(),
      vendorId: randomUUID(),
      serialNumber: 'AM-1',
      reportIntervalSeconds: 15,
      atMs: world.clock.timeMs,
    }
    expect(fits('DeviceCommandEvent', deviceCommandEventOf(command, null))).toBe(true)
    const back = deviceCommandEventOf({ ...command, reportIntervalSeconds: null }, null)
    expect(fits('DeviceCommandEvent', back)).toBe(true)
  })

  test('the events that are posted are webhooks of OpenAPI 3.1; what concerns deliveries is on the stream only', () => {
    const posted = alertEventTypes.filter((type) => !type.startsWith('delivery-'))
    expect(Object.keys(document.webhooks)).toEqual([
      ...posted.map((type) => `nl.hoede.alerts.${type}`),
      'nl.hoede.devices.report-interval-wanted',
    ])
    for (const type of posted) {
      expect(document.webhooks[`nl.hoede.alerts.${type}`]?.post).toMatchObject({
        requestBody: {
          content: {
            'application/cloudevents+json': {
              schema: { $ref: `#/components/schemas/${names[type]}` },
            },
          },
        },
      })
    }
  })
})
