import { mayBeSpokenFor } from '../judge/spoken-for.ts'
import type { Effect } from '../model/alert.ts'
import { draftRise } from './alert-draft.ts'
import type { Dossier } from './dossier-state.ts'
import type { Findings } from './report-tellings.ts'
import { findSpeakerOf } from './speaker.ts'

/**
 * Calls somebody about what another alert spoke for and speaks for no more: that one is over, by a
 * fix or by the calendar, or its ban is another one now. What is over calls nobody for it.
 */
export function reportAlone(
  dossier: Dossier,
  { seen }: Pick<Findings, 'seen'>,
  learnedAtMs: number,
): Effect[] {
  const effects: Effect[] = []
  for (const known of dossier.reported.goingOn) {
    const { episode, alertId, isOrdinary } = known
    if (!isOrdinary || alertId === null || episode.endMs !== null) continue
    if (!mayBeSpokenFor(episode)) continue
    if (findSpeakerOf(dossier, episode) !== null) continue
    dossier.reported.put({ ...known, isOrdinary: false })
    const opening = seen.get(episode.id)?.at(-1)?.opening ?? null
    const revision = draftRise(dossier, episode, opening, 'alone')
    effects.push({ type: 'alert-revised', alertId, revision, learnedAtMs })
  }
  return effects
}
