import type { DossierSnapshot } from '../dossier/dossier-snapshot.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import type { DossierBook } from './dossier-book.ts'
import type { DossierDeadlines } from './dossier-deadlines.ts'
import type { Incidents } from './incidents.ts'
import type { Limits } from '../model/limits.ts'
import type { QuietRows } from '../quiet/trail.ts'
import type { RegistryIndex } from '../model/registry-index.ts'
import type { Watch } from '../watch/watch-state.ts'

export type Engine = {
  readonly limits: Limits
  /** Whether fixes from which nothing can follow are known by their numbers. */
  readonly quiet: QuietRows
  /** The fix that is taken in, as numbers (`packFix`). */
  readonly incoming: Float64Array
  readonly index: RegistryIndex
  /** What is judged by the clock and by device events. */
  readonly watch: Watch
  readonly dossiers: DossierBook
  /** Of dossiers with an open episode: when its ban ceases to be in force. */
  readonly ceasing: DossierDeadlines
  /** Of dossiers whose offender was last seen about a ban: when one comes into force next. */
  readonly beginning: DossierDeadlines
  /** Cases that differ from their last snapshot. */
  readonly changed: Set<Dossier>
  /** Restored without their windows, which are still to come, and not touched since. */
  readonly awaited: Map<Dossier, DossierSnapshot>
  /** Which alerts are one stretch of trouble. */
  readonly incidents: Incidents
  /** The furthest the clock has been advanced. */
  nowMs: number
}
