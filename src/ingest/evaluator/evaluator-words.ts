import type { QuietMode } from '../../core/quiet/trail.ts'
import type { EngineCounts } from '../../core/engine/engine.ts'
import type { DoorbellChannel } from '../../live/doorbell.ts'
import type { EvaluatorStats } from './evaluator.ts'

/** What is said between a process and the thread of its evaluator. Plain data: it is copied. */
export type ThreadOrders = {
  readonly databaseUrl: string
  /** What orders are opened with. */
  readonly masterKeys: string
  readonly shard: number
  readonly snapshotMs: number
  readonly quietMode?: QuietMode | undefined
}

/** `start`: it may lead from now on. `ring`: there may be something to read. */
export type WordToThread = 'start' | 'ring' | 'stop'

export type SignOfThread =
  | { readonly type: 'stats'; readonly stats: ThreadStats }
  | { readonly type: 'ring'; readonly channel: DoorbellChannel }
  | { readonly type: 'log'; readonly line: string }
  /** It lives, and waits for its database. */
  | { readonly type: 'alive' }
  | { readonly type: 'stopped' }

export type ThreadStats = Omit<EvaluatorStats, 'countEngine'> & {
  /** As last counted. */
  readonly engine: EngineCounts | null
}
