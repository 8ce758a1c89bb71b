import { tellDistance } from '../distance-band.ts'
import type { AlertMatter } from './sentence.ts'

/** How far apart two people are, in a band that ends at what their order allows. */
export function tellApart(
  { distanceMeters, facts }: ApartMatter,
  language: 'en' | 'nl',
  side: 'within' | 'beyond' | 'as-measured',
): string {
  const { separationMeters } = facts
  const allowedMeters = typeof separationMeters === 'number' ? separationMeters : null
  const isWithin = distanceMeters !== null && distanceMeters < (allowedMeters ?? 0)
  // A sentence that says "closer than allowed" of a distance measured just above goes on to both.
  const isMeant = side === 'as-measured' || isWithin === (side === 'within')
  return tellDistance(distanceMeters, language, isMeant ? allowedMeters : null)
}

type ApartMatter = Pick<AlertMatter, 'distanceMeters' | 'facts'>

/** What was learned late was so; nobody knows that it is. */
export function verbsOf({ late }: Pick<AlertMatter, 'late'>): Verbs {
  return late ? past : present
}

const present = {
  english: { is: 'is', are: 'are', move: 'move' },
  dutch: { is: 'is', are: 'zijn', move: 'bewegen', near: 'naderen' },
}
const past: Verbs = {
  english: { is: 'was', are: 'were', move: 'moved' },
  dutch: { is: 'was', are: 'waren', move: 'bewogen', near: 'naderden' },
}
type Verbs = typeof present
