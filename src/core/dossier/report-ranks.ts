import type { Effect } from '../model/alert.ts'
import { pushAll } from '../model/lists.ts'
import type { Dossier } from './dossier-state.ts'
import { reportAlone } from './report-alone.ts'
import { reportOver } from './report-over.ts'
import type { Findings } from './report-tellings.ts'

/** Ranks that follow from how all stand together, when each has been told as it stands. */
export function reportRanks(
  dossier: Dossier,
  findings: Pick<Findings, 'seen'>,
  learnedAtMs: number,
): Effect[] {
  const effects = reportAlone(dossier, findings, learnedAtMs)
  pushAll(effects, reportOver(dossier, learnedAtMs))
  return effects
}
