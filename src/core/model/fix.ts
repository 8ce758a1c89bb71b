export const fixSources = ['gnss', 'network', 'fused', 'manual'] as const
export type FixSource = (typeof fixSources)[number]

/** One position report from a device. Absent values are null. */
export type Fix = {
  readonly deviceId: string
  /** The device's clock; in the core corrected where that is known to be behind. */
  readonly recordedAtMs: number
  /** Ours, when the request that brought it came in. */
  readonly receivedAtMs: number
  readonly longitude: number
  readonly latitude: number
  /** Radius that holds the true position with probability 0.68, as the device claims it. */
  readonly accuracyMeters: number | null
  readonly speedMetersPerSecond: number | null
  readonly headingDegrees: number | null
  readonly source: FixSource | null
  readonly hdop: number | null
  readonly satellites: number | null
  readonly batteryFraction: number | null
  /** The vendor's own counter, a safe integer. */
  readonly sequence: number | null
  /**
   * Only where the clock of the device is known to be behind: by so much `recordedAtMs` is later
   * than that clock showed.
   */
  readonly clockBehindMs?: number
}

/** Why a fix is not believed. It is stored and shown with these; it never clears anything. */
export const disbeliefReasons = [
  'accuracy-too-poor',
  'null-island',
  'teleport',
  'future-clock',
  'contradicts-same-moment',
  'stale-repeat',
  'frozen',
  'coordinates-swapped',
  'coordinates-sign-flipped',
  'week-rollover',
  'jamming-suspected',
  'satellites-lost',
  'unreachable',
  'no-position',
] as const
export type DisbeliefReason = (typeof disbeliefReasons)[number]

export const deviceEventKinds = [
  'strap-tamper',
  'case-tamper',
  /** The vendor, or whoever fitted it anew, has seen to strap and case: not a flag that clears. */
  'tamper-restored',
  'panic',
  'battery-low',
  'battery-critical',
  'charging-started',
  'charging-stopped',
  'link-lost',
  'link-restored',
  'jamming-suspected',
  'heartbeat',
] as const
export type DeviceEventKind = (typeof deviceEventKinds)[number]

export type DeviceEvent = {
  readonly deviceId: string
  readonly kind: DeviceEventKind
  readonly recordedAtMs: number
  readonly receivedAtMs: number
  readonly batteryFraction: number | null
  readonly sequence: number | null
  /**
   * Only where `recordedAtMs` is the arrival, because the time that came with the event could not
   * be used: that time, or null when none came.
   */
  readonly deviceClockAtMs?: number | null
}

/** A fix as its device tells it: whose it is and when it came are added here. */
export type FixReport = Omit<Fix, 'deviceId' | 'receivedAtMs' | 'clockBehindMs'>
export type DeviceEventReport = Omit<DeviceEvent, 'deviceId' | 'receivedAtMs'>

/**
 * A stretch in which nothing could be received, by our clock: silence in it is ours, and says
 * nothing of any device.
 */
export type Outage = { readonly fromMs: number; readonly untilMs: number }

/** That a device reported, when what it reported is judged later. */
export type Heard = { readonly deviceId: string; readonly receivedAtMs: number }
