import { z } from 'zod'
import { orderConditions } from '../core/model/order-conditions.ts'
import { defaultLimits } from '../core/model/limits.ts'
import { legalBases } from '../core/model/registry.ts'
import { beginningSchema, idSchema, instantSchema, lineSchema, listQuerySchema } from './common.ts'
import { reasonedFields } from './order-life.ts'
import { escalationStepsSchema } from './escalation-ladder.ts'
import { scheduleSchema } from './schedule.ts'

export const longitude = z
  .number()
  .min(-180)
  .max(180)
  .meta({ examples: [4.8952] })
export const latitude = z
  .number()
  .min(-90)
  .max(90)
  .meta({ examples: [52.3702] })

/**
 * Half the earth's circumference is 20,000 km; past a tenth of it a distance is a slip of the unit.
 */
export const metersMax = 2_000_000
/** Round the same area as the largest polygon. */
const circleRadiusMetersMax = Math.floor(Math.sqrt(defaultLimits.banAreaSquareMetersMax / Math.PI))

const position = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 3 }
const ring = { type: 'array', items: position, minItems: 4 }

/** Checked by the geometry check, which can name the spot; the schema only describes it. */
export const geometrySchema = z.unknown().meta({
  id: 'BanGeometry',
  description:
    'GeoJSON (RFC 7946) Polygon or MultiPolygon in longitude and latitude, WGS 84. Holes are respected.',
  oneOf: [
    {
      type: 'object',
      required: ['type', 'coordinates'],
      properties: {
        type: { const: 'Polygon' },
        coordinates: { type: 'array', items: ring, minItems: 1 },
      },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['type', 'coordinates'],
      properties: {
        type: { const: 'MultiPolygon' },
        coordinates: {
          type: 'array',
          items: { type: 'array', items: ring, minItems: 1 },
          minItems: 1,
        },
      },
      additionalProperties: false,
    },
  ],
  examples: [
    {
      type: 'Polygon',
      coordinates: [
        [
          [5.1, 52.08],
          [5.12, 52.08],
          [5.12, 52.09],
          [5.1, 52.09],
          [5.1, 52.08],
        ],
      ],
    },
  ],
})

export const circleSchema = z
  .strictObject({ longitude, latitude, radiusMeters: z.number().min(1).max(circleRadiusMetersMax) })
  .meta({ id: 'BanCircle' })

export const locationBanFields = {
  label: lineSchema(200).meta({ examples: ['woning en omgeving'] }),
  geometry: geometrySchema.optional(),
  circle: circleSchema.nullish(),
  approachMeters: z
    .number()
    .min(0)
    .max(metersMax)
    .default(defaultLimits.approachMetersDefault)
    .describe('Width of the band around the zone in which an approach is announced.'),
  schedule: scheduleSchema.nullish().describe('Absent or null: in force as long as the order.'),
}

/**
 * A home, a place of work, a school and some more; each is measured at every fix while the victim
 * is not seen.
 */
const fixedAddressesMax = 10

const fixedAddressSchema = z
  .strictObject({
    label: lineSchema(200).meta({ examples: ['werk'] }),
    longitude,
    latitude,
    radiusMeters: z
      .number()
      .min(1)
      .max(10_000)
      .describe('Of the place itself; the separation is counted from its border.'),
  })
  .meta({ id: 'FixedAddress' })

export const proximityBanFields = {
  victimId: idSchema,
  separationMeters: z
    .number()
    .min(1)
    .max(metersMax)
    .default(defaultLimits.separationMetersDefault)
    .describe('Closer than this is a breach.'),
  approachMeters: z
    .number()
    .min(1)
    .max(metersMax)
    .optional()
    .describe('Closer than this is an approach. Absent: twice the separation.'),
  fixedAddresses: z
    .array(fixedAddressSchema)
    .max(fixedAddressesMax)
    .default([])
    .describe(
      'Places watched instead of the victim while it is not known where the victim is: nearer to one than the separation is a breach.',
    ),
}

const keptId = idSchema
  .optional()
  .describe(
    'The id of a ban of the current version that this one continues. Absent: matched by content, or new.',
  )

export const escalationSchema = escalationStepsSchema
  .nullish()
  .describe("Who is called when nobody acknowledges. Absent or null: the organisation's ladder.")

export const conditionsField = {
  conditions: z
    .array(z.enum(orderConditions))
    .max(orderConditions.length)
    .refine((list) => new Set(list).size === list.length, {
      error: 'expected each condition once, got one that was named before',
    })
    .optional()
    .describe(
      'What it asks besides, in words of this list; told to the police with the bans, and watched by nothing here.',
    ),
}

/** The court saw it before it decided: the advice belongs to the order. */
export const assessmentField = {
  assessmentId: idSchema
    .nullish()
    .describe(
      'The kept enforceability assessment that the order is made with. In what the order is another one than was assessed is told in `advisories` and in its life; that refuses nothing. Absent or null: none, or the one before.',
    ),
}

export const orderFields = {
  reference: lineSchema(200)
    .describe('The number of the case at the court or prosecutor. Unique.')
    .meta({ examples: ['09/123456-26'] }),
  legalBasis: z.enum(legalBases),
  offenderId: idSchema,
  validFrom: instantSchema.describe('Inclusive.'),
  validUntil: instantSchema.describe('Exclusive; after `validFrom`.'),
}

export const protectionOrderBodySchema = z
  .strictObject({
    ...orderFields,
    ...assessmentField,
    ...reasonedFields,
    locationBans: z
      .array(
        z
          .strictObject(locationBanFields)
          .meta({ id: 'NewLocationBan', description: eitherShape() }),
      )
      .max(defaultLimits.bansPerOrderMax)
      .default([]),
    proximityBans: z
      .array(z.strictObject(proximityBanFields).meta({ id: 'NewProximityBan' }))
      .max(defaultLimits.victimsPerOrderMax)
      .default([]),
    ...conditionsField,
    escalation: escalationSchema,
  })
  .meta({ id: 'NewProtectionOrder', description: 'At least one ban of either kind.' })

export const protectionOrderReplacementSchema = z
  .strictObject({
    ...orderFields,
    ...assessmentField,
    ...reasonedFields,
    effectiveAt: instantSchema
      .optional()
      .describe('From when on it holds; after now it is planned (202). Left out: now.'),
    locationBans: z
      .array(
        z
          .strictObject({ id: keptId, ...locationBanFields })
          .meta({ id: 'ReplacedLocationBan', description: eitherShape() }),
      )
      .max(defaultLimits.bansPerOrderMax)
      .default([]),
    proximityBans: z
      .array(
        z.strictObject({ id: keptId, ...proximityBanFields }).meta({ id: 'ReplacedProximityBan' }),
      )
      .max(defaultLimits.victimsPerOrderMax)
      .default([]),
    ...conditionsField,
    escalation: escalationSchema,
  })
  .meta({ id: 'ReplacedProtectionOrder' })

export const orderQuerySchema = listQuerySchema.extend({ reference: beginningSchema })

export const extendOrderBodySchema = z
  .strictObject({
    validUntil: instantSchema.describe('Later than the present one.'),
    ...reasonedFields,
  })
  .meta({ id: 'ExtendProtectionOrder' })

export const ifMatchHeadersSchema = z.object({
  'if-match': z
    .string()
    .max(256)
    .optional()
    .describe(
      'The `ETag` of the version that was read: the change is refused with 412 at any other.',
    ),
})

export const advisorySchema = z
  .strictObject({
    pointer: z.string().describe('JSON pointer into the body that was sent.'),
    code: z.string(),
    detail: z.string(),
    detailNl: z
      .string()
      .optional()
      .describe('The same in Dutch; absent where it is said in English alone.'),
  })
  .meta({ id: 'Advisory', description: 'Accepted, but worth a second look; or what was repaired.' })

function eitherShape(): string {
  return 'Exactly one of `geometry` and `circle`.'
}
