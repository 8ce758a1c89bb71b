import { z } from 'zod'
import { idSchema, instantSchema } from './common.ts'

export const deviceAssignmentBodySchema = z
  .strictObject({
    deviceId: idSchema,
    personId: idSchema.describe('An offender for an ankle monitor, a victim for a victim device.'),
    validFrom: instantSchema.describe('Inclusive.'),
    validUntil: instantSchema
      .nullish()
      .describe('Exclusive. Absent or null: until further notice.'),
  })
  .meta({ id: 'NewDeviceAssignment' })

export const endAssignmentBodySchema = z
  .strictObject({
    validUntil: instantSchema
      .describe('From when the device is no longer with this person. Absent: from now on.')
      .optional(),
  })
  .meta({ id: 'EndDeviceAssignment' })

export const deviceAssignmentSchema = z
  .strictObject({
    id: idSchema,
    deviceId: idSchema,
    serialNumber: z.string().describe('Of the device.'),
    personId: idSchema,
    personReference: z.string(),
    validFrom: instantSchema,
    validUntil: instantSchema.nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'DeviceAssignment', description: 'Who wears or carries a device, and when.' })
