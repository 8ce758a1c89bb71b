import { metersBetween } from '../../geo/distance.ts'
import { credibleFixes } from '../../src/replay/importers/lay-bans.ts'
import type { RecordedFix, Recording } from '../../src/replay/importers/recording.ts'

/**
 * The liveliest stretch of a recording, squeezed into the time of the stage;
 * null when it hardly moves.
 */
export function cutRecording(recording: Recording, speed: number): Cut | null {
  const way = credibleFixes(recording.fixes)
  for (const squeeze of squeezes) {
    // The viewer's speed comes on top, and the two together must stay below
    // what is believed of anybody.
    const cut = liveliest(recording.deviceName, way, squeeze, speed)
    if (cut !== null) {
      return cut
    }
  }
  return null
}

/** The same minutes of another recording, for two people who were on their way together. */
export function cutSameTime(recording: Recording, cut: Cut): Cut | null {
  const { fromMs, squeeze } = cut
  const way = credibleFixes(recording.fixes)
  const first = way.findIndex(({ recordedAtMs }) => recordedAtMs >= fromMs)
  const same = first === -1 ? null : cutFrom(recording.deviceName, way, first, fromMs, squeeze)
  return same !== null && same.reachMeters >= reachMetersMin / 2 ? same : null
}

export type Cut = {
  readonly deviceName: string
  /** Times count from the beginning of the cut, squeezed: 0 to `moveMs`. */
  readonly fixes: readonly RecordedFix[]
  /** Where it began in the recording, and how many times faster it is played. */
  readonly fromMs: number
  readonly squeeze: number
  readonly reachMeters: number
  readonly speedMetersPerSecondMax: number
  readonly intervalSeconds: number
}

/**
 * Everybody is on the way for two minutes; then they stand still, so that leaving can be confirmed.
 */
export const moveMs = 120_000

const squeezes = [1, 2, 3, 5, 8, 12, 20, 40, 80, 160] as const
const intervalMs = 5_000
const intervalMsMax = 25_000
const fixCountMin = 7
const reachMetersMin = 400
/** Faster than the fastest train is taken for an error in the position. */
const speedMetersPerSecondBound = 60
const startCountMax = 120

function liveliest(
  deviceName: string,
  way: readonly RecordedFix[],
  squeeze: number,
  speed: number,
): Cut | null {
  let best: Cut | null = null
  const stride = Math.max(1, Math.floor(way.length / startCountMax))
  for (let start = 0; start < way.length; start += stride) {
    const cut = cutFrom(deviceName, way, start, way[start]!.recordedAtMs, squeeze)
    if (
      cut !== null &&
      cut.reachMeters >= reachMetersMin &&
      cut.speedMetersPerSecondMax * speed <= speedMetersPerSecondBound &&
      (best === null || cut.reachMeters > best.reachMeters)
    ) {
      best = cut
    }
  }
  return best
}

function cutFrom(
  deviceName: string,
  way: readonly RecordedFix[],
  start: number,
  fromMs: number,
  squeeze: number,
): Cut | null {
  const fixes: RecordedFix[] = []
  let reachMeters = 0
  let speedMax = 0
  let gapMsMax = 0
  for (let index = start; index < way.length; index++) {
    const fix = way[index]!
    const atMs = (fix.recordedAtMs - fromMs) / squeeze
    const last = fixes.at(-1)
    if (atMs > moveMs) {
      break
    }
    if (last !== undefined) {
      const gapMs = atMs - last.recordedAtMs
      if (gapMs < intervalMs) {
        continue
      }
      const meters = metersBetween(last, fix)
      speedMax = Math.max(speedMax, meters / (gapMs / 1000))
      gapMsMax = Math.max(gapMsMax, gapMs)
      reachMeters = Math.max(reachMeters, metersBetween(fixes[0]!, fix))
    }
    fixes.push({ ...fix, recordedAtMs: Math.round(atMs), speedMetersPerSecond: null })
  }
  const spanMs = fixes.length === 0 ? 0 : fixes.at(-1)!.recordedAtMs - fixes[0]!.recordedAtMs
  if (fixes.length < fixCountMin || gapMsMax > intervalMsMax || spanMs < 0.75 * moveMs) {
    return null
  }
  return {
    deviceName,
    fixes,
    fromMs,
    squeeze,
    reachMeters,
    speedMetersPerSecondMax: speedMax,
    intervalSeconds: Math.ceil(gapMsMax / 1000),
  }
}
