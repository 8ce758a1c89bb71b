import type { z } from 'zod'
import { defaultLimits } from '../core/model/limits.ts'
import type {
  BanArea,
  BanSchedule,
  LocationBan,
  ProtectionOrder,
  ProximityBan,
} from '../core/model/registry.ts'
import { readBanArea } from './ban-area.ts'
import { instantMs } from './common.ts'
import type { BodyFault } from './faults.ts'
import type { advisorySchema, protectionOrderReplacementSchema } from './protection-order.ts'
import type { scheduleSchema } from './schedule.ts'

/**
 * A body of the right shape becomes the order it describes, without the ids that are still to be
 * made (null). Everything the shape cannot say is checked here, and all faults are named together.
 */
export function readOrder(body: OrderBody): ReadOrder {
  const steps = readOrderInSteps(body)
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}

/** As `readOrder`, area by area: one of thousands of corners takes tens of milliseconds. */
export function* readOrderInSteps(body: OrderBody): Generator<undefined, ReadOrder> {
  const faults: BodyFault[] = []
  const advisories: Advisory[] = []
  const validFromMs = instantMs(body.validFrom)
  const validUntilMs = instantMs(body.validUntil)
  if (validUntilMs <= validFromMs) {
    faults.push(
      fault(
        '/validUntil',
        'ends-before-start',
        'expected a time after validFrom, got one that is not',
      ),
    )
  }
  if (body.locationBans.length + body.proximityBans.length === 0) {
    faults.push(
      fault(
        '/locationBans',
        'no-bans',
        'expected at least one location ban or proximity ban, got none',
      ),
    )
  }
  const locationBans: OrderDraft['locationBans'][number][] = []
  for (const [index, ban] of body.locationBans.entries()) {
    locationBans.push({
      id: ban.id ?? null,
      label: ban.label,
      area: readBanArea(ban, `/locationBans/${index}`, faults, advisories) ?? placeholder,
      approachMeters: ban.approachMeters,
      schedule: ban.schedule == null ? null : readSchedule(ban.schedule),
    })
    yield
  }
  const proximityBans = body.proximityBans.map((ban, index) => ({
    id: ban.id ?? null,
    ...readRings(ban, `/proximityBans/${index}`, faults),
  }))
  refuseRepeats(body, faults)
  const { reference, legalBasis, offenderId } = body
  const escalation = body.escalation ?? null
  const terms = { reference, legalBasis, offenderId, validFromMs, validUntilMs, escalation }
  const { conditions = [] } = body
  // Left out when there are none: an order from before they existed stays the same order.
  const order = conditions.length === 0 ? terms : { ...terms, conditions }
  return { order: { ...order, locationBans, proximityBans }, advisories, faults }
}

export type OrderBody = z.output<typeof protectionOrderReplacementSchema>
export type Advisory = z.output<typeof advisorySchema>
export type ReadOrder = {
  readonly order: OrderDraft
  readonly advisories: readonly Advisory[]
  /** With any of these the order is none; the other fields are what could be read. */
  readonly faults: readonly BodyFault[]
}

type Unnamed<Ban> = Omit<Ban, 'id'> & { readonly id: string | null }
export type OrderDraft = Omit<
  ProtectionOrder,
  'id' | 'version' | 'status' | 'locationBans' | 'proximityBans'
> & {
  readonly locationBans: readonly Unnamed<LocationBan>[]
  readonly proximityBans: readonly Unnamed<ProximityBan>[]
}

/** Stands in for an area that was refused, so that the other faults are found as well. */
const placeholder: BanArea = { type: 'circle', longitude: 0, latitude: 0, radiusMeters: 1 }

function readSchedule(schedule: z.output<typeof scheduleSchema>): BanSchedule {
  return {
    timeZone: schedule.timeZone,
    weekly: schedule.weekly ?? null,
    exceptions: schedule.exceptions.map(({ from, until, reason }) => ({
      fromMs: instantMs(from),
      untilMs: instantMs(until),
      reason,
    })),
  }
}

function readRings(ban: OrderBody['proximityBans'][number], pointer: string, faults: BodyFault[]) {
  const approachMeters =
    ban.approachMeters ?? defaultLimits.approachSeparationFactor * ban.separationMeters
  if (approachMeters < ban.separationMeters) {
    const detail = 'expected at least separationMeters, because the approach comes first; got less'
    faults.push(fault(`${pointer}/approachMeters`, 'too-small', detail))
  }
  const { victimId, separationMeters, fixedAddresses } = ban
  const rings = { victimId, separationMeters, approachMeters }
  // Left out when there are none: an order registered before they existed stays the same order.
  return fixedAddresses.length === 0 ? rings : { ...rings, fixedAddresses }
}

/** Two bans for one victim, or two that continue the same one, would raise every alert twice. */
function refuseRepeats(body: OrderBody, faults: BodyFault[]): void {
  const repeated = (
    list: string,
    field: string,
    values: readonly (string | undefined)[],
    detail: string,
  ): void => {
    const seen = new Set<string>()
    for (const [index, value] of values.entries()) {
      if (value === undefined) continue
      if (seen.has(value)) faults.push(fault(`/${list}/${index}/${field}`, 'repeated', detail))
      seen.add(value)
    }
  }
  const victims = body.proximityBans.map((ban) => ban.victimId)
  repeated(
    'proximityBans',
    'victimId',
    victims,
    'expected each victim once, got one that was named before',
  )
  const twice = 'expected each ban once, got an id that was named before'
  repeated(
    'proximityBans',
    'id',
    body.proximityBans.map((ban) => ban.id),
    twice,
  )
  repeated(
    'locationBans',
    'id',
    body.locationBans.map((ban) => ban.id),
    twice,
  )
}

function fault(pointer: string, code: string, detail: string): BodyFault {
  return { pointer, code, detail }
}
