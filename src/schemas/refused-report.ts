import { z } from 'zod'
import { idSchema, instantSchema } from './common.ts'

/** What was refused and why. Never where: a refused position is a position all the same. */
export const refusedReportSchema = z
  .strictObject({
    id: idSchema,
    apiClientId: idSchema.nullable().describe('Who sent it.'),
    receivedAt: instantSchema,
    elementIndex: z.int().describe('Its place in the request; −1: not about one element.'),
    code: z
      .string()
      .describe(
        'As in `rejected` of the answer to the sender. From the server itself: `poison`, taken but could not be judged; `history-refused`, taken but missing in the history; `reports-dropped`, older rows of this list that made room; `reports-counted`, more of them in a minute than are kept one by one.',
      ),
    detail: z.string(),
    serialNumber: z.string().nullable().describe('As sent, when it was a text.'),
  })
  .meta({ id: 'RefusedReport' })
