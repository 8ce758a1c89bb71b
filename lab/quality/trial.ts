import type { AlertKind, AlertPriority } from '../../src/core/model/alert.ts'
import type { LoadedScenario } from '../../src/replay/scenario.ts'
import type { TruthTrack } from './truth-track.ts'

/**
 * One recorded or simulated case with everything that is true of it. The bans of a
 * trial do not touch each other: each is judged as if it were alone, so that one run of
 * the engine measures many.
 */
export type Trial = {
  readonly name: string
  /** The file or the case it comes from; which half it belongs to follows from it. */
  readonly source: string
  readonly half: Half
  readonly scenario: LoadedScenario
  /** The clock runs on to here; null: to the last line. */
  readonly untilMs: number | null
  readonly subjects: readonly Subject[]
  /** Where the offender truly was, for maps; null where nobody knows. */
  readonly truthTrack: TruthTrack | null
}

/** Constants may be chosen by what the first half shows; the second half is only ever shown. */
export type Half = 'tuning' | 'held-out'

/** One ban under test. */
export type Subject = {
  /** Id of the location ban or proximity ban. */
  readonly id: string
  readonly group: Group
  readonly truths: readonly Truth[]
  /**
   * When it is known what was true; alerts wholly outside it are left
   * unjudged, and counted as such.
   */
  readonly known: readonly Stretch[]
  /** For how long this ban was watched. */
  readonly watchedMs: number
  /** How far a told moment may lie from the true one and still be the same event. */
  readonly toleranceMs: number
  /** Between two reports by the plan of the slowest device concerned. */
  readonly reportIntervalMs: number
}

export const groups = [
  'stay',
  'still-50',
  'still-100',
  'still-200',
  'pass-200',
  'together',
  'apart-2000',
  'simulated-stay',
  'simulated-meeting',
] as const
export type Group = (typeof groups)[number]

export type Stretch = { readonly startMs: number; readonly endMs: number }

/** A condition that truly held: inside a ban, or two people within the distance. */
export type Truth = Stretch & {
  /** It must be found; the others may be. */
  readonly isDue: boolean
  /**
   * Long and deep enough, but of one who had to be seen for it nothing was received: shown apart.
   */
  readonly isUnseen: boolean
  /** When the first fix arrived that shows it; null when none did. */
  readonly revealedAtMs: number | null
}

/** What one way of judging told of one subject. */
export type Told = {
  readonly id: string
  readonly kind: AlertKind
  readonly priority: AlertPriority
  /** The ban; null when it is about a device, a vendor or an order. */
  readonly subjectId: string | null
  readonly deviceId: string | null
  /** Null when it is about a vendor. */
  readonly offenderId: string | null
  readonly vendorId: string | null
  readonly occurredAtMs: number
  readonly raisedAtMs: number
  readonly clearedAtMs: number | null
  /** Every ending that was told, also when it was taken up again later. */
  readonly clears: readonly number[]
  readonly reason: string
}

export const judges = ['hoede', 'raw', 'filtered'] as const
export type Judge = (typeof judges)[number]

/**
 * Which half a source belongs to: the parity of the 32-bit FNV-1a hash of its
 * name, and of nothing it holds.
 */
export function halfOf(source: string): Half {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(source)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  }
  return hash % 2 === 0 ? 'tuning' : 'held-out'
}
