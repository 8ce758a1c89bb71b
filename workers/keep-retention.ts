import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import {
  beginErasure,
  countErased,
  destroyKeys,
  endErasure,
  erasePiece,
  listErasable,
  listErasablePeople,
  pieceRowCount,
  type Erasing,
} from '../src/store/cases/erase-case.ts'
import { erasedPurposes, piecesOf } from '../src/store/cases/erased-pieces.ts'
import { hourMs } from '../src/core/model/units.ts'
import { readDatabaseClock } from '../src/store/pg/database-clock.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/**
 * Erases what cases said when the time of its purpose is over, some cases a round and some rows a
 * statement, and puts on record what it was. Stopped in between it goes on in the next round.
 */
export function createRetentionKeeper(deps: RetentionKeeperDeps) {
  const { clock, log, pool, readDatabaseMs = () => readDatabaseClock(pool) } = deps
  return async (): Promise<void> => {
    const nowMs = clock.nowMs()
    const aheadMs = nowMs - (await readDatabaseMs())
    if (Math.abs(aheadMs) > clockApartMsMax) {
      log.error({ aheadMs }, 'nothing is erased while this clock and that of the database differ')
      return
    }
    for (const purpose of erasedPurposes) {
      for (const orderId of await listErasable(pool, { nowMs, purpose, limit: casesARound })) {
        // One that was held meanwhile keeps no other one.
        const counts = await erase(pool, { orderId, purpose, nowMs }).catch((error: unknown) => {
          log.error({ err: error, purpose, orderId }, 'a case was not erased')
          return null
        })
        if (counts !== null) log.info({ purpose, orderId, ...counts }, 'the time of a case is over')
      }
    }
  }
}

/** Null: somebody holds it by now. */
async function erase(
  pool: pg.Pool,
  erasure: Erasing,
): Promise<Readonly<Record<string, number>> | null> {
  await beginErasure(pool, erasure)
  const of = { ...erasure, personIds: await listErasablePeople(pool, erasure) }
  if (erasure.purpose === 'evidence') {
    await inTransaction(pool, async (tx) => {
      const count = await destroyKeys(tx, of, erasure.nowMs)
      if (count > 0) await countErased(tx, erasure, 'keys', count)
    })
  }
  for (const piece of piecesOf[erasure.purpose]) {
    let erased: number | null = pieceRowCount
    while (erased !== null && erased >= pieceRowCount)
      erased = await inTransaction(pool, (tx) => erasePiece(tx, piece, of))
    if (erased === null) return null
  }
  return await inTransaction(pool, (tx) => endErasure(tx, erasure))
}

export type RetentionKeeperDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  /** Left out: the clock of the database. */
  readonly readDatabaseMs?: () => Promise<number>
}

/** What is erased does not come back: a clock that is years ahead would erase everything. */
const clockApartMsMax = hourMs

/** Each hour: nobody waits for it, and a day with many ends is over in a week. */
const casesARound = 20
