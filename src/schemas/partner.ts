import { z } from 'zod'
import { partnerKinds } from '../core/model/contract-words.ts'
import { orderConditions } from '../core/model/order-conditions.ts'
import { legalBases } from '../core/model/registry.ts'
import { noticeActs, readingActs } from '../core/orders/ban-notice.ts'
import { idSchema, instantSchema, lineSchema, listQuerySchema } from './common.ts'
import { geometrySchema } from './protection-order.ts'
import { readingEventSchema } from './reading-notice.ts'

export const partnerBodySchema = z
  .strictObject({
    kind: z
      .enum(partnerKinds)
      .describe(
        '`police` is told whom a ban binds, where and when; `victim-information` (CJIB/IDV) whom it protects, and no place; `prosecutor`, `court` and `mayor` that nobody has answered about the end of an order that they may extend, and neither people nor places; `data-protection` who looked where somebody is without anything at hand that asked for it, and no place.',
      ),
    name: lineSchema(200).meta({ examples: ['Politie Midden-Nederland, meldkamer'] }),
    apiClientId: idSchema.describe(
      'A token of role `partner` and of one partner alone: by it notices are fetched and received.',
    ),
    url: z
      .url()
      .max(2_000)
      .optional()
      .describe('Where notices are sent as well; the host must be known to this installation.'),
    onBreach: lineSchema(2_000).describe('What was agreed that they do when a ban is broken.'),
    onBreachBy: z
      .partialRecord(z.enum(legalBases), lineSchema(2_000))
      .default({})
      .describe('Instead of `onBreach`, of orders of these kinds: another article, another task.'),
    receiptWithinMinutes: z
      .int()
      .min(1)
      .max(10_080)
      .default(60)
      .describe('When a missing receipt is a matter for the desk; after twice that it is called.'),
  })
  .meta({ id: 'NewPartner' })

const by = idSchema.nullable()

export const partnerSchema = z
  .strictObject({
    id: idSchema,
    kind: z.enum(partnerKinds),
    name: z.string(),
    apiClientId: idSchema,
    url: z.string().nullable(),
    onBreach: z.string(),
    onBreachBy: z.partialRecord(z.enum(legalBases), z.string()),
    receiptWithinMinutes: z.int(),
    status: z
      .enum(['waiting', 'told', 'ending', 'ended'])
      .describe(
        '`waiting`: told nothing until somebody else confirms it; `ending`: told until then.',
      ),
    madeBy: idSchema,
    madeAt: instantSchema,
    confirmedBy: by,
    confirmedAt: instantSchema.nullable(),
    endAskedBy: by,
    endedBy: by,
    endedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Partner' })

export const createdPartnerSchema = partnerSchema
  .extend({
    secret: z
      .string()
      .nullable()
      .describe('Signs what is sent (Standard Webhooks). Shown this once; null: nothing is sent.'),
  })
  .meta({ id: 'CreatedPartner' })

export const partnerNoticeSchema = z
  .strictObject({
    id: idSchema,
    number: z.int().describe('Of this partner, without gaps.'),
    protectionOrderId: idSchema.nullable().describe('Null, as `version`: of `data-protection`.'),
    version: z.int().nullable(),
    act: z.enum([...noticeActs, ...readingActs]),
    madeAt: instantSchema,
    receiptDueAt: instantSchema,
    sentAt: instantSchema.nullable().describe('When its system took it; that is no receipt yet.'),
    fetchedAt: instantSchema.nullable(),
    receivedAt: instantSchema.nullable(),
    receiptReference: z.string().nullable(),
    reminderCount: z.int(),
    isSuperseded: z.boolean().describe('A newer notice says how the order is now.'),
  })
  .meta({ id: 'PartnerNotice' })

export const orderNoticesSchema = z
  .strictObject({
    items: z.array(
      partnerNoticeSchema
        .extend({
          protectionOrderId: idSchema,
          version: z.int(),
          act: z.enum(noticeActs),
          partnerId: idSchema.nullable().describe('Null: of the server that the case came from.'),
          partnerName: z.string(),
          lastError: z.string().nullable(),
        })
        .meta({ id: 'OrderNotice' }),
    ),
  })
  .meta({ id: 'OrderNotices' })

export const noticeQuerySchema = listQuerySchema.extend({
  waiting: z.enum(['yes', 'no']).default('yes').describe('`yes`: only those without a receipt.'),
})

export const receiptBodySchema = z
  .strictObject({
    reference: lineSchema(200).describe('Under which number they have it in their own file.'),
  })
  .meta({ id: 'NoticeReceipt' })

const reference = z.string().nullable()

const holder = z.strictObject({
  name: z.string(),
  phone: z.string().nullable(),
  standIn: z.strictObject({ name: z.string(), phone: z.string().nullable() }),
})

/** Of `police` and `victim-information`, in each notice, as of its moment. */
const caseData = {
  caseLead: holder.nullable().optional().describe('Null: nobody is named.'),
  contactPoint: holder.nullable().optional().describe('Whom the protected person asks.'),
  screening: z
    .strictObject({
      instrument: z.string(),
      outcome: z.string(),
      screenedAt: instantSchema,
      nextDueAt: instantSchema,
    })
    .nullable()
    .optional()
    .describe('The newest one. Of `police` alone.'),
  moves: z
    .array(
      z.strictObject({
        side: z.enum(['offender', 'protected']),
        reference: z.string(),
        movedAt: instantSchema,
      }),
    )
    .optional()
    .describe(
      'Who has moved, or will, the newest ten; never where from or where to. `victim-information` is told of the protected alone.',
    ),
}

const banData = {
  offenderReference: reference.optional(),
  conditions: z
    .array(z.strictObject({ code: z.enum(orderConditions), text: z.string() }))
    .optional()
    .describe('What the order asks besides, each in a line of Dutch. Of `police` alone.'),
  locationBans: z
    .array(
      z.strictObject({
        id: idSchema,
        label: z.string().optional(),
        geometry: geometrySchema.nullable().optional(),
        circle: z
          .strictObject({ longitude: z.number(), latitude: z.number(), radiusMeters: z.number() })
          .nullable()
          .optional(),
        schedule: z
          .strictObject({
            timeZone: z.literal('Europe/Amsterdam'),
            weekly: z
              .array(
                z.strictObject({
                  days: z.array(z.string()),
                  from: z.string(),
                  until: z.string(),
                }),
              )
              .nullable(),
            exceptions: z.array(z.strictObject({ from: instantSchema, until: instantSchema })),
          })
          .nullable()
          .optional()
          .describe('Null: around the clock.'),
      }),
    )
    .optional()
    .describe('Of `police` alone. Their ids alone where the whole was too large: see `dataref`.'),
  proximityBans: z
    .array(
      z.strictObject({ id: idSchema, victimReference: reference, separationMeters: z.number() }),
    )
    .optional(),
  victims: z
    .array(z.strictObject({ reference }))
    .optional()
    .describe('Of `victim-information` alone.'),
}

export const noticeEventSchema = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: idSchema.describe('The same at every attempt, and at every reminder.'),
    source: z
      .string()
      .meta({ examples: ['urn:nld:oin:00000001234567890000:systeem:hoede-orders'] }),
    type: z.enum(noticeActs.map((act) => `nl.hoede.orders.${act}` as const)),
    subject: idSchema.describe('The order.'),
    time: instantSchema,
    sequence: z.string().describe('The number of the notice: the highest of an order holds.'),
    datacontenttype: z.literal('application/json'),
    dataref: z.string().optional().describe('Where the whole is read, of what is above 64 KB.'),
    data: z.strictObject({
      noticeId: idSchema,
      number: z.int(),
      act: z.enum(noticeActs),
      changes: z
        .array(
          z.strictObject({
            what: z
              .string()
              .describe(
                '`validUntil`, `locationBans/` and the id of a ban, or `caseLead`, `contactPoint`, `screening`, `moves`.',
              ),
            how: z.enum(['added', 'changed', 'removed']),
          }),
        )
        .describe('Since the notice before; the whole stands beside it.'),
      reminderCount: z.int(),
      receiptBy: instantSchema,
      order: z.strictObject({
        id: idSchema,
        reference: z.string(),
        version: z.int(),
        legalBasis: z.enum(legalBases),
        statute: z.string(),
        status: z
          .enum(['active', 'suspended', 'lapsed', 'ended'])
          .describe(
            '`lapsed`: its end has passed and nobody has decided yet; it forbids nothing until it is extended, which is told then.',
          ),
        validFrom: instantSchema,
        validUntil: instantSchema,
      }),
      onBreach: z.string().describe('What was agreed for an order of this kind.'),
      reminder: z
        .strictObject({
          task: z.string(),
          endsAt: instantSchema,
          askedCount: z.int().describe('How often it was asked of people here.'),
          isOver: z.boolean().describe('Somebody has answered since.'),
        })
        .optional()
        .describe('Of `reminded` alone.'),
      ...banData,
      ...caseData,
    }),
  })
  .meta({
    id: 'BanNotice',
    description:
      'A ban as a partner needs it, with people by reference: CloudEvents 1.0 in the Dutch government profile.',
  })

export const toldEventSchema = z.union([noticeEventSchema, readingEventSchema])
