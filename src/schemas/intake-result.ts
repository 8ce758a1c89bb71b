import { z } from 'zod'
import { refusalCodes } from '../core/model/contract-words.ts'

const taken = {
  accepted: z.int().min(0).describe('Committed to storage before this answer was given.'),
  duplicates: z.int().min(0).describe('Had been taken before; they were not stored again.'),
  rejected: z
    .array(
      z.strictObject({
        index: z.int().min(0).describe('Place in the list of the request, from 0.'),
        code: z.enum(refusalCodes),
        detail: z.string().describe('What was expected and what kind of thing came.'),
      }),
    )
    .describe('Not taken; kept apart with the reason. Sending them again unchanged will not help.'),
}

export const intakeResultSchema = z.strictObject(taken).meta({ id: 'IntakeResult' })

export const positionsResultSchema = z
  .strictObject({
    ...taken,
    wantedIntervals: z
      .array(
        z.strictObject({
          serialNumber: z.string(),
          reportIntervalSeconds: z.int().min(1).describe('Seconds between reports, from now on.'),
        }),
      )
      .describe(
        'Devices of this request that should report at another interval than their plan for now. A device that is not listed follows its plan again.',
      ),
  })
  .meta({ id: 'PositionsResult' })
