import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import type {
  BanArea,
  BanSchedule,
  LocationBan,
  ProtectionOrder,
  ProximityBan,
} from '../../core/model/registry.ts'
import { RefusedInput, type Fault } from '../../errors.ts'
import { readBanArea } from './ban-area.ts'
import { instantMs } from '../../schemas/common.ts'
import type {
  advisorySchema,
  protectionOrderReplacementSchema,
  scheduleSchema,
} from '../../schemas/protection-order.ts'

/**
 * A body of the right shape becomes the order it describes, without the ids that are still to be made
 * (null). Everything the shape cannot say is checked here, and all faults are told together.
 */
export function readOrderBody(body: OrderBody): ReadOrder {
  const faults: Fault[] = []
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
  const locationBans = body.locationBans.map((ban, index) => ({
    id: ban.id ?? null,
    label: ban.label,
    area: readBanArea(ban, `/locationBans/${index}`, faults, advisories) ?? placeholder,
    approachMeters: ban.approachMeters,
    schedule: ban.schedule == null ? null : readSchedule(ban.schedule),
  }))
  const proximityBans = body.proximityBans.map((ban, index) => ({
    id: ban.id ?? null,
    ...readRings(ban, `/proximityBans/${index}`, faults),
  }))
  refuseRepeats(body, faults)
  if (faults.length > 0) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`
    throw new RefusedInput(
      'invalid-request',
      `The order has ${count}; see errors.`,
      faults.slice(0, 100),
    )
  }
  const { reference, legalBasis, offenderId } = body
  const escalation = body.escalation ?? null
  const order = { reference, legalBasis, offenderId, validFromMs, validUntilMs, escalation }
  return { order: { ...order, locationBans, proximityBans }, advisories }
}

/**
 * Gives every ban its id: the one the client named, else that of an equal ban of the current version, else
 * a new one. An episode that is going on stays one episode when only its neighbours changed.
 */
export function nameBans(
  draft: OrderDraft,
  current: ProtectionOrder | null,
  makeId: () => string,
): Omit<ProtectionOrder, 'id' | 'version' | 'status'> {
  const faults: Fault[] = []
  const locationBans = nameEach(
    draft.locationBans,
    current?.locationBans ?? [],
    'locationBans',
    faults,
    makeId,
  )
  const proximityBans = nameEach(
    draft.proximityBans,
    current?.proximityBans ?? [],
    'proximityBans',
    faults,
    makeId,
  )
  if (faults.length > 0) throw new RefusedInput('unknown-reference', null, faults)
  return { ...draft, locationBans, proximityBans }
}

export type OrderBody = z.output<typeof protectionOrderReplacementSchema>
export type Advisory = z.output<typeof advisorySchema>
export type ReadOrder = { readonly order: OrderDraft; readonly advisories: readonly Advisory[] }

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

function readRings(ban: OrderBody['proximityBans'][number], pointer: string, faults: Fault[]) {
  const approachMeters = ban.approachMeters ?? 2 * ban.separationMeters
  if (approachMeters < ban.separationMeters) {
    const detail = 'expected at least separationMeters, because the approach comes first; got less'
    faults.push(fault(`${pointer}/approachMeters`, 'too-small', detail))
  }
  const { victimId, separationMeters, fixedAddresses } = ban
  const rings = { victimId, separationMeters, approachMeters }
  // Left out when there are none, so that an order of before they existed is still the same order.
  return fixedAddresses.length === 0 ? rings : { ...rings, fixedAddresses }
}

/** Two bans for one victim, or two that continue the same one, would raise every alert twice. */
function refuseRepeats(body: OrderBody, faults: Fault[]): void {
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

function nameEach<Ban extends { readonly id: string }>(
  drafts: readonly (Omit<Ban, 'id'> & { readonly id: string | null })[],
  current: readonly Ban[],
  list: string,
  faults: Fault[],
  makeId: () => string,
): Ban[] {
  const named = new Set(drafts.map((draft) => draft.id).filter((id) => id !== null))
  const free = new Map(current.filter((ban) => !named.has(ban.id)).map((ban) => [ban.id, ban]))
  return drafts.map((draft, index) => {
    if (draft.id !== null) {
      if (!current.some((ban) => ban.id === draft.id)) {
        const detail = 'expected the id of a ban of the current version, or none; got another id'
        faults.push(fault(`/${list}/${index}/id`, 'unknown-reference', detail))
      }
      return { ...draft, id: draft.id } as unknown as Ban
    }
    const equal = [...free.values()].find((ban) =>
      isDeepStrictEqual({ ...ban, id: null }, { ...draft }),
    )
    if (equal !== undefined) free.delete(equal.id)
    return { ...draft, id: equal?.id ?? makeId() } as unknown as Ban
  })
}

function fault(pointer: string, code: string, detail: string): Fault {
  return { pointer, code, detail }
}
