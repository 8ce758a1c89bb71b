import { z } from 'zod'
import { legalBases, weekdays } from '../core/model/registry.ts'
import type { BanArea, LocationBan, ProtectionOrder } from '../core/model/registry.ts'
import { formatInstant, idSchema, instantSchema } from './common.ts'
import { orderConditions } from '../core/model/order-conditions.ts'
import { chosenRiskSchema } from './risk-profile.ts'
import { advisorySchema, geometrySchema } from './protection-order.ts'

const schedule = z
  .strictObject({
    timeZone: z.literal('Europe/Amsterdam'),
    weekly: z
      .array(
        z.strictObject({ days: z.array(z.enum(weekdays)), from: z.string(), until: z.string() }),
      )
      .nullable(),
    exceptions: z.array(
      z.strictObject({ from: instantSchema, until: instantSchema, reason: z.string() }),
    ),
  })
  .meta({ id: 'LocationBanSchedule' })

const locationBan = z
  .strictObject({
    id: idSchema,
    label: z.string(),
    geometry: geometrySchema.nullable().optional(),
    circle: z
      .strictObject({ longitude: z.number(), latitude: z.number(), radiusMeters: z.number() })
      .nullable()
      .optional(),
    approachMeters: z.number(),
    schedule: schedule.nullable(),
  })
  .meta({
    id: 'LocationBan',
    description:
      'Exactly one of `geometry` and `circle`; both null where the area is kept back, because it says where somebody lives: in lists, and from an operator who has taken over no open alert of the order. Reading it is recorded.',
  })

const proximityBan = z
  .strictObject({
    id: idSchema,
    victimId: idSchema,
    separationMeters: z.number(),
    approachMeters: z.number(),
    fixedAddresses: z
      .array(
        z.strictObject({
          label: z.string(),
          longitude: z.number(),
          latitude: z.number(),
          radiusMeters: z.number(),
        }),
      )
      .nullable()
      .describe(
        'Null: there are some, and they say where the victim can be found. A supervisor sees them by reading this one order, which is recorded.',
      ),
  })
  .meta({ id: 'ProximityBan' })

export const protectionOrderSchema = z
  .strictObject({
    id: idSchema,
    version: z
      .int()
      .describe('Rises by one with each change; an alert names the version it was judged by.'),
    status: z.enum(['active', 'suspended', 'ended']),
    reference: z.string(),
    legalBasis: z.enum(legalBases),
    offenderId: idSchema,
    validFrom: instantSchema,
    validUntil: instantSchema,
    locationBans: z.array(locationBan),
    proximityBans: z.array(proximityBan),
    escalation: z
      .array(
        z.strictObject({
          afterSeconds: z.int(),
          target: z.enum(['second-operator', 'supervisor']),
        }),
      )
      .nullable(),
    createdAt: instantSchema,
    changedAt: instantSchema,
    assessmentId: idSchema
      .nullable()
      .describe('The kept enforceability assessment that it was last made with.'),
    conditions: z.array(z.enum(orderConditions)),
    riskProfile: chosenRiskSchema
      .nullable()
      .describe('What follows from how grave the case is, beside the order itself; null: nothing.'),
    advisories: z
      .array(advisorySchema)
      .describe(
        'What is worth a second look in this version, and what was repaired in the body just sent. Where one order is answered also the red checks of the enforceability assessment of each ban, by their codes (`E2`, `E3`, …); `not-assessed` where an area has too many corners to be measured meanwhile. Not in lists.',
      ),
  })
  .meta({ id: 'ProtectionOrder' })

/** An order in the words of the contract, as an answer and a scenario have it. */
export function orderBodyOf(order: ProtectionOrder) {
  return {
    id: order.id,
    version: order.version,
    status: order.status,
    reference: order.reference,
    legalBasis: order.legalBasis,
    offenderId: order.offenderId,
    validFrom: formatInstant(order.validFromMs),
    validUntil: formatInstant(order.validUntilMs),
    locationBans: order.locationBans.map(locationBanOf),
    proximityBans: order.proximityBans.map(({ fixedAddresses = [], ...ban }) => ({
      ...ban,
      fixedAddresses: fixedAddresses.map((address) => ({ ...address })),
    })),
    escalation: order.escalation === null ? null : order.escalation.map((step) => ({ ...step })),
  }
}

/** The area of a ban, as it was registered: geometry or circle. */
export function banAreaOf(area: BanArea) {
  if (area.type === 'geometry') return { geometry: area.geometry }
  const { longitude, latitude, radiusMeters } = area
  return { circle: { longitude, latitude, radiusMeters } }
}

function locationBanOf(ban: LocationBan) {
  return {
    id: ban.id,
    label: ban.label,
    ...banAreaOf(ban.area),
    approachMeters: ban.approachMeters,
    schedule:
      ban.schedule === null
        ? null
        : {
            timeZone: ban.schedule.timeZone,
            weekly:
              ban.schedule.weekly === null
                ? null
                : ban.schedule.weekly.map((window) => ({ ...window, days: [...window.days] })),
            exceptions: ban.schedule.exceptions.map(({ fromMs, untilMs, reason }) => ({
              from: formatInstant(fromMs),
              until: formatInstant(untilMs),
              reason,
            })),
          },
  }
}
