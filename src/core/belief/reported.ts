import type { Track } from './track-state.ts'

/**
 * When the device last reported of this person, believed or not; null when that is long ago or
 * never was.
 */
export function findReportedMs({ last, heardBefore }: Track, deviceSlot: number): number | null {
  if (last?.deviceSlot === deviceSlot) return last.recordedAtMs
  for (let at = 0; at < heardBefore.length; at += 2) {
    if (heardBefore[at] === deviceSlot) return heardBefore[at + 1] ?? null
  }
  return null
}

/** Each device that is remembered, and when it last reported. */
export function listReported({ last, heardBefore }: Track): readonly HeardDevice[] {
  const heard: HeardDevice[] = last === null ? [] : [[last.deviceSlot, last.recordedAtMs]]
  for (let at = 0; at < heardBefore.length; at += 2) {
    const deviceSlot = heardBefore[at] ?? Number.NaN
    // That of the last fix may be here, too, with the fix before.
    if (deviceSlot === last?.deviceSlot) continue
    heard.push([deviceSlot, heardBefore[at + 1] ?? Number.NaN])
  }
  return heard
}

type HeardDevice = readonly [deviceSlot: number, heardMs: number]
