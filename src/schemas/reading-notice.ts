import { z } from 'zod'
import { readingActs } from '../core/orders/ban-notice.ts'
import { breakGlassSchema, readingOutsideSchema } from './break-glass.ts'
import { idSchema, instantSchema } from './common.ts'

export const readingEventSchema = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: idSchema,
    source: z.string(),
    type: z.enum(readingActs.map((act) => `nl.hoede.readings.${act}` as const)),
    subject: idSchema.describe('The look behind glass, or the organisation.'),
    time: instantSchema,
    sequence: z.string(),
    datacontenttype: z.literal('application/json'),
    data: z.strictObject({
      noticeId: idSchema,
      number: z.int(),
      act: z.enum(readingActs),
      reminderCount: z.int(),
      receiptBy: instantSchema,
      breakGlass: breakGlassSchema
        .omit({ reason: true })
        .optional()
        .describe('As it is when this is sent. Why it was asked is typed, and in the list alone.'),
      outside: z
        .strictObject({
          from: instantSchema,
          until: instantSchema,
          truncated: z.boolean().describe('There are more: `GET /v1/readings-outside`.'),
          items: z.array(readingOutsideSchema),
        })
        .optional(),
    }),
  })
  .meta({
    id: 'ReadingNotice',
    description:
      'Who looked where somebody is, for whoever looks after the protection of data: by ids, without places or typed words.',
  })
