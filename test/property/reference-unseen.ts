/**
 * How many minutes after the last position somebody is called for an offender who is heard and not
 * seen, kilometres from all that is forbidden, by the policy in decision 0088: one row for each way
 * of having been last seen, and nothing of how detection comes to it.
 */
export function findUnseenMinutes(last: LastSeen): number {
  if (last.way === 'drive') return last.kilometers <= 30 ? 65 : 90
  // Whoever was seen there for moments only has rested for none of the time in between.
  const restMinutes = last.way === 'rest' && !last.isGlimpsed ? last.restMinutes : 0
  if (last.nights >= 2) return restMinutes >= 5 ? 240 : 90
  if (restMinutes >= 60) return 150
  return last.kilometers <= 5 ? 55 : 90
}

export type LastSeen = {
  readonly way: 'rest' | 'walk' | 'drive'
  readonly restMinutes: number
  /** Seen there for a moment at the beginning of each 40 minutes only. */
  readonly isGlimpsed: boolean
  /** To the area, or to where the separation would be broken. */
  readonly kilometers: number
  /** Days before on which the position was lost there after hours of rest. */
  readonly nights: number
}
