import type { Log } from '../../log.ts'
import { noteIntakeAlive } from '../../store/evaluator/reception.ts'
import type { Db } from '../../store/pg/pool.ts'

/**
 * Puts on record, every few seconds, that we can receive: that what comes in is stored. From the gaps in it follows what we could
 * not hear, so that an outage of ours is not taken for the silence of devices.
 */
export function createIntakePresence(deps: IntakePresenceDeps): IntakePresence {
  const { db, log, shard } = deps
  let timer: NodeJS.Timeout | null = null
  let noting: Promise<void> | null = null
  let isNoted = false

  async function note(): Promise<void> {
    if (!deps.isStoring()) {
      log.warn({ shard }, 'intake gives no sign of life: what comes in cannot be stored')
      isNoted = false
      return
    }
    try {
      await noteIntakeAlive(db, shard)
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
    isReceiving: () => isNoted && deps.isStoring(),
  }
}

export type IntakePresence = {
  /** Call before listening: what is received after an outage must find the outage on record. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Whether what comes in now is stored, as far as is known. */
  readonly isReceiving: () => boolean
}

export type IntakePresenceDeps = {
  readonly db: Db
  readonly log: Log
  readonly shard: number
  /** Whether the database takes what comes in. */
  readonly isStoring: () => boolean
}

/** A third of `intake_grace()`: two signs may be lost before it counts as an outage. */
const noteMs = 5_000
