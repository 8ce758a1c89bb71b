import type { BanShape } from '../../../geo/ban-shape.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import {
  probabilityInside,
  probabilityWithin,
  sigmaFromAccuracy,
} from '../../../geo/probability.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type {
  DistortionKind,
  FixMark,
  Revelation,
  TrueDeviceFact,
  TrueDistortion,
  TrueMeeting,
  TrueSilence,
  TrueStay,
} from '../cases/case-stream.ts'

/** What the fixes, in the order in which they arrive, reveal of what is true. */
export function noteFix(
  ledger: Ledger,
  isOffender: boolean,
  fix: Fix,
  trueMs: number,
  distortion: DistortionKind | null,
): void {
  const tally = ledger.tallies.get(fix.deviceId)!
  tally.fixCount++
  noteHeard(tally, fix.receivedAtMs)
  if (distortion !== null && momentary.has(distortion)) {
    const { deviceId } = fix
    ledger.distortions.push({ deviceId, kind: distortion, startMs: trueMs, endMs: trueMs })
  }
  const isGood = distortion === null && (fix.accuracyMeters ?? Infinity) <= goodAccuracyMeters
  if (isOffender) {
    if (isGood) ledger.offenderLast = { fix, trueMs }
  } else if (isGood) ledger.victimLast = { fix, trueMs }
  if (!ledger.busyHours.has(Math.floor(trueMs / hourMs))) return
  if (isOffender) {
    for (const entry of ledger.stays) {
      if (!isDuring(entry.stay, trueMs)) continue
      noteRevelation(entry.stay, fix, isGood, () => isSurelyInside(entry.shape, fix))
    }
  }
  for (const meeting of ledger.meetings) {
    if (!isDuring(meeting, trueMs)) continue
    noteRevelation(meeting, fix, isGood, () => isSurelyTogether(ledger, meeting))
  }
}

export function noteEventHeard(ledger: Ledger, deviceId: string, receivedAtMs: number): void {
  const tally = ledger.tallies.get(deviceId)!
  tally.eventCount++
  noteHeard(tally, receivedAtMs)
}

export function noteSilence(ledger: Ledger, silence: DraftSilence): void {
  const tally = ledger.tallies.get(silence.deviceId)!
  tally.silences.push(silence)
  silence.lastHeardMs = tally.lastHeardMs
}

/** Marks the hours in which fixes can reveal anything, so that the others cost nothing. */
export function findBusyHours(events: readonly { startMs: number; endMs: number }[]): Set<number> {
  const hours = new Set<number>()
  for (const { startMs, endMs } of events) {
    const last = Math.floor(endMs / hourMs)
    for (let hour = Math.floor(startMs / hourMs); hour <= last; hour++) hours.add(hour)
  }
  return hours
}

export type Ledger = {
  readonly stays: readonly { readonly stay: DraftStay; readonly shape: BanShape }[]
  readonly meetings: readonly DraftMeeting[]
  readonly busyHours: ReadonlySet<number>
  readonly distortions: TrueDistortion[]
  readonly deviceFacts: TrueDeviceFact[]
  readonly tallies: ReadonlyMap<string, DraftTally>
  offenderLast: Sighted | null
  victimLast: Sighted | null
}

export type DraftStay = Draft<TrueStay>
export type DraftMeeting = Draft<TrueMeeting>
export type DraftSilence = Draft<TrueSilence>
export type Draft<T> = { -readonly [K in keyof T]: T[K] }

export type DraftTally = {
  readonly deviceId: string
  fixCount: number
  eventCount: number
  lastHeardMs: number | null
  readonly silences: DraftSilence[]
}

export const nothingRevealed: Revelation = {
  fixCount: 0,
  goodFixCount: 0,
  firstGoodFix: null,
  firstRevealingFix: null,
}

type Sighted = { readonly fix: Fix; readonly trueMs: number }

/** Of a single fix; the others are stretches that the plan of the device knows. */
const momentary: ReadonlySet<DistortionKind> = new Set([
  'teleport',
  'null-island',
  'swapped-coordinates',
  'stale-start',
])

const hourMs = 3_600_000
const goodAccuracyMeters = 100
const sureProbability = 0.95
/** Nobody believes less. */
const accuracyFloorMeters = 5
/** Two sightings further apart in time do not describe one moment. */
const gapMsMax = 300_000
const walkingMetersPerSecond = 1.5

function noteHeard(tally: DraftTally, receivedAtMs: number): void {
  tally.lastHeardMs = Math.max(tally.lastHeardMs ?? receivedAtMs, receivedAtMs)
  for (const silence of tally.silences) {
    if (silence.heardAgainMs !== null) continue
    if (receivedAtMs >= silence.endMs) silence.heardAgainMs = receivedAtMs
    // What was under way when it fell silent still arrives.
    else silence.lastHeardMs = receivedAtMs
  }
}

function isDuring(event: { startMs: number; endMs: number }, atMs: number): boolean {
  return atMs >= event.startMs && atMs <= event.endMs
}

function noteRevelation(
  event: Draft<Revelation>,
  fix: Fix,
  isGood: boolean,
  isSure: () => boolean,
): void {
  event.fixCount++
  if (!isGood) return
  event.goodFixCount++
  event.firstGoodFix ??= markOf(fix)
  if (event.firstRevealingFix === null && isSure()) event.firstRevealingFix = markOf(fix)
}

function isSurelyInside(shape: BanShape, fix: Fix): boolean {
  const sigma = sigmaFromAccuracy(Math.max(accuracyFloorMeters, fix.accuracyMeters ?? Infinity))
  return probabilityInside(shape, fix.longitude, fix.latitude, sigma, 0) >= sureProbability
}

function isSurelyTogether(ledger: Ledger, meeting: DraftMeeting): boolean {
  const { offenderLast, victimLast } = ledger
  if (offenderLast === null || victimLast === null) return false
  const gapMs = Math.abs(offenderLast.trueMs - victimLast.trueMs)
  if (gapMs > gapMsMax) return false
  const older = offenderLast.trueMs < victimLast.trueMs ? offenderLast.fix : victimLast.fix
  const pace = Math.max(walkingMetersPerSecond, older.speedMetersPerSecond ?? 0)
  const [one, other] = [offenderLast.fix, victimLast.fix]
  const spread = Math.hypot(
    Math.max(accuracyFloorMeters, one.accuracyMeters ?? Infinity),
    Math.max(accuracyFloorMeters, other.accuracyMeters ?? Infinity),
    (gapMs / 1000) * pace,
  )
  const apart = distanceMeters(one.longitude, one.latitude, other.longitude, other.latitude)
  const probability = probabilityWithin(apart, sigmaFromAccuracy(spread), meeting.separationMeters)
  return probability >= sureProbability
}

function markOf(fix: Fix): FixMark {
  const { deviceId, sequence, recordedAtMs, receivedAtMs } = fix
  return { deviceId, sequence: sequence ?? -1, recordedAtMs, receivedAtMs }
}
