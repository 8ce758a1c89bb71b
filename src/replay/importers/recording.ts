import type { Fix } from '../../core/model/fix.ts'
import { positionSchema } from '../../schemas/position.ts'
import type { ScenarioFault } from '../scenario-fault.ts'

/** A fix as a recording has it: whose device it is, is told beside it. */
export type RecordedFix = Omit<Fix, 'deviceId' | 'sequence' | 'batteryFraction'>

/** One device's fixes, in order of receipt. */
export type Recording = { readonly deviceName: string; readonly fixes: readonly RecordedFix[] }

/** What a reader of one format does with what it finds. */
export type RecordingSink = {
  readonly take: (deviceName: string | null, fix: RecordedFix) => void
  /** A line that cannot be used. Throws to stop there, or returns to go on without it. */
  readonly fault: (fault: ScenarioFault) => void
  /** A line that says truthfully that there was no position: a void sentence, an empty cell. */
  readonly noPosition: () => void
}

/** The file is well formed but holds no recording; the reason is shown. */
export class NotARecording extends Error {}

/**
 * A bare fix; readers set what their format knows. Devices say that they do not know by a number
 * that is negative or out of range, so one that the contract would refuse is null.
 */
export function recordedFix(
  recordedAtMs: number,
  longitude: number,
  latitude: number,
  known: Partial<RecordedFix>,
): RecordedFix {
  const measured = (name: Measure): number | null => {
    const value = known[name] ?? null
    return positionSchema.shape[name].safeParse(value).success ? value : null
  }
  return {
    recordedAtMs,
    receivedAtMs: known.receivedAtMs ?? recordedAtMs,
    longitude,
    latitude,
    accuracyMeters: measured('accuracyMeters'),
    speedMetersPerSecond: measured('speedMetersPerSecond'),
    headingDegrees: measured('headingDegrees'),
    source: known.source ?? null,
    hdop: measured('hdop'),
    satellites: measured('satellites'),
  }
}

type Measure = 'accuracyMeters' | 'speedMetersPerSecond' | 'headingDegrees' | 'hdop' | 'satellites'
