import type { Log } from '../../log.ts'
import { noteIntakeAlive } from '../../store/evaluator/reception.ts'
import type { Db } from '../../store/pg/pool.ts'

/**
 * Puts on record, every few seconds, that we can receive. From the gaps in it follows what we could
 * not hear, so that an outage of ours is not taken for the silence of devices.
 */
export function createIntakePresence(deps: IntakePresenceDeps): IntakePresence {
  const { db, log, shard } = deps
  let timer: NodeJS.Timeout | null = null
  let noting: Promise<void> | null = null

  async function note(): Promise<void> {
    try {
      await noteIntakeAlive(db, shard)
    } catch (error) {
      // Without the database nothing is received either, and the gap that this leaves says so.
      log.warn({ err: error, shard }, 'intake could not note that it is up')
    }
  }

  return {
    async start() {
      await noteIntakeAlive(db, shard)
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
  }
}

export type IntakePresence = {
  /** Call before listening: what is received after an outage must find the outage on record. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type IntakePresenceDeps = { readonly db: Db; readonly log: Log; readonly shard: number }

/** A third of `intake_grace()`: two signs may be lost before it counts as an outage. */
const noteMs = 5_000
