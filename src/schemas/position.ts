import { z } from 'zod'
import { fixSources } from '../core/model/fix.ts'
import type { FixReport } from '../core/model/fix.ts'
import { instantMs, instantSchema, lineSchema } from './common.ts'

/**
 * A thousand positions are about 300 kB of JSON: enough to empty a backlog,
 * small enough to judge at once.
 */
export const elementCountMax = 1_000

/** Half the earth's circumference, rounded; more is no accuracy. */
export const accuracyMetersMax = 20_000_000

export const positionSchema = z
  .strictObject({
    serialNumber: lineSchema(100)
      .describe('The device, as registered for the vendor of the token.')
      .meta({ examples: ['AM-000123'] }),
    recordedAt: instantSchema.describe(
      'When the device determined the position, by its own clock.',
    ),
    longitude: z.number().min(-180).max(180).describe('Degrees, WGS 84.'),
    latitude: z.number().min(-90).max(90).describe('Degrees, WGS 84.'),
    accuracyMeters: z
      .number()
      .min(0)
      .nullish()
      .describe(
        'Radius that holds the true position with probability 0.68. 0 is taken for not known; half the circumference of the earth and more is all the same.',
      ),
    speedMetersPerSecond: z.number().min(0).max(100_000).nullish(),
    headingDegrees: z.number().min(0).max(360).nullish().describe('Clockwise from true north.'),
    source: z.enum(fixSources).nullish(),
    hdop: z.number().min(0).max(10_000).nullish().describe('Horizontal dilution of precision.'),
    satellites: z.int().min(0).max(255).nullish(),
    batteryFraction: z.number().min(0).max(1).nullish().describe('From 0, empty, to 1, full.'),
    sequence: z
      .int()
      .min(0)
      .nullish()
      .describe(
        "The device's own counter, kept as it is. A position sent twice is recognised by its time and place.",
      ),
  })
  .meta({ id: 'Position' })

/** The same check as generated code: 1.3 µs a position instead of 2.9. */
export const positionReader = z.compile(positionSchema, { strict: true })

export const positionsBodySchema = z
  .strictObject({ positions: z.array(positionSchema).min(1).max(elementCountMax) })
  .meta({ id: 'Positions' })

/** What is checked of the request as a whole; its elements are judged one by one. */
export const positionsEnvelopeSchema = z.strictObject({
  positions: z.array(z.unknown()).min(1).max(elementCountMax),
})

/** From the wire to the core: absent becomes null, text becomes time. */
export function fixReportOf(position: z.output<typeof positionSchema>): FixReport {
  return {
    recordedAtMs: instantMs(position.recordedAt),
    longitude: position.longitude,
    latitude: position.latitude,
    accuracyMeters:
      position.accuracyMeters == null ? null : Math.min(position.accuracyMeters, accuracyMetersMax),
    speedMetersPerSecond: position.speedMetersPerSecond ?? null,
    headingDegrees: position.headingDegrees ?? null,
    source: position.source ?? null,
    hdop: position.hdop ?? null,
    satellites: position.satellites ?? null,
    batteryFraction: position.batteryFraction ?? null,
    sequence: position.sequence ?? null,
  }
}
