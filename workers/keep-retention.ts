import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import {
  beginErasure,
  destroyKeys,
  endErasure,
  erasedPurposes,
  erasePiece,
  listErasable,
  listErasablePeople,
  pieceRowCount,
  piecesOf,
  type Erasing,
} from '../src/store/cases/erase-case.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/**
 * Erases what cases said when the time of its purpose is over, some cases a round and some rows a
 * statement, and puts on record what it was. Stopped in between it goes on in the next round.
 */
export function createRetentionKeeper({ clock, log, pool }: RetentionKeeperDeps) {
  return async (): Promise<void> => {
    const nowMs = clock.nowMs()
    for (const purpose of erasedPurposes) {
      for (const orderId of await listErasable(pool, { nowMs, purpose, limit: casesARound })) {
        const counts = await erase(pool, { orderId, purpose, nowMs })
        log.info({ purpose, orderId, ...counts }, 'the time of a case is over')
      }
    }
  }
}

async function erase(pool: pg.Pool, erasure: Erasing): Promise<Readonly<Record<string, number>>> {
  await beginErasure(pool, erasure)
  const of = {
    orderId: erasure.orderId,
    personIds: await listErasablePeople(pool, erasure),
  }
  const counts: Record<string, number> = {}
  if (erasure.purpose === 'evidence') {
    counts['keys'] = await inTransaction(pool, (tx) => destroyKeys(tx, of, erasure.nowMs))
  }
  for (const piece of piecesOf[erasure.purpose]) {
    let count = 0
    let erased = pieceRowCount
    while (erased >= pieceRowCount) {
      erased = await inTransaction(pool, (tx) => erasePiece(tx, piece, of))
      count += erased
    }
    if (count > 0) counts[piece.what] = count
  }
  await inTransaction(pool, (tx) => endErasure(tx, erasure, counts))
  return counts
}

export type RetentionKeeperDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
}

/** Each hour: nobody waits for it, and a day with many ends is over in a week. */
const casesARound = 20
