import { z } from 'zod'
import { defaultLimits } from '../core/model/limits.ts'
import { instantSchema } from '../schemas/common.ts'
import { deviceAssignmentBodySchema } from '../schemas/device-assignment.ts'
import { deviceEventSchema, withoutWrongOptions } from '../schemas/device-event.ts'
import { deviceBodySchema } from '../schemas/device.ts'
import { personBodySchema } from '../schemas/person.ts'
import { positionSchema } from '../schemas/position.ts'
import {
  escalationSchema,
  locationBanFields,
  orderFields,
  proximityBanFields,
} from '../schemas/protection-order.ts'
import { vendorBodySchema } from '../schemas/vendor.ts'

/** Whoever writes a scenario by hand may name things as they like; the server gives UUIDs. */
const id = z.string().min(1)

const orderSchema = z.strictObject({
  ...orderFields,
  id,
  version: z.int().min(1).default(1),
  status: z.enum(['active', 'suspended', 'ended']).default('active'),
  offenderId: id,
  locationBans: z
    .array(z.strictObject({ ...locationBanFields, id }))
    .max(defaultLimits.bansPerOrderMax)
    .default([]),
  proximityBans: z
    .array(z.strictObject({ ...proximityBanFields, id, victimId: id }))
    .max(defaultLimits.victimsPerOrderMax)
    .default([]),
  escalation: escalationSchema,
})

/** registry.json: the bodies of the contract, each with its id. */
export const registrySchema = z.strictObject({
  vendors: z.array(vendorBodySchema.extend({ id })),
  persons: z.array(personBodySchema.extend({ id })),
  devices: z.array(deviceBodySchema.extend({ id, vendorId: id })),
  deviceAssignments: z.array(deviceAssignmentBodySchema.extend({ id, deviceId: id, personId: id })),
  protectionOrders: z.array(orderSchema),
})

/**
 * What a line says beside the body of the contract: when it came, and whose device of
 * this serial number it is.
 */
const lineFields = { vendorId: id.optional(), receivedAt: instantSchema.nullish() }

/** As generated code: a third of the time that reading a line by hand took. */
export const positionLineReader = z.compile(positionSchema.extend(lineFields), { strict: true })
const strictEventReader = z.compile(deviceEventSchema.extend(lineFields), { strict: true })
/** As the server does: an optional field that is wrong is left out. */
export const deviceEventLineReader = {
  safeParse: (line: unknown) => {
    const read = strictEventReader.safeParse(line)
    return read.success ? read : strictEventReader.safeParse(withoutWrongOptions(line))
  },
}
