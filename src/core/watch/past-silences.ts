import type { Situation } from './situation.ts'
import type { Watch, WatchedDevice } from './watch-state.ts'

/**
 * Remembers a silence, and says whether there were too many within a day to list one more. One call
 * a day says so; near an area or a person each one counts.
 */
export function noteSilence(
  { limits }: Watch,
  device: WatchedDevice,
  { isNearDanger }: Situation,
  atMs: number,
): boolean {
  const past = device.pastSilences ?? { startsMs: [], calledMs: null }
  const isWithin = (ms: number): boolean => ms >= atMs - limits.silenceCountedMs
  const startsMs = past.startsMs.filter(isWithin)
  const isMany = startsMs.length >= limits.silenceCountMax
  const isTold = past.calledMs !== null && isWithin(past.calledMs)
  const isCalled = isMany && (!isTold || isNearDanger === true)
  device.pastSilences = {
    startsMs: [...startsMs, atMs].slice(-limits.silenceCountMax),
    calledMs: isCalled ? atMs : past.calledMs,
  }
  return isCalled
}
