import type { Limits } from './limits.ts'
import { dayMs } from './units.ts'

/**
 * In the circle of a day no more than three hours before the beginning of a stretch or after its
 * end: at about its time of day.
 */
export function isAboutTheHour(
  fromMs: number,
  untilMs: number,
  atMs: number,
  { usualHourMs }: Limits,
): boolean {
  // From so long before its beginning on.
  const sinceMs = (((atMs - fromMs + usualHourMs) % dayMs) + dayMs) % dayMs
  return sinceMs - usualHourMs <= untilMs - fromMs + usualHourMs
}
