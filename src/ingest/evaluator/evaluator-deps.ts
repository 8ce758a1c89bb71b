import type pg from 'pg'
import type { Clock } from '../../clock.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { QuietMode } from '../../core/quiet/trail.ts'
import type { Doorbell } from '../../live/doorbell.ts'
import type { Log } from '../../log.ts'

export type EvaluatorDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  readonly doorbell: Doorbell
  readonly shard: number
  /** How often memory is saved at most. */
  readonly snapshotMs: number
  readonly quietMode?: QuietMode
}

/** After a restart at most this much of the journal is read again. */
export const snapshotMsDefault = 30_000

/** Written by the round, read by `stats`. */
export type EvaluatorCounts = {
  fixes: number
  alerts: number
  failures: number
  poison: number
  /** Stretches that could not be judged again and were set aside. */
  stretchesSetAside: number
  /** Times memory was loaded: once per start, once per failure. */
  reloads: number
  /** Times what was saved could not be read, and the journal was read from its start. */
  snapshotsPassedOver: number
  /** Times memory was not saved: no key could be used, or the database refused it. */
  snapshotsUnsaved: number
}

export function createCounts(): EvaluatorCounts {
  return {
    fixes: 0,
    alerts: 0,
    failures: 0,
    poison: 0,
    stretchesSetAside: 0,
    reloads: 0,
    snapshotsPassedOver: 0,
    snapshotsUnsaved: 0,
  }
}

export type EvaluatorProgress = {
  /** Judged up to here, saved or not. */
  readonly journalId: number | null
  /** How far behind the newest row; 0 when everything has been read. */
  readonly lagMs: number | null
  /** When the last step ended: a value that stands still is an evaluator that stands still. */
  readonly evaluatedAtMs: number | null
  readonly lastReceivedAtMs: number | null
  readonly fixesPerSecond: number
  /** By how much our clock is ahead of the database's; below 0: behind. */
  readonly clockAheadMs: number
}
