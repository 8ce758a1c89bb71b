import type { Limits } from '../../src/core/model/limits.ts'
import type { LocationBan, ProtectionOrder, ProximityBan } from '../../src/core/model/registry.ts'
import { isBanInForce } from '../../src/core/rules/schedule.ts'
import { isTooFar } from './reference-belief.ts'
import type { Judged } from './reference-belief.ts'
import { findRestSince } from './reference-rest.ts'

/**
 * The moments at which a ban comes into force between two fixes of its people, or after the last of
 * them until the clock stands, by asking for every second; each with all that was reported before.
 * A fix of the very moment is judged by itself, if the first one of it is believed, and the other
 * devices as they stand then: `isAsked`.
 */
export function findBeginnings(
  order: ProtectionOrder,
  ban: LocationBan | ProximityBan,
  people: readonly Judged[],
  untilMs: number,
): Beginning[] {
  const first = people.find(({ person }) => person === order.offenderId)
  const isPlain = !('schedule' in ban) || ban.schedule === null
  if (first === undefined || (isPlain && order.validFromMs <= first.fix.recordedAtMs)) return []
  const found: Beginning[] = []
  for (let atMs = first.fix.recordedAtMs + 1000; atMs <= untilMs; atMs += 1000) {
    if (!isBanInForce(ban, order, atMs) || isBanInForce(ban, order, atMs - 1)) continue
    const now = people.find(({ fix }) => fix.recordedAtMs === atMs)
    const judged = now?.doubts.length === 0 ? now : undefined
    const isAsked = (one: Judged): boolean =>
      one.person !== judged?.person || one.fix.deviceId !== judged.fix.deviceId
    const before = people.filter(({ fix }) => fix.recordedAtMs < atMs)
    const lastMs = Math.max(...before.map(({ fix }) => fix.recordedAtMs))
    if (atMs - lastMs < 86_400_000)
      found.push({ atMs, before, isAsked, nowPerson: judged?.person ?? null })
  }
  return found
}

export type Beginning = {
  readonly atMs: number
  readonly before: readonly Judged[]
  readonly isAsked: (one: Judged) => boolean
  /** Who is seen at that very moment. */
  readonly nowPerson: string | null
}

/**
 * Where the person is taken to be at that moment: as last seen, by a radius that grows with the
 * pace last seen; of somebody at rest by none while no report is missed, and by 150 m after it.
 */
export function ageLast(
  before: readonly Judged[],
  last: Judged,
  pace: number | null,
  atMs: number,
  { confirmMs, limits }: { readonly confirmMs: number; readonly limits: Limits },
): Judged {
  const ageMs = atMs - last.fix.recordedAtMs
  const grown = Math.hypot(
    last.accuracy,
    (ageMs / 1000) * (pace === null ? 13.9 : Math.max(1.5, pace)),
  )
  const isAtRest = findRestSince(before, last.person, limits) !== null
  const atHome = ageMs > confirmMs ? Math.hypot(last.accuracy, 150) : last.accuracy
  const accuracy = isAtRest ? Math.min(grown, atHome) : grown
  return { ...last, fix: { ...last.fix, recordedAtMs: atMs }, accuracy }
}

/**
 * Where each other device of the person was, five minutes before at most or as long as it missed no
 * report, the newest first: its wearer may have gone on from there as on foot, and no further than
 * 150 m while no report is missed. That another device was elsewhere says nothing against it: a
 * position doubted for that alone counts, if its device can have come there.
 */
export function ageOthers(
  before: readonly Judged[],
  last: Judged,
  atMs: number,
  { confirmMs, limits }: { readonly confirmMs: number; readonly limits: Limits },
): Judged[] {
  const own = before.filter(({ person }) => person === last.person)
  const devices = new Set(own.map(({ fix }) => fix.deviceId))
  devices.delete(last.fix.deviceId)
  // At one moment the later in the one order is the newer.
  const places = [...devices]
    .map((deviceId) => findOwnPlace(own, deviceId, limits))
    .filter((place) => place !== undefined)
    .toSorted((one, other) => own.indexOf(other) - own.indexOf(one))
  return places.flatMap((other) => {
    const ageMs = atMs - other.fix.recordedAtMs
    if (ageMs > Math.max(300_000, confirmMs)) return []
    const walked = (1.5 * ageMs) / 1000
    const accuracy = Math.hypot(other.accuracy, ageMs > confirmMs ? walked : Math.min(walked, 150))
    // It may be where its device says, so it opens.
    const doubts = other.doubts.length === 0 ? [] : ['unreachable']
    return [{ ...other, fix: { ...other.fix, recordedAtMs: atMs }, accuracy, doubts }]
  })
}

function findOwnPlace(
  own: readonly Judged[],
  deviceId: string,
  limits: Limits,
): Judged | undefined {
  let place: Judged | undefined
  for (const [at, now] of own.entries()) {
    if (now.fix.deviceId !== deviceId) continue
    const isOfDistance = now.doubts.every((doubt) =>
      ['teleport', 'unreachable', 'stale-repeat'].includes(doubt),
    )
    if (now.doubts.length > 0) {
      const seen = own.slice(0, at).findLast(({ doubts }) => doubts.length === 0)
      if (!isOfDistance || seen === undefined || seen.fix.deviceId === deviceId) continue
      if (place !== undefined && isTooFar(place, now, limits)) continue
    }
    place = now
  }
  return place
}
