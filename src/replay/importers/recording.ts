import type { Fix } from '../../core/model/fix.ts'
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

/** A bare fix; readers set what their format knows. */
export function recordedFix(
  recordedAtMs: number,
  longitude: number,
  latitude: number,
  known: Partial<RecordedFix>,
): RecordedFix {
  return {
    recordedAtMs,
    receivedAtMs: recordedAtMs,
    longitude,
    latitude,
    accuracyMeters: null,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: null,
    hdop: null,
    satellites: null,
    ...known,
  }
}

/** Numbers of devices that mean "not known" by being negative or out of range. */
export function knownNumber(value: number, minimum: number, maximum: number): number | null {
  return value >= minimum && value <= maximum ? value : null
}
