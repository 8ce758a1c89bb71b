import { z } from 'zod'
import { idSchema } from './common.ts'
import { webhookEvents } from '../core/model/contract-words.ts'

const expectedSecret = 'expected whsec_ followed by 24 to 64 bytes in base64, with its padding'

export const webhookBodySchema = z
  .strictObject({
    url: z
      .url()
      .max(2_000)
      .describe('Where to post. https only, to a host on the list of this installation.'),
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, { error: expectedSecret })
      // Another length, or bits left over: some receivers refuse it, or read another key.
      .refine((secret) => isBase64(secret.slice('whsec_'.length)), { error: expectedSecret })
      .optional()
      .describe('The signing secret (Standard Webhooks). Absent: one is made.'),
    events: z
      .array(z.enum(webhookEvents))
      .min(1)
      .max(webhookEvents.length)
      .refine((events) => events.length === 1, {
        error:
          'expected either alerts or device-commands: alerts are for the organisation, commands for a vendor; make two subscriptions',
      })
      .default(['alerts'])
      .describe(
        'What is told, one of them. `device-commands`: `nl.hoede.devices.report-interval-wanted` for each device of one vendor that should report at another interval, or at its own again; it gives no reason.',
      ),
    vendorId: idSchema
      .optional()
      .describe('With `device-commands`: the vendor whose devices they are about, and no other.'),
  })
  .superRefine(({ events, vendorId }, context) => {
    if (events.length > 1) return
    const wantsCommands = events.includes('device-commands')
    if (wantsCommands === (vendorId !== undefined)) return
    const message = wantsCommands
      ? 'expected the id of a vendor: device commands go to the vendor of the device only'
      : 'expected no vendor: alerts are for the organisation, of all vendors'
    context.addIssue({ code: 'custom', path: ['vendorId'], message })
  })
  .meta({ id: 'NewWebhookSubscription' })

function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text
}

const subscriptionShape = {
  id: z.string().meta({ format: 'uuid' }),
  url: z.string(),
  events: z.array(z.enum(webhookEvents)),
  vendorId: idSchema.nullable().describe('Whose device commands; null: none.'),
  createdAt: z.string().meta({ format: 'date-time' }),
  createdBy: idSchema
    .nullable()
    .describe('The API client that made it; null: from before this was kept.'),
  disabledAt: z.string().meta({ format: 'date-time' }).nullable(),
  disabledBy: idSchema
    .nullable()
    .describe('The API client that ended it; null: its receiver did, or nobody yet.'),
  disabledReason: z.string().nullable(),
  waitingCount: z.number().describe('Deliveries that have been tried and not taken yet.'),
  gaveUpCount: z.number().describe('Deliveries that will not be tried again.'),
  lastError: z.string().nullable().describe('Of the latest delivery that waits or was given up.'),
}

export const webhookSubscriptionSchema = z
  .strictObject(subscriptionShape)
  .meta({ id: 'WebhookSubscription' })

export const createdWebhookSubscriptionSchema = z
  .strictObject({
    ...subscriptionShape,
    secret: z.string().describe('Shown once.'),
  })
  .meta({ id: 'CreatedWebhookSubscription' })
