import { z } from 'zod'
import { tellingChannels, tellingDaysMax, tellingTopics } from '../core/model/tell-victim.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'
import { phoneSchema } from './response.ts'

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .describe('On the wall clock of Europe/Amsterdam.')
  .meta({ examples: ['08:00'] })

export const consentBodySchema = z
  .strictObject({
    isGiven: z
      .boolean()
      .describe('False: taken back. That changes no order, and nobody else is told of it.'),
  })
  .meta({ id: 'DeviceConsent' })

export const wishesBodySchema = z
  .strictObject({
    channel: z.enum(tellingChannels),
    hours: z.strictObject({ from: clock, until: clock }).nullable(),
    topics: z.array(z.enum(tellingTopics)).max(tellingTopics.length),
    language: z
      .string()
      .regex(/^[a-z]{2}$/)
      .meta({ examples: ['nl'] }),
  })
  .meta({ id: 'TellingWishes' })

export const tellingBodySchema = z
  .strictObject({
    topic: z.enum(tellingTopics),
    channel: z.enum(['call', 'text', 'contact-point']),
    phone: phoneSchema.describe(
      'Whom they can call; stands in the text, so that it is a number and no words.',
    ),
    ground: z
      .enum(['desk', 'rule'])
      .describe('`desk`: somebody decided it. `rule`: the alert is sure enough by itself.'),
    alertId: idSchema.optional().describe('What it is about; needed of danger, and of a rule.'),
    outcome: z.enum(['reached', 'sent', 'no-answer']),
    toldAt: instantSchema
      .optional()
      .describe(
        `When they were told, where that is kept later: ${tellingDaysMax} days ago at most. Whether it was as they wish is judged by this moment. Absent: now.`,
      ),
    reason: lineSchema(500)
      .optional()
      .describe('Why otherwise than they wished; needed there, but of danger.'),
  })
  .meta({ id: 'NewTelling' })

export const tellingSchema = z
  .strictObject({
    id: idSchema,
    alertId: idSchema.nullable(),
    topic: z.enum(tellingTopics),
    channel: z.enum(tellingChannels),
    text: z.string().describe('Neutral: it names nothing of the matter.'),
    ground: z.enum(['desk', 'rule']),
    outsideWishes: z.array(z.string()),
    reason: z.string().nullable(),
    outcome: z.enum(['reached', 'sent', 'no-answer']),
    toldAt: instantSchema,
    at: instantSchema.describe('When it was kept.'),
    toldBy: idSchema,
    wasFalse: z.boolean().nullable().describe('Told in vain; null: its alert is not closed.'),
  })
  .meta({ id: 'Telling' })

const consent = z
  .strictObject({ isGiven: z.boolean(), at: instantSchema, keptBy: idSchema })
  .meta({ id: 'KeptConsent' })

export const victimFileSchema = z
  .strictObject({
    personId: idSchema,
    consent: consent.nullable().describe('The one that holds; null: nobody asked.'),
    consents: z.array(consent),
    carriesDevice: z.boolean(),
    isConsentMissing: z.boolean().describe('Carries a device and has not agreed to.'),
    wishes: wishesBodySchema.extend({ at: instantSchema }).nullable(),
    tellings: z.array(tellingSchema).describe('Last told first, a hundred at most.'),
    toldInVainCount: z.int(),
  })
  .meta({ id: 'VictimFile' })

export const sightingBodySchema = z
  .strictObject({
    kind: z
      .enum(['seen', 'contacted', 'other'])
      .describe('`contacted`: by any way in which somebody makes themselves heard.'),
    seenAt: instantSchema,
    note: lineSchema(1_000).optional().describe('In their words. Kept sealed.'),
  })
  .meta({ id: 'NewSighting' })

export const sightingSchema = z
  .strictObject({ alertIds: z.array(idSchema), at: instantSchema })
  .meta({
    id: 'KeptSighting',
    description: 'An alert for each order that protects them: the desk is called.',
  })
