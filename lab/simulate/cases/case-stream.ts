import type { AlertKind } from '../../../src/core/model/alert.ts'
import type { DeviceEvent, Fix } from '../../../src/core/model/fix.ts'
import type { Registry, Vendor } from '../../../src/core/model/registry.ts'

/** A simulated world: a region, its vendors, and cases that come one at a time. */
export type Simulation = {
  readonly name: string
  readonly seed: number
  readonly startMs: number
  /** Nothing is recorded from here on; uploads may still arrive. */
  readonly endMs: number
  readonly vendors: readonly Vendor[]
  readonly vendorOutages: readonly VendorOutage[]
  readonly caseCount: number
  /** Any case on its own, in any order: it does not depend on the others. */
  readonly buildCase: (index: number) => CaseStream
}

/**
 * Nothing of this vendor's devices arrives from start to end; what they stored arrives after it.
 */
export type VendorOutage = {
  readonly vendorId: string
  readonly startMs: number
  readonly endMs: number
}

/** One offender, his orders, and at most one victim with a device. */
export type CaseStream = {
  readonly index: number
  /** `case-0001` and so on. */
  readonly key: string
  /** All vendors of the world, and the persons, devices and orders of this case. */
  readonly registry: Registry
  /** Where each person truly was, the offender first. */
  readonly tracks: readonly TrueTrack[]
  /**
   * Everything that arrives, in order of `receivedAtMs`, made as it is read. Each call starts
   * afresh and gives the same records.
   */
  readonly records: () => Iterable<SimulatedRecord>
  /**
   * After a complete reading of `records` this costs nothing more; before it, it reads them itself.
   */
  readonly truth: () => CaseTruth
}

export type SimulatedRecord =
  | { readonly type: 'fix'; readonly receivedAtMs: number; readonly fix: Fix }
  | { readonly type: 'device-event'; readonly receivedAtMs: number; readonly event: DeviceEvent }

export type TrueTrack = {
  readonly personId: string
  readonly deviceId: string
  /** Knots, in order of time; between two knots straight and even in longitude and latitude. */
  readonly count: number
  readonly atMs: Float64Array
  readonly longitudes: Float64Array
  readonly latitudes: Float64Array
  /** How the stretch from this knot to the next is travelled: index into `travelModes`. */
  readonly modes: Uint8Array
  /** What the sky is like along it: index into `surroundings`. */
  readonly surroundings: Uint8Array
}

export const travelModes = ['rest', 'walk', 'bicycle', 'car', 'bus', 'train'] as const
export type TravelMode = (typeof travelModes)[number]

export const surroundings = ['open', 'canyon', 'indoors', 'tunnel', 'carriage'] as const
export type Surroundings = (typeof surroundings)[number]

/**
 * What is true of a case, whatever its devices told. Times are true times, in epoch milliseconds.
 */
export type CaseTruth = {
  readonly caseKey: string
  readonly offenderId: string
  readonly victimId: string | null
  readonly stays: readonly TrueStay[]
  readonly meetings: readonly TrueMeeting[]
  /**
   * Presence in the band around a ban or in the ring around a victim, breaches within it included.
   */
  readonly approaches: readonly TrueApproach[]
  readonly silences: readonly TrueSilence[]
  readonly deviceFacts: readonly TrueDeviceFact[]
  readonly distortions: readonly TrueDistortion[]
  /** What the case was made to show. */
  readonly stories: readonly TrueStory[]
  readonly devices: readonly DeviceTally[]
}

/** The offender is inside a ban. */
export type TrueStay = {
  readonly locationBanId: string
  readonly protectionOrderId: string
  readonly startMs: number
  readonly endMs: number
  /** How deep inside the border at most. */
  readonly deepestMeters: number
  /** False: the order allowed it then (schedule or exception), so it is no breach. */
  readonly isForbidden: boolean
  /** The story it belongs to; null is everyday life. */
  readonly storyKey: string | null
} & Revelation

/** Offender and victim are within the distance of the order. */
export type TrueMeeting = {
  readonly proximityBanId: string
  readonly protectionOrderId: string
  readonly victimId: string
  readonly startMs: number
  readonly endMs: number
  readonly nearestMeters: number
  readonly separationMeters: number
  readonly storyKey: string | null
} & Revelation

/** What the system could have known of an event, from the fixes that were sent. */
export type Revelation = {
  /** Fixes recorded during it, whatever their quality (for a meeting: of both). */
  readonly fixCount: number
  /** Of those, undistorted and claiming 100 m or better. */
  readonly goodFixCount: number
  /** The first good one to arrive. */
  readonly firstGoodFix: FixMark | null
  /**
   * The first to arrive that by itself makes it sure (probability 0.95 from its own position and
   * accuracy; for a meeting together with what had arrived of the other person by then).
   */
  readonly firstRevealingFix: FixMark | null
}

export type FixMark = {
  readonly deviceId: string
  readonly sequence: number
  readonly recordedAtMs: number
  readonly receivedAtMs: number
}

export type TrueApproach = {
  readonly locationBanId: string | null
  readonly proximityBanId: string | null
  readonly startMs: number
  readonly endMs: number
  /** To the border (0 inside), or between the two people. */
  readonly nearestMeters: number
  readonly storyKey: string | null
}

/** Nothing arrives from the device. */
export type TrueSilence = {
  readonly deviceId: string
  readonly personId: string
  readonly cause: SilenceCause
  readonly startMs: number
  readonly endMs: number
  /** When the last record before it and the first after it arrived; null: none did. */
  readonly lastHeardMs: number | null
  readonly heardAgainMs: number | null
}

/**
 * `switched-off` and `battery-empty` must be found; a `dead-zone` is a healthy device out of reach.
 */
export const silenceCauses = [
  'switched-off',
  'battery-empty',
  'dead-zone',
  'vendor-outage',
] as const
export type SilenceCause = (typeof silenceCauses)[number]

/** Something the device itself told: each of these must reach the desk. */
export type TrueDeviceFact = {
  readonly deviceId: string
  readonly personId: string
  readonly kind: 'strap-tamper' | 'case-tamper' | 'panic' | 'link-lost' | 'battery-low'
  readonly recordedAtMs: number
  readonly receivedAtMs: number
}

/** A stretch in which the device told of positions that were not so. */
export type TrueDistortion = {
  readonly deviceId: string
  readonly kind: DistortionKind
  readonly startMs: number
  readonly endMs: number
}

export const distortionKinds = [
  'teleport',
  'frozen',
  'lying-accuracy',
  'stale-start',
  'null-island',
  'swapped-coordinates',
  'clock-offset',
] as const
export type DistortionKind = (typeof distortionKinds)[number]

export type TrueStory = {
  readonly key: string
  readonly kind: StoryKind
  readonly startMs: number
  readonly endMs: number
  readonly expectation: StoryExpectation
  /**
   * Alert kinds that answer it (`must-alert`), or that would be false (`must-not-alert-p1`, at P1).
   */
  readonly alertKinds: readonly AlertKind[]
  readonly locationBanId: string | null
  readonly proximityBanId: string | null
  readonly deviceId: string | null
}

/** `may-alert`: shown at a lower priority is right, called out at P1 is not wrong either. */
export type StoryExpectation = 'must-alert' | 'may-alert' | 'must-not-alert-p1'

export const storyKinds = [
  'ban-stay-short',
  'ban-stay-long',
  'ban-stay-late-upload',
  'ban-passage',
  'ban-approach-stopped',
  'ban-border-living',
  'ban-bus-stop',
  'ban-passed-by',
  'ban-permitted-visit',
  'pair-encounter',
  'pair-following',
  'pair-approach-stopped',
  'pair-same-train',
  'pair-same-motorway',
  'pair-opposite-lanes',
  'pair-apart',
  'device-switched-off',
  'victim-device-off',
  'battery-neglected',
  'strap-tamper',
  'panic',
  'link-lost',
  'phone-at-rest',
] as const
export type StoryKind = (typeof storyKinds)[number]

export type DeviceTally = {
  readonly deviceId: string
  readonly personId: string
  readonly model: string
  readonly reportIntervalSeconds: number
  readonly fixCount: number
  readonly eventCount: number
}

export type SimulationOptions = {
  readonly seed: number
  readonly caseCount: number
  readonly days: number
  /** Null: one per case, and one more for each further fortnight. */
  readonly storiesPerCase: number | null
  /** Null: a generated region. */
  readonly network: RoadNetwork | null
}

/** A real road network; arcs are one way each, by node number. */
export type RoadNetwork = {
  readonly name: string
  readonly longitudes: Float64Array
  readonly latitudes: Float64Array
  readonly arcFrom: Uint32Array
  readonly arcTo: Uint32Array
}
