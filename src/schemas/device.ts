import { z } from 'zod'
import { beginningSchema, idSchema, instantSchema, lineSchema, listQuerySchema } from './common.ts'

const kind = z
  .enum(['ankle-monitor', 'victim-device'])
  .describe('`ankle-monitor` is worn by an offender, `victim-device` is carried by a victim.')

export const deviceBodySchema = z
  .strictObject({
    vendorId: idSchema.describe('The vendor whose token may post for this device.'),
    serialNumber: lineSchema(100)
      .describe('Unique within the vendor; positions name the device by it.')
      .meta({ examples: ['AM-000123'] }),
    kind,
    reportIntervalSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .describe('How often the device plans to report. Three missed intervals are a silence.')
      .meta({ examples: [60] }),
  })
  .meta({ id: 'NewDevice' })

export const deviceQuerySchema = listQuerySchema.extend({ serialNumber: beginningSchema })

export const deviceSchema = z
  .strictObject({
    id: idSchema,
    vendorId: idSchema,
    serialNumber: z.string(),
    kind,
    reportIntervalSeconds: z.int(),
    personId: idSchema
      .nullable()
      .describe(
        'Who wears or carries it now. Null: nobody, and what it reports is stored and judged for nobody.',
      ),
    personReference: z.string().nullable().describe('What that person is known by.'),
    lastReceivedAt: instantSchema
      .nullable()
      .describe(
        'When the newest report by its own clock was received, some seconds behind. Null: none is kept.',
      ),
    batteryFraction: z
      .number()
      .nullable()
      .describe('Of 1, as its newest report said. Null: it did not say.'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Device' })
