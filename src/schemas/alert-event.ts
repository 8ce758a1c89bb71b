import { z } from 'zod'
import type { AlertRevision } from '../core/model/alert.ts'
import {
  alertKinds,
  alertOutcomes,
  alertPriorities,
  alertStatuses,
  repeatCauses,
} from '../core/model/alert.ts'
import { alertEventTypes, type AlertEventType } from '../core/model/contract-words.ts'
import { alertWords } from './alert.ts'
import { idSchema, instantSchema } from './common.ts'

const nullableId = idSchema.nullable()

/** CloudEvents 1.0 in the Dutch government profile, for one type of event. */
function cloudEventSchema<Data extends z.ZodRawShape>(facts: {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly description: string
  readonly list: string
  readonly data: Data
}) {
  return z
    .strictObject({
      specversion: z.literal('1.0'),
      id: idSchema.describe('The same at every attempt to deliver it: take it once.'),
      source: z
        .string()
        .describe('The organisation, and which list of this system.')
        .meta({ examples: [`urn:nld:oin:00000001234567890000:systeem:${facts.list}`] }),
      type: z.literal(facts.type),
      subject: idSchema.describe(facts.subject),
      time: instantSchema,
      sequence: z
        .string()
        .describe(
          'Rises within its `source`. Digits of equal length: comparing text compares numbers.',
        )
        .meta({ examples: ['0000000000000000042'] }),
      datacontenttype: z.literal('application/json'),
      data: z.strictObject(facts.data),
    })
    .meta({ id: facts.id, description: facts.description })
}

/**
 * What every event says of its alert. Ids, kind, urgency, state and times; never a
 * position, distance or sentence.
 */
const alertData = {
  alertId: idSchema,
  incidentId: idSchema.describe(alertWords.incidentId),
  kind: z.enum(alertKinds),
  priority: z.enum(alertPriorities),
  status: z.enum(alertStatuses),
  protectionOrderId: nullableId,
  offenderId: nullableId,
  victimId: nullableId,
  locationBanId: nullableId,
  proximityBanId: nullableId,
  deviceId: nullableId,
  vendorId: nullableId,
  occurredAt: instantSchema.describe(
    'Of an alert about a protected person the hour only, as `lastSeenAt` and `clearedAt`.',
  ),
  lastSeenAt: instantSchema.describe(alertWords.lastSeenAt),
  raisedAt: instantSchema,
  toldAt: instantSchema.describe(alertWords.toldAt),
  clearedAt: instantSchema.nullable(),
  stillGoingOn: z.boolean().describe(alertWords.stillGoingOn),
  recallAt: instantSchema.nullable().describe(alertWords.recallAt),
  late: z.boolean(),
}

const revisions: Readonly<Record<AlertRevision['kind'], string>> = {
  reopened: 'It goes on: it had ended, or had been answered while it did not end.',
  moved: 'It happened at another time than was known.',
  repeated: 'It happened once more.',
  priority: 'It is more, or less, urgent.',
  'part-of': 'It belongs to what another alert tells.',
  unsupported: 'With all data now at hand it does not stand; staff decide.',
}
const revisionKinds = Object.keys(revisions) as AlertRevision['kind'][]
const revisionSentences = Object.entries(revisions)
  .map(([kind, sentence]) => `\`${kind}\`: ${sentence}`)
  .join(' ')

const deliveryFacts = { webhookSubscriptionId: idSchema, attemptCount: z.int() }

/** What an event of each type says beyond that, and what it means. */
const alertEvents = {
  raised: { id: 'AlertRaised', facts: {}, about: 'A new alert that somebody must answer.' },
  ended: {
    id: 'AlertEnded',
    facts: {},
    about:
      'What the alert is about ended at `clearedAt`. The alert stays until somebody closes it.',
  },
  revised: {
    id: 'AlertRevised',
    facts: {
      revision: z.enum(revisionKinds).describe(revisionSentences),
      cause: z
        .enum(repeatCauses)
        .optional()
        .describe(
          'Why what goes on is told again: seen after a time in which nobody knows, seen outside in between, markedly nearer, told late before and seen now, or a position that had come back is lost again.',
        ),
      previousPriority: z.enum(alertPriorities).optional(),
      previousStatus: z
        .enum(alertStatuses)
        .optional()
        .describe('It had been answered, and must be answered again.'),
      because: z
        .literal('still-going-on')
        .optional()
        .describe('Nothing new came in: it still goes on, and the time asked for is over.'),
    },
    about: 'More is known than before. The alert may be open again.',
  },
  acknowledged: {
    id: 'AlertAcknowledged',
    facts: { by: idSchema.describe('Whoever has it now.') },
    about: 'Somebody took the alert over, or took it from a colleague.',
  },
  closed: {
    id: 'AlertClosed',
    facts: { by: idSchema.describe('The API client.'), outcome: z.enum(alertOutcomes) },
    about: 'Somebody closed the alert.',
  },
  escalated: {
    id: 'AlertEscalated',
    facts: {
      step: z.int().describe('Of the ladder, from 1.'),
      target: z.enum(['second-operator', 'supervisor']),
      because: z
        .enum(['not-closed', 'asked', 'flood'])
        .optional()
        .describe(
          'Somebody took the alert over and has not closed it in time; a person asks for it; or more comes in than one person can answer.',
        ),
    },
    about: 'Nobody answered in time, or one person is not enough: somebody else must be called.',
  },
  'delivery-delayed': {
    id: 'AlertDeliveryDelayed',
    facts: deliveryFacts,
    about: 'A webhook has not been taken yet; it is tried again.',
  },
  'delivery-failed': {
    id: 'AlertDeliveryFailed',
    facts: deliveryFacts,
    about: 'A webhook was given up.',
  },
} as const satisfies Readonly<
  Record<
    AlertEventType,
    { readonly id: string; readonly facts: z.ZodRawShape; readonly about: string }
  >
>

function alertEventOf<Type extends AlertEventType>(type: Type) {
  const { id, facts, about } = alertEvents[type]
  return cloudEventSchema({
    id,
    type: `nl.hoede.alerts.${type}`,
    subject: 'The alert.',
    description: about,
    list: 'hoede',
    data: { ...alertData, ...facts },
  })
}

/** Every event of alerts; a webhook that is late or given up is on the stream only. */
const ofAlerts: readonly OutgoingEvent[] = alertEventTypes.map((type) => ({
  type: `nl.hoede.alerts.${type}`,
  name: alertEvents[type].id,
  schema: alertEventOf(type),
  about: alertEvents[type].about,
  isOnStream: true,
  isPosted: type !== 'delivery-delayed' && type !== 'delivery-failed',
}))

/** Whatever the stream of alerts and the webhooks say of an alert. */
export const alertEventSchema = z
  .union(ofAlerts.map(({ schema }) => schema))
  .meta({ id: 'AlertEvent', description: 'One of these; `type` says which.' })

const deviceCommandEventSchema = cloudEventSchema({
  id: 'DeviceCommandEvent',
  type: 'nl.hoede.devices.report-interval-wanted',
  subject: 'The device.',
  description:
    'A device should report at another interval, or by its plan again. No reason is given.',
  list: 'hoede-device-commands',
  data: {
    deviceId: idSchema,
    vendorId: nullableId,
    serialNumber: z.string().nullable(),
    reportIntervalSeconds: z.int().nullable().describe('Null: by its plan again.'),
  },
})

/** Everything that is told to other systems. */
export const outgoingEvents: readonly OutgoingEvent[] = [
  ...ofAlerts,
  {
    type: 'nl.hoede.devices.report-interval-wanted',
    name: 'DeviceCommandEvent',
    schema: deviceCommandEventSchema,
    about: deviceCommandEventSchema.description ?? '',
    isOnStream: false,
    isPosted: true,
  },
]

export type OutgoingEvent = {
  readonly type: string
  /** Of its schema in the document. */
  readonly name: string
  readonly schema: z.ZodType
  readonly about: string
  /** Of `GET /v1/alert-events`. */
  readonly isOnStream: boolean
  /** To webhooks. */
  readonly isPosted: boolean
}
