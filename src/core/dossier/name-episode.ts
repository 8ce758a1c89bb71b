import type { Episode } from '../judge/episode.ts'
import { alertId } from '../model/alert-id.ts'
import type { Dossier } from './dossier-state.ts'

/** From what and when; where one that moved holds that id, the next of a fixed series. */
export function nameEpisode(dossier: Dossier, episode: Episode): string {
  const { rule } = episode
  for (let attempt = 0; ; attempt++) {
    const parts = [rule.orderId, episode.kind, rule.banId]
    if (attempt > 0) parts.push(String(attempt))
    const id = alertId(parts, episode.startMs)
    if (!isHeldBy(dossier, id)) return id
  }
}

function isHeldBy({ reported, unsupported }: Dossier, id: string): boolean {
  for (const known of reported.values()) if (known.alertId === id) return true
  return unsupported.some((known) => known.alertId === id)
}
