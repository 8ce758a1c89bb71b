/**
 * How many minutes after the last position somebody is called for an offender who is heard and not
 * seen, kilometres from all that is forbidden, by the policy in decisions 0088 and 0109: one row
 * for each way of having been last seen, and nothing of how detection comes to it.
 */
export function findUnseenMinutes(last: LastSeen): number {
  // Whoever was seen there for moments only has rested for none of the time in between.
  const restMinutes = last.way === 'rest' && !last.isGlimpsed ? last.restMinutes : 0
  if (last.nights >= 2 && restMinutes >= 5) return 240
  // Where the position was lost before, whoever comes home is let be as after an hour anywhere.
  if (last.nights >= 1 || restMinutes >= 60) return 150
  // An hour from when the pace last seen leads into the band, or the plan ran out.
  const intoBandMinutes = (last.kilometers * 1_000 - 660) / 720
  if (last.way === 'drive') return Math.min(90, 60 + Math.max(5, intoBandMinutes))
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
