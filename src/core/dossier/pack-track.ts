import { jumpPlaceStride } from '../belief/jump-places.ts'
import { restPlaceStride } from '../belief/rest-places.ts'
import { rememberedStride } from '../belief/stale-repeat.ts'
import { sharpestStride } from '../belief/sharp-starts.ts'
import type { PackedFix, Slots } from '../fixes/pack-fix.ts'
import { packFix, unpackFix } from '../fixes/pack-fix.ts'
import { get } from './names.ts'
import type {
  Contradicted,
  PathPlace,
  SeenPlace,
  Standstill,
  Track,
} from '../belief/track-state.ts'

export function packTrack(track: Track): PackedTrack {
  return {
    sighting: track.sighting && packFix(track.sighting),
    previous: track.previous && packFix(track.previous),
    movedMeters: track.movedMeters,
    standing: track.standing && packFix(track.standing),
    last: track.last && packFix(track.last),
    lastDisbelief: track.lastDisbelief,
    heardBefore: track.heardBefore,
    suspect: track.suspect && packFix(track.suspect),
    jumps: track.jumps,
    newJumps: track.newJumps,
    jumpPlaces: track.jumpPlaces,
    sightingOfOther: track.sightingOfOther && packFix(track.sightingOfOther),
    otherPlaces: track.otherPlaces.map(packPlace),
    doubtful: track.doubtful.map(packFix),
    ahead: track.ahead.map(packFix),
    contradicted: track.contradicted,
    faultCount: track.faultCount,
    faultBits: track.faultBits,
    chainBefore: track.chainBefore && packFix(track.chainBefore),
    chainLast: track.chainLast && packFix(track.chainLast),
    pathStart: track.pathStart && packFix(track.pathStart),
    pathStartDisbelief: track.pathStartDisbelief,
    pathStartPrevious: track.pathStartPrevious && packFix(track.pathStartPrevious),
    pathStartsBefore: track.pathStartsBefore.map(packPathPlace),
    provenStarts: track.provenStarts.map(packFix),
    sharpStarts: track.sharpStarts.map(({ from, coarse }) => [packFix(from), coarse.map(packFix)]),
    sharpest: track.sharpest,
    remembered: track.remembered,
    restPlaces: track.restPlaces,
    way: track.way,
    repeat: track.repeat && packFix(track.repeat),
    given: track.given && packFix(track.given),
    standstillFix: track.standstillFix && packFix(track.standstillFix),
    standstill: track.standstill && packStandstill(track.standstill),
    withSatellites: track.withSatellites && packFix(track.withSatellites),
    restSinceMs: Number.isNaN(track.restSinceMs) ? null : track.restSinceMs,
    anchor: track.anchor && packFix(track.anchor),
    anchorBefore: track.anchorBefore && packFix(track.anchorBefore),
    anchorSeenMs: track.anchorSeenMs,
    awayCount: track.awayCount,
    provenAtMs: track.provenAtMs,
    restProvenMs: track.restProvenMs,
    coarse: track.coarse && packFix(track.coarse),
  }
}

export function unpackTrack(slots: Slots, packed: PackedTrack): Track {
  const unpack = (fix: PackedFix | null) => fix && unpackFix(slots, fix)
  const provenAtMs = packed.provenAtMs ?? packed.sighting?.[2] ?? 0
  return {
    sighting: unpack(packed.sighting),
    previous: unpack(packed.previous),
    movedMeters: packed.movedMeters,
    standing: unpack(packed.standing),
    last: unpack(packed.last),
    lastDisbelief: packed.lastDisbelief,
    heardBefore: unpackPairs(slots, packed.heardBefore),
    suspect: unpack(packed.suspect),
    jumps: unpackPairs(slots, packed.jumps),
    newJumps: unpackPairs(slots, packed.newJumps ?? []),
    jumpPlaces: unpackGroups(slots, packed.jumpPlaces ?? [], jumpPlaceStride, 2),
    sightingOfOther: unpack(packed.sightingOfOther),
    otherPlaces: unpackPlaces(slots, packed.otherPlaces ?? listOther(packed)),
    doubtful: packed.doubtful.map((fix) => unpackFix(slots, fix)),
    ahead: (packed.ahead ?? []).map((fix) => unpackFix(slots, fix)),
    contradicted: packed.contradicted && {
      ...packed.contradicted,
      deviceSlot: get(slots.deviceSlots, packed.contradicted.deviceSlot),
    },
    faultCount: packed.faultCount,
    faultBits: packed.faultBits,
    chainBefore: unpack(packed.chainBefore),
    chainLast: unpack(packed.chainLast),
    ...unpackPathStarts(slots, packed),
    remembered: unpackGroups(slots, packed.remembered, rememberedStride, 1),
    restPlaces: unpackGroups(slots, packed.restPlaces ?? [], restPlaceStride, 2),
    way: packed.way ?? [],
    repeat: unpack(packed.repeat),
    given: unpack(packed.given ?? null),
    standstillFix: unpack(packed.standstillFix),
    standstill: packed.standstill && unpackStandstill(slots, packed.standstill),
    withSatellites: unpack(packed.withSatellites),
    restSinceMs: packed.restSinceMs ?? Number.NaN,
    anchor: unpack(packed.anchor),
    anchorBefore: unpack(packed.anchorBefore),
    anchorSeenMs: packed.anchorSeenMs,
    awayCount: packed.awayCount,
    provenAtMs,
    restProvenMs: packed.restProvenMs ?? Math.max(0, provenAtMs - packed.anchorSeenMs),
    coarse: unpack(packed.coarse),
  }
}

function unpackPathStarts(slots: Slots, packed: PackedTrack): PathStarts {
  const { pathStart, pathStartDisbelief, pathStartsBefore } = packed
  const { provenStarts = [], sharpStarts = [], sharpest = [], pathStartPrevious = null } = packed
  return {
    pathStart: pathStart && unpackFix(slots, pathStart),
    pathStartDisbelief,
    pathStartPrevious: pathStartPrevious && unpackFix(slots, pathStartPrevious),
    pathStartsBefore: pathStartsBefore.map(([fix, disbelief, previous = null]) => ({
      fix: unpackFix(slots, fix),
      disbelief,
      previous: previous && unpackFix(slots, previous),
    })),
    provenStarts: provenStarts.map((fix) => unpackFix(slots, fix)),
    sharpStarts: sharpStarts.map(([from, coarse]) => ({
      from: unpackFix(slots, from),
      coarse: coarse.map((fix) => unpackFix(slots, fix)),
    })),
    sharpest: unpackGroups(slots, sharpest, sharpestStride, 0),
  }
}

function packPlace({ fix, disbelief }: SeenPlace): PackedPlace {
  return [packFix(fix), disbelief]
}

function packPathPlace({ fix, disbelief, previous }: PathPlace): PackedPathPlace {
  return [packFix(fix), disbelief, previous && packFix(previous)]
}

function unpackPlaces(slots: Slots, packed: readonly PackedPlace[]): readonly SeenPlace[] {
  return packed.map(([fix, disbelief]) => ({ fix: unpackFix(slots, fix), disbelief }))
}

/** All that was known of other devices before format 37. */
function listOther({ sightingOfOther }: PackedTrack): readonly PackedPlace[] {
  return sightingOfOther === null ? [] : [[sightingOfOther, 0]]
}

type PackedPlace = readonly [fix: PackedFix, disbelief: number]
/** The last one since format 38. */
type PackedPathPlace = readonly [...PackedPlace, previous?: PackedFix | null]

type PathStarts = Pick<
  Track,
  | 'pathStart'
  | 'pathStartDisbelief'
  | 'pathStartPrevious'
  | 'pathStartsBefore'
  | 'provenStarts'
  | 'sharpStarts'
  | 'sharpest'
>

export type PackedTrack = {
  readonly sighting: PackedFix | null
  readonly previous: PackedFix | null
  readonly movedMeters: number
  readonly standing: PackedFix | null
  readonly last: PackedFix | null
  readonly lastDisbelief: number
  readonly heardBefore: readonly number[]
  readonly suspect: PackedFix | null
  readonly jumps: readonly number[]
  /** Absent of what was written before they were kept. */
  readonly newJumps?: readonly number[]
  /** Since format 31. */
  readonly jumpPlaces?: readonly number[]
  readonly sightingOfOther: PackedFix | null
  /** Since format 37. */
  readonly otherPlaces?: readonly PackedPlace[]
  readonly doubtful: readonly PackedFix[]
  readonly ahead?: readonly PackedFix[]
  readonly contradicted: Contradicted | null
  readonly faultCount: number
  readonly faultBits: number
  readonly chainBefore: PackedFix | null
  readonly chainLast: PackedFix | null
  readonly pathStart: PackedFix | null
  readonly pathStartDisbelief: number
  /** Since format 38. */
  readonly pathStartPrevious?: PackedFix | null
  readonly pathStartsBefore: readonly PackedPathPlace[]
  /** Since format 36. */
  readonly provenStarts?: readonly PackedFix[]
  /** Since format 37. */
  readonly sharpStarts?: readonly (readonly [from: PackedFix, coarse: readonly PackedFix[]])[]
  /** Since format 39. */
  readonly sharpest?: readonly number[]
  readonly remembered: readonly number[]
  /** Since format 29. */
  readonly restPlaces?: readonly number[]
  /** Since format 25. */
  readonly way?: readonly number[]
  readonly repeat: PackedFix | null
  /** Since format 28. */
  readonly given?: PackedFix | null
  readonly standstillFix: PackedFix | null
  readonly standstill: PackedStandstill | null
  readonly withSatellites: PackedFix | null
  /** JSON has no NaN. */
  readonly restSinceMs: number | null
  readonly anchor: PackedFix | null
  readonly anchorBefore: PackedFix | null
  readonly anchorSeenMs: number
  readonly awayCount: number
  /** Before 34 not told. */
  readonly provenAtMs?: number
  /** Since format 35. */
  readonly restProvenMs?: number
  readonly coarse: PackedFix | null
}

/** The first of each pair is the device. */
function unpackPairs(slots: Slots, packed: readonly number[]): readonly number[] {
  return unpackGroups(slots, packed, 2, 0)
}

/** `place` is that of the device in each group. */
function unpackGroups(
  { deviceSlots }: Slots,
  packed: readonly number[],
  stride: number,
  place: number,
): readonly number[] {
  return packed.map((value, at) => (at % stride === place ? get(deviceSlots, value) : value))
}

/** JSON has no infinity. */
type PackedStandstill = Omit<Standstill, 'movedAtMs'> & { readonly movedAtMs: number | null }

function packStandstill(standstill: Standstill): PackedStandstill {
  const { movedAtMs } = standstill
  return { ...standstill, movedAtMs: movedAtMs === -Infinity ? null : movedAtMs }
}

function unpackStandstill(slots: Slots, packed: PackedStandstill): Standstill {
  return {
    ...packed,
    deviceSlot: get(slots.deviceSlots, packed.deviceSlot),
    movedAtMs: packed.movedAtMs ?? -Infinity,
  }
}
