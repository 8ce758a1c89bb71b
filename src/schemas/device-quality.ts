import { z } from 'zod'

const instantAnswerSchema = z.string().meta({ format: 'date-time' })
const countedSchema = z.array(z.strictObject({ name: z.string(), count: z.int() }))

export const deviceQualitySchema = z
  .strictObject({
    deviceId: z.string().meta({ format: 'uuid' }),
    from: instantAnswerSchema,
    until: instantAnswerSchema,
    fixCount: z.int(),
    plannedCount: z.int().describe('By its report interval, while anybody had it in that stretch.'),
    gapSeconds: z.int().describe('A longer wait is a gap: three planned reports.'),
    gapCount: z.int(),
    longestGaps: z
      .array(z.strictObject({ from: instantAnswerSchema, until: instantAnswerSchema }))
      .describe('Ten at most, the longest first.'),
    lastRecordedAt: instantAnswerSchema.nullable(),
    unknownRadiusCount: z.int().describe('Fixes that said no radius.'),
    radiusMetersMedian: z.number().nullable(),
    radiusMeters95: z.number().nullable().describe('All but one in twenty are smaller.'),
    lateCount: z.int().describe('Received more than ten minutes after they were recorded.'),
    batteryLast: z.number().nullable(),
    batteryLeast: z.number().nullable(),
    doubted: countedSchema.describe('Fixes that are not believed, by why.'),
    events: countedSchema,
    refused: countedSchema.describe('What was sent under its serial number and not taken.'),
  })
  .meta({ id: 'DeviceQuality' })
