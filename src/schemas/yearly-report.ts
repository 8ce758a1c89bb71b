import { z } from 'zod'

export const yearParamsSchema = z.strictObject({
  year: z
    .string()
    .regex(/^2\d{3}$/)
    .describe('Of the calendar of Amsterdam.'),
})

const shown = z
  .number()
  .nullable()
  .describe('Null: from one to four, or something follows from it.')
const counts = z.record(z.string(), shown)
const divided = z.strictObject({ total: shown, byType: counts })

export const yearlyReportSchema = z
  .strictObject({
    format: z.literal('hoede-yearly-report-1'),
    year: z.int(),
    from: z.string(),
    until: z.string(),
    smallestCount: z.int(),
    orders: z.strictObject({
      imposed: divided,
      imposedByAdvice: counts.describe('By the assessment they were imposed with.'),
      carriedOver: divided.describe('Imposed before, and in force in the year.'),
      ends: z.strictObject({ total: shown, byDecision: counts }),
    }),
    alerts: z.strictObject({
      total: shown,
      caseDays: shown,
      byOutcome: counts,
      perCaseDay: counts,
      byPriority: counts,
      byKind: counts,
      answers: z.array(
        z.strictObject({
          priority: z.string(),
          answered: shown,
          unanswered: shown,
          medianSeconds: shown,
          p95Seconds: shown,
        }),
      ),
    }),
    victimsTold: z
      .strictObject({
        total: shown,
        byWishes: counts.describe(
          '`within` or `outside` what they asked for; `not-asked`: nobody knew what they wish.',
        ),
        byOutcome: counts,
        byTruth: counts.describe(
          '`false`: about an alert that was closed as none; `not-known`: about no alert, or one that was still open.',
        ),
      })
      .describe('What protected persons were told.'),
    outages: z
      .strictObject({
        count: z.int(),
        minutes: z.int(),
        longestMinutes: z.int(),
        floods: z.int(),
      })
      .nullable(),
  })
  .meta({
    id: 'YearlyReport',
    description: 'What a year was, in counts that say nothing about few people.',
  })
