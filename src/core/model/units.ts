export const minuteMs = 60_000

/** A day that is no date: 24 hours. Days of the calendar are the matter of `rules/schedule.ts`. */
export const dayMs = 86_400_000

export const weekMs = 7 * dayMs
export const hourMs = 3_600_000

/** The beginning of its hour: what is said of a time that would say where somebody is. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs) * hourMs
}
