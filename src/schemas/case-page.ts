import { z } from 'zod'
import { disclosureGrounds, disclosurePurposes } from '../core/model/disclosure.ts'

export const casePageQuerySchema = z
  .strictObject({
    purpose: z.enum(disclosurePurposes).describe('At which table it is looked at.'),
    ground: z.enum(disclosureGrounds).describe('By what it may be shared there; it is on record.'),
  })
  .meta({ id: 'CasePageQuery' })
