import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import { findJudgingLagMs } from '../../store/evaluator/stream-progress.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { EvaluatorProgress } from '../evaluator/evaluator-deps.ts'

/**
 * How far judging is behind, for whoever holds answers back by it. The evaluator of this process
 * says so itself while it leads; where another process judges, or none does, or this one is in a
 * step that does not end, it is looked up each second.
 */
export function createJudgingLag(deps: JudgingLagDeps): JudgingLag {
  const { db, log, shard } = deps
  let foundMs = 0
  let looking: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null

  async function look(): Promise<void> {
    try {
      foundMs = Math.max(0, (await findJudgingLagMs(db, shard)) - placeMsMax)
    } catch (error) {
      // Nothing is taken in then either.
      log.warn({ err: error, shard }, 'how far judging is behind could not be looked up')
    }
  }

  return {
    lagMs: () => findOwnMs(deps) ?? foundMs,
    start() {
      timer = setInterval(() => {
        if (findOwnMs(deps) !== null) foundMs = 0
        else looking ??= look().finally(() => void (looking = null))
      }, lookMs)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      await looking
    },
  }
}

export type JudgingLag = {
  readonly lagMs: () => number
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export type JudgingLagDeps = {
  readonly db: Db
  readonly log: Log
  readonly clock: Clock
  readonly shard: number
  /** Of the evaluator of this process; null: there is none. */
  readonly own: () => Pick<EvaluatorProgress, 'lagMs' | 'evaluatedAtMs'> | null
}

/** Null when it does not lead, or has not come to the end of a step for long. */
function findOwnMs({ own, clock }: JudgingLagDeps): number | null {
  const { lagMs = null, evaluatedAtMs = null } = own() ?? {}
  if (lagMs === null || evaluatedAtMs === null) return null
  return clock.nowMs() - evaluatedAtMs > stepMsMax ? null : lagMs
}

const lookMs = 1_000
/** An evaluator that has judged everything saves how far it is no more often. */
const placeMsMax = 1_000
/** One that has nothing to do looks each second, and tells it within another. */
const stepMsMax = 3_000
