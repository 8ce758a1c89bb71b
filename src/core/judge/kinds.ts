import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import type { EpisodeKind } from './episode.ts'

/** What the two rings of a rule are called. */
export function kindsOf(rule: BanRule | PairRule): { breach: EpisodeKind; approach: EpisodeKind } {
  return rule.type === 'location' ? locationKinds : proximityKinds
}
const locationKinds = { breach: 'location-ban-breach', approach: 'location-ban-approach' } as const
const proximityKinds = { breach: 'proximity-breach', approach: 'proximity-approach' } as const
