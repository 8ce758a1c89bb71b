import type { Clock } from '../../clock.ts'
import { findDifference, sayDifference } from '../evaluator/bound-time.ts'
import type { Log } from '../../log.ts'
import { noteIntakeAlive } from '../../store/evaluator/reception.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { Intake } from './intake.ts'
import { isQuiet } from '../../store/pg/quiet.ts'

/**
 * Puts on record, every few seconds, that we can receive: that what comes in is stored. From the
 * gaps in it follows what we could not hear, so that an outage of ours is not taken for the silence
 * of devices.
 */
export function createIntakePresence(deps: IntakePresenceDeps): IntakePresence {
  const { db, intake, log, shard } = deps
  let timer: NodeJS.Timeout | null = null
  let noting: Promise<void> | null = null
  let isNoted = false
  let aheadMs = 0

  async function note(): Promise<void> {
    if (!intake.isStoring()) {
      log.warn({ shard }, 'intake gives no sign of life: what comes in cannot be stored')
      isNoted = false
      return
    }
    try {
      // A restored copy is not where devices report: until it goes live all its time is an outage,
      // in which nobody falls silent. Looked at each time, as it may go live under a process that
      // runs.
      if (await isQuiet(db)) {
        isNoted = true
        return
      }
      const askedAtMs = performance.now()
      const { nowMs, journalId } = await noteIntakeAlive(db, shard)
      intake.notePlace(journalId)
      aheadMs = sayDifference(log, aheadMs, findDifference(deps.clock, askedAtMs, nowMs))
      isNoted = true
    } catch (error) {
      // What cannot be stored is not received, and the gap that this leaves says so.
      isNoted = false
      log.warn({ err: error, shard }, 'intake could not note that it is up')
    }
  }

  return {
    async start() {
      await note()
      timer = setInterval(() => {
        noting ??= note().finally(() => {
          noting = null
        })
      }, noteMs)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await noting
    },
    clockAheadMs: () => aheadMs,
    isReceiving: () => isNoted && intake.isStoring(),
  }
}

export type IntakePresence = {
  /** Call before listening: what is received after an outage must find the outage on record. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Whether what comes in now is stored, as far as is known. */
  readonly isReceiving: () => boolean
  /** By how much the clock of receipts is ahead of the database's; below 0: behind. */
  readonly clockAheadMs: () => number
}

export type IntakePresenceDeps = {
  readonly db: Db
  readonly log: Log
  readonly clock: Clock
  readonly shard: number
  /** Says whether the database takes what comes in, and is told how far the journal has come. */
  readonly intake: Pick<Intake, 'isStoring' | 'notePlace'>
}

/** A third of `intake_grace()`: two signs may be lost before it counts as an outage. */
const noteMs = 5_000
