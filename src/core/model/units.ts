export const minuteMs = 60_000

/** A day that is no date: 24 hours. Days of the calendar are the matter of `rules/schedule.ts`. */
export const dayMs = 86_400_000

export const weekMs = 7 * dayMs
