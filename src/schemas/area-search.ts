import { z } from 'zod'
import { idSchema, instantSchema } from './common.ts'
import { geometrySchema, latitude, longitude } from './protection-order.ts'

const searchSquareKilometersMax = 2_500
const searchItemsMax = 200
const earthRadiusKilometers = 6_371

const bboxSchema = z
  .tuple([longitude, latitude, longitude, latitude])
  .refine(([, south, , north]) => south <= north, {
    error: 'expected [west, south, east, north], got a south that is north of its north',
  })
  .refine(([west, , east]) => west <= east, {
    error:
      'expected a west that is not east of its east; an area over the antimeridian is searched in two boxes, one on each side',
  })
  .refine((bbox) => areaSquareKilometers(bbox) <= searchSquareKilometersMax, {
    error: `expected an area of at most ${searchSquareKilometersMax} km², got a larger one; search it in parts`,
  })
  .meta({ examples: [[4.85, 52.35, 4.95, 52.4]] })
  .describe(
    `West, south, east and north in degrees (RFC 7946, section 5), at most ${searchSquareKilometersMax} km², not over the antimeridian.`,
  )

export const areaSearchBodySchema = z
  .strictObject({
    bbox: bboxSchema,
    limit: z.int().min(1).max(searchItemsMax).default(searchItemsMax),
  })
  .meta({ id: 'AreaSearch' })

const truncated = z
  .boolean()
  .describe('True: there are more than `limit`. Search a smaller area; there is no next page.')

export const foundLocationBansSchema = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          id: idSchema,
          label: z.string(),
          protectionOrderId: idSchema,
          offenderId: idSchema,
          validFrom: instantSchema,
          validUntil: instantSchema,
          geometry: geometrySchema.nullable(),
          circle: z
            .strictObject({ longitude, latitude, radiusMeters: z.number() })
            .nullable()
            .describe('A supervisor gets one of `geometry` and `circle`; an operator neither.'),
        })
        .meta({ id: 'FoundLocationBan' }),
    ),
    truncated,
  })
  .meta({ id: 'FoundLocationBans' })

export const foundSightingsSchema = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          personId: idSchema,
          reference: z.string(),
          recordedAt: instantSchema,
          ageSeconds: z.int().min(0),
          longitude,
          latitude,
          accuracyMeters: z
            .number()
            .describe('The radius that holds the true position with a probability of 0.68.'),
        })
        .meta({ id: 'FoundSighting' }),
    ),
    truncated,
    unreadableCount: z
      .int()
      .min(0)
      .describe(
        'People under supervision whose last place cannot be read, wherever it is: they may be in the area.',
      ),
    judgedAt: instantSchema
      .nullable()
      .describe('Up to when detection had read everything that came in. Null: it never had.'),
    detectionBehind: z
      .boolean()
      .describe('True: people may have been seen elsewhere since, or here.'),
  })
  .meta({ id: 'FoundSightings' })

/** Of a sphere, which is near enough for a bound. */
function areaSquareKilometers([west, south, east, north]: readonly [
  number,
  number,
  number,
  number,
]): number {
  const radians = Math.PI / 180
  const height = Math.sin(north * radians) - Math.sin(south * radians)
  return (east - west) * radians * height * earthRadiusKilometers ** 2
}
