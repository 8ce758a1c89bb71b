import type { ActiveBans } from './active-bans.ts'
import type { Case } from '../dossier/dossier-state.ts'
import type { Limits } from '../model/limits.ts'
import type { RegistryIndex } from '../model/registry-index.ts'
import type { Watch } from '../watch/watch-state.ts'

export type Engine = {
  readonly limits: Limits
  readonly index: RegistryIndex
  /** What is judged by the clock and by device events. */
  readonly watch: Watch
  /** By offender. */
  readonly cases: Map<string, Case>
  readonly casesByPerson: Map<string, CaseMember[]>
  readonly activeBans: ActiveBans
  /** Of cases with an open episode: when its ban ceases to be in force. */
  readonly deadlinesMs: Map<Case, number>
  /** Cases that differ from their last snapshot. */
  readonly changed: Set<Case>
  /** The furthest the clock has been advanced. */
  nowMs: number
}

export type CaseMember = { readonly item: Case; readonly personSlot: number }
