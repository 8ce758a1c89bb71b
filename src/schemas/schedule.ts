import { z } from 'zod'
import { weekdays } from '../core/model/registry.ts'
import { instantSchema, lineSchema } from './common.ts'

const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'expected a local time HH:MM, got text that is not one',
  })
  .meta({ examples: ['18:00'] })
const days = z.array(z.enum(weekdays)).min(1).max(7)
const windowEnd = 'At or before `from` it runs into the next day; both 00:00 is the whole day.'
const reason = lineSchema(500)

export const scheduleSchema = scheduleOf(
  z.strictObject({ days, from: localTime, until: localTime.describe(windowEnd) }),
  z
    .strictObject({ from: instantSchema, until: instantSchema, reason })
    .refine((exception) => Date.parse(exception.until) > Date.parse(exception.from), {
      path: ['until'],
      error: 'expected a time after from, got one that is not',
    }),
).meta({ id: 'BanSchedule', description: 'When a ban is in force, by the clock on the wall.' })

/** As a text says it that is still to be mended: what it leaves out is asked for by name. */
export const draftScheduleSchema = scheduleOf(
  z.strictObject({
    days: days.nullish(),
    from: localTime.nullish(),
    until: localTime.nullish().describe(windowEnd),
  }),
  z.strictObject({
    from: instantSchema.nullish(),
    until: instantSchema.nullish(),
    reason: reason.nullish(),
  }),
).meta({
  id: 'DraftBanSchedule',
  description:
    'When a ban is in force, as far as its text says it; what it leaves out comes back as `missing`.',
})

function scheduleOf<Window extends z.ZodType, Exception extends z.ZodType>(
  window: Window,
  exception: Exception,
) {
  return z.strictObject({
    timeZone: z.literal('Europe/Amsterdam'),
    weekly: z
      .array(window)
      .min(1)
      .max(100)
      .nullish()
      .describe('When the ban is in force. Absent or null: around the clock.'),
    exceptions: z
      .array(exception)
      .max(500)
      .default([])
      .describe('Stretches of permitted presence. They win over `weekly`.'),
  })
}
