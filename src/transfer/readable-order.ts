import { z } from 'zod'
import { orderConditions } from '../core/model/order-conditions.ts'
import { protocolSetNames } from '../core/model/protocol.ts'
import { legalBases, type ProtectionOrder } from '../core/model/registry.ts'
import { refused } from './manifest.ts'

/** An order that detection could not read would stop it for everybody: it does not come in. */
export function requireReadable(order: ProtectionOrder, orderId: string): void {
  const { success } = orderSchema.safeParse(order)
  if (!success || order.id !== orderId)
    throw refused(
      `the order of case ${orderId} is none that can be judged. Nothing of it was imported`,
    )
}

const longitude = z.number().min(-180).max(180)
const latitude = z.number().min(-90).max(90)
const meters = z.number().min(0).max(1_000_000)
const ring = z.array(z.tuple([longitude, latitude]).rest(z.number())).min(4)
const area = z.union([
  z.object({ type: z.literal('circle'), longitude, latitude, radiusMeters: meters }),
  z.object({
    type: z.literal('geometry'),
    geometry: z.union([
      z.object({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) }),
      z.object({
        type: z.literal('MultiPolygon'),
        coordinates: z.array(z.array(ring).min(1)).min(1),
      }),
    ]),
  }),
])
const place = z.object({ label: z.string(), longitude, latitude, radiusMeters: meters })
const steps = z.array(
  z.object({ afterSeconds: z.number(), target: z.enum(['second-operator', 'supervisor']) }),
)
const orderSchema = z.object({
  id: z.uuid(),
  version: z.int().min(1),
  reference: z.string(),
  legalBasis: z.enum(legalBases),
  offenderId: z.uuid(),
  validFromMs: z.int(),
  validUntilMs: z.int(),
  status: z.enum(['active', 'suspended', 'ended']),
  locationBans: z.array(
    z.object({
      id: z.uuid(),
      label: z.string(),
      area,
      approachMeters: meters,
      schedule: z
        .object({ timeZone: z.literal('Europe/Amsterdam') })
        .loose()
        .nullable(),
    }),
  ),
  proximityBans: z.array(
    z.object({
      id: z.uuid(),
      victimId: z.uuid(),
      separationMeters: meters,
      approachMeters: meters,
      fixedAddresses: z.array(place).optional(),
    }),
  ),
  escalation: steps.nullable(),
  // One without words would be told to no partner.
  conditions: z.array(z.enum(orderConditions)).optional(),
  risk: z
    .object({
      profile: z.string(),
      version: z.int(),
      reportIntervalSeconds: z.number().min(1).nullable(),
      recallMinutesMax: z.number().min(1).nullable(),
      alsoCalled: steps,
      protocol: z.enum(protocolSetNames).nullable(),
    })
    .optional(),
})
