import type { CaseFix } from '../fixes/case-fix.ts'
import { packWho } from '../fixes/fix-window.ts'
import { readNumber } from '../model/number-slab.ts'
import type { Trail } from './trail.ts'

/** Places in the row of each person. */
export const personRow = {
  /** The device slot of the last sighting and one; 0: nothing of this person is quiet now. */
  device: 0,
  /** 1: the numbers of the sighting are those of now, and nothing doubtful stands beside it. */
  isSeen: 1,
  recordedAtMs: 2,
  longitude: 3,
  latitude: 4,
  accuracyMeters: 5,
  speedMetersPerSecond: 6,
  movedMeters: 7,
  /** Between these, borders left out, no ban is near. */
  west: 8,
  south: 9,
  east: 10,
  north: 11,
  /** No jamming and no contradiction bears on what is recorded after this. */
  clearAfterMs: 12,
  /** Of the sighting before, from which `movedMeters` is; -Infinity: there is none. */
  previousAtMs: 13,
  /** 1: nothing is wrong with the positions, and none too coarse to judge lie about a ban. */
  isClear: 14,
  /** Of the sighting before; NaN: there is none. */
  previousAccuracyMeters: 15,
  /** So far from the anchor nothing that goes on about areas changes; Infinity: none goes on. */
  reachMeters: 16,
  anchorLongitude: 17,
  anchorLatitude: 18,
  anchorAtMs: 19,
  /** By fixes that are no coarser than this. */
  sigmaMetersMax: 20,
  /** Slots, as bits, of the bans that the box leaves out of account. */
  openBits: 21,
  /** `findPace`; NaN: not known. */
  paceMetersPerSecond: 22,
  length: 23,
} as const

/** Places in the numbers of each rule of a pair. */
export const pairRow = {
  /** Where the row of the victim is. */
  victimAt: 0,
  approachMeters: 1,
  separationMeters: 2,
  /** 0: nothing goes on; 1: an approach does, and stays as it is; NaN: judged in full. */
  isApproached: 3,
  /** As near as this it would be told again; -1: never. */
  markMeters: 4,
  /** 1: that little time is left has been told. */
  isHurryTold: 5,
  /** No place that is kept of either is less sure than this. */
  sigmaMeters: 6,
  length: 7,
} as const

/** Places in the numbers of one dossier of a wearer. */
export const memberRow = {
  dossierAt: 0,
  personAt: 1,
  /** The device slot in that dossier and one. */
  device: 2,
  /** The first number of a packed fix, without its satellites (`packWho`). */
  who: 3,
  /** By which the dossier itself is found. */
  number: 4,
  length: 5,
} as const

export function writeMember(trail: Trail, member: MemberSlots, memberAt: number): void {
  const { numbers } = trail.quiet.slab
  const { personSlot, deviceSlot, number } = member
  numbers[memberAt + memberRow.number] = number
  numbers[memberAt + memberRow.dossierAt] = trail.at
  numbers[memberAt + memberRow.personAt] = rowOf(trail, personSlot)
  numbers[memberAt + memberRow.device] = deviceSlot + 1
  numbers[memberAt + memberRow.who] = packWho(personSlot, deviceSlot, 0)
}

type MemberSlots = {
  readonly personSlot: number
  readonly deviceSlot: number
  readonly number: number
}

export function rowOf({ personsAt }: Trail, personSlot: number): number {
  return personsAt + personSlot * personRow.length
}

/** From now on nothing is quiet, until it has been learned anew. */
export function forgetRows({ quiet, personsAt, personCount }: Trail): void {
  const { numbers } = quiet.slab
  for (let slot = 0; slot < personCount; slot++) {
    numbers[personsAt + slot * personRow.length + personRow.device] = 0
    numbers[personsAt + slot * personRow.length + personRow.isSeen] = 0
  }
}

/** The rules have changed: what is known of them in numbers is no longer so. */
export function forgetRules(trail: Trail): void {
  forgetRows(trail)
  trail.versionsFromMs = null
}

/** Where and when, while the numbers are those of now; null where it takes the state to know. */
export function readLastSeen(trail: Trail, personSlot: number): LastSeen | null {
  if (personSlot >= trail.personCount) return null
  const { numbers } = trail.quiet.slab
  const at = rowOf(trail, personSlot)
  if (numbers[at + personRow.isSeen] !== 1) return null
  return {
    recordedAtMs: readNumber(numbers, at + personRow.recordedAtMs),
    longitude: readNumber(numbers, at + personRow.longitude),
    latitude: readNumber(numbers, at + personRow.latitude),
    accuracyMeters: readNumber(numbers, at + personRow.accuracyMeters),
  }
}

export type LastSeen = Pick<CaseFix, 'recordedAtMs' | 'longitude' | 'latitude' | 'accuracyMeters'>

/**
 * When this person was last seen, while nothing but that, and what goes on, is to be said of where;
 * NaN where it takes the state to know. No quiet fix changes any of it but the moment.
 */
export function readSeenMs(trail: Trail, personSlot: number): number {
  if (personSlot >= trail.personCount) return Number.NaN
  const { numbers } = trail.quiet.slab
  const at = rowOf(trail, personSlot)
  const isKnown = numbers[at + personRow.isSeen] === 1 && numbers[at + personRow.isClear] === 1
  return isKnown ? readNumber(numbers, at + personRow.recordedAtMs) : Number.NaN
}
