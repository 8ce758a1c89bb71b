import type { EngineCounts } from '../../core/engine/engine.ts'
import type { WaitingRow } from '../../store/journal/turns.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { EvaluatorCounts, EvaluatorDeps, EvaluatorProgress } from './evaluator-deps.ts'
import type { EvaluatorMemory } from './evaluator-memory.ts'
import type { RecordedStanding } from './standing.ts'

export type RoundDeps = EvaluatorDeps & {
  /** The connection that holds the shard's lock; everything is read and written over it. */
  readonly client: Db
  /** Checked with every write. */
  readonly fence: number
  readonly memory: EvaluatorMemory
  /** Effects of rows up to here have been saved. */
  readonly place: number
  /** Rows whose turn had not come when memory was loaded. */
  readonly waiting: readonly WaitingRow[]
  /** What was last on record of protection and wanted intervals. */
  readonly recorded: RecordedStanding
  readonly counts: EvaluatorCounts
  /** While it fails again and again, nobody's protection is vouched for. */
  readonly isFailing: () => boolean
}

export type EvaluatorRound = {
  /** Resolves with how long to rest before the next step; 0 when rows are waiting. */
  readonly step: () => Promise<number>
  /** Saves memory, before letting go of the shard. */
  readonly finish: () => Promise<void>
  /** Resolves when nothing of it is written any more; before memory is loaded anew. */
  readonly ended: () => Promise<void>
  /** Walks over every dossier. */
  readonly count: () => EngineCounts
  readonly progress: () => EvaluatorProgress
}
