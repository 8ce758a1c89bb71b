import type { Fix } from '../../core/model/fix.ts'
import { positionSchema } from '../../schemas/position.ts'
import type { ScenarioFault } from '../scenario-fault.ts'

/** A fix as a recording has it: whose device it is, is told beside it. */
export type RecordedFix = Omit<Fix, 'deviceId' | 'sequence' | 'batteryFraction'>

/** One device's fixes, in order of receipt. */
export type Recording = { readonly deviceName: string; readonly fixes: readonly RecordedFix[] }

/** What a file does not say itself, and whoever imports it may. */
export type ReadingOptions = {
  /** Our column name → theirs, for tables with unusual headers. */
  readonly columns: ReadonlyMap<string, string>
  /** When the tracks began that count seconds from their own start. */
  readonly startMs: number | null
  /** IANA zone of times that name none; null: nobody said, so UTC, and it is told. */
  readonly timeZone: string | null
  /** Of dates that do not begin with their year; null: they are refused. */
  readonly dateOrder: 'dmy' | 'mdy' | null
  /** Of a column of speeds; null: as its name says, or metres a second, and it is told. */
  readonly speedUnit: SpeedUnit | null
}

/** Where nobody said anything. */
export const plainReading: ReadingOptions = {
  columns: new Map(),
  startMs: null,
  timeZone: null,
  dateOrder: null,
  speedUnit: null,
}

/** Each in metres a second. */
export const speedUnits = { 'm/s': 1, 'km/h': 1 / 3.6, knots: 1852 / 3600, mph: 0.44704 } as const
export type SpeedUnit = keyof typeof speedUnits

/** What a reader of one format does with what it finds. */
export type RecordingSink = {
  readonly take: (deviceName: string | null, fix: RecordedFix) => void
  /** A line that cannot be used. Throws to stop there, or returns to go on without it. */
  readonly fault: (fault: ScenarioFault) => void
  /** A record that gives no fix although nothing is wrong with it, under its true reason. */
  readonly passOver: (reason: string, where: string) => void
  /** What was taken for granted, told once for a file. */
  readonly say: (sentence: string) => void
  /** The file breaks off here, and what was taken before is whole. */
  readonly cutOff: (fault: ScenarioFault) => void
}

export const withoutPosition = 'records without a position'

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
