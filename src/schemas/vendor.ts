import { z } from 'zod'
import { idSchema, instantSchema, lineSchema } from './common.ts'

export const vendorBodySchema = z
  .strictObject({
    name: lineSchema(200)
      .describe('Unique among vendors.')
      .meta({ examples: ['Enkelband BV'] }),
  })
  .meta({ id: 'NewVendor' })

export const vendorSchema = z
  .strictObject({ id: idSchema, name: z.string(), createdAt: instantSchema })
  .meta({ id: 'Vendor', description: 'A supplier of devices.' })
