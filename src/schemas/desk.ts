import { z } from 'zod'
import { alertKinds, alertOutcomes, alertPriorities } from '../core/model/alert.ts'
import { noteSchema } from './alert.ts'
import { idSchema, instantSchema } from './common.ts'

const idAnswer = z.string().meta({ format: 'uuid' }).nullable()
const instantAnswer = z.string().meta({ format: 'date-time' })

const itemKey = z
  .string()
  .regex(/^(?:incident|weakened|degraded|ending):[0-9a-f-]{36}$/)
  .meta({ examples: ['incident:019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21'] })

export const handOverItemSchema = z
  .strictObject({
    key: itemKey,
    section: z
      .enum(['open', 'stale', 'shelved', 'weakened', 'degraded', 'ending'])
      .describe(
        '`stale`: open for more than eight hours; it needs a plan as well as an owner. `weakened`: two people have made protection less, or one has (a token; a wider band; another fixed address); it is listed until a closed report holds it.',
      ),
    reference: z.string().nullable(),
    incidentId: idAnswer,
    protectionOrderId: idAnswer,
    kind: z.enum(alertKinds).nullable(),
    priority: z.enum(alertPriorities).nullable(),
    act: z
      .string()
      .nullable()
      .describe('Of `weakened`: the call that did it, such as `suspendProtectionOrder`.'),
    isUnanswered: z.boolean(),
    since: instantAnswer.nullable().describe('Of an order that ends: when it ends.'),
    ownerId: idAnswer.describe('Whoever looks after it; null: an orphan.'),
    ownerName: z.string().nullable(),
    isOwnerFromBefore: z
      .boolean()
      .describe(
        'Of an incident: its owner was named, or took it over, more than four hours ago, and may be at home. It needs to be given again.',
      ),
    plan: z.string().nullable(),
    changedAt: instantAnswer.nullable().describe('When owner or plan was last set; null: never.'),
  })
  .meta({ id: 'HandOverItem' })

export const handOverSchema = z
  .strictObject({
    at: instantAnswer,
    isComplete: z.boolean().describe('False when there is more than is listed.'),
    items: z.array(handOverItemSchema),
    colleagues: z.array(
      z.strictObject({
        id: z.string().meta({ format: 'uuid' }),
        name: z.string(),
        isHere: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'HandOver' })

export const ownerBodySchema = z
  .strictObject({
    key: itemKey,
    ownerId: idSchema,
    plan: noteSchema.nullable(),
    basedOn: instantSchema
      .nullable()
      .describe('`changedAt` of the line as it was read: another change since then is a 409.'),
  })
  .meta({ id: 'NewOwner' })

export const handOverBodySchema = z
  .strictObject({ note: noteSchema.describe('What the next shift must know beside the list.') })
  .meta({ id: 'NewHandOver' })

export const closedHandOverSchema = z
  .strictObject({
    id: z.string().meta({ format: 'uuid' }),
    at: instantAnswer,
    byName: z.string().nullable(),
    note: z.string(),
    items: z.array(handOverItemSchema),
  })
  .meta({ id: 'ClosedHandOver' })

export const closedHandOverListSchema = z
  .strictObject({ items: z.array(closedHandOverSchema).describe('The newest first.') })
  .meta({ id: 'ClosedHandOverList' })

export const figuresQuerySchema = z.strictObject({
  from: instantSchema,
  until: instantSchema,
})

const count = z.int()

export const deskFiguresSchema = z
  .strictObject({
    from: instantAnswer,
    until: instantAnswer,
    callCount: count.describe('Alerts put in front of people: raised, and opened again.'),
    alertCount: count,
    repeatedCount: count.describe('Alerts that called more than once.'),
    floodCount: count,
    floodShare: z.number().describe('Of the time, from 0 to 1.'),
    hours: z.array(
      z.strictObject({
        at: instantAnswer,
        callCount: count,
        seatCount: count.describe('People who did something with an alert in that hour.'),
      }),
    ),
    answers: z.array(
      z.strictObject({
        priority: z.enum(alertPriorities),
        raisedCount: count.describe('Calls: raised, and opened again.'),
        answeredCount: count,
        p50Seconds: z
          .number()
          .nullable()
          .describe('From each call to its answer; of one that waits, until now.'),
        p95Seconds: z.number().nullable(),
      }),
    ),
    outcomes: z.array(z.strictObject({ outcome: z.enum(alertOutcomes), count })),
    sources: z
      .array(
        z.strictObject({
          name: z.string(),
          what: z.enum(['device', 'order', 'vendor', 'system']),
          callCount: count,
        }),
      )
      .describe('The ten that called most.'),
  })
  .meta({ id: 'DeskFigures' })
