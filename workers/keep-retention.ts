import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import {
  beginErasure,
  countErased,
  destroyKeys,
  endErasure,
  erasePiece,
  isKeptElsewhere,
  keepErasureOpen,
  listErasable,
  listErasablePeople,
  pieceRowCount,
  recordErasing,
  type Erasing,
} from '../src/store/cases/erase-case.ts'
import { eraseUnused } from '../src/store/cases/erase-unused.ts'
import { erasedPurposes, piecesOf } from '../src/store/cases/erased-pieces.ts'
import { hourMs } from '../src/core/model/units.ts'
import { readDatabaseClock } from '../src/store/pg/database-clock.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/**
 * Erases what cases said when the time of its purpose is over, some cases a round and some rows a
 * statement, and puts on record what it was. Stopped in between it goes on in the next round.
 */
export function createRetentionKeeper(deps: RetentionKeeperDeps) {
  const { clock, log, pool } = deps
  return async (): Promise<void> => {
    const databaseMs = await readDatabaseClock(pool)
    const aheadMs = clock.nowMs() - databaseMs
    if (Math.abs(aheadMs) > clockApartMsMax) {
      log.error({ aheadMs }, 'nothing is erased while this clock and that of the database differ')
      return
    }
    const nowMs = databaseMs
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
    await eraseNoCase(deps, nowMs)
  }
}

/** Null: somebody holds it by now, or another case that is held needs a part of it. */
async function erase(
  pool: pg.Pool,
  erasure: Erasing,
): Promise<Readonly<Record<string, number>> | null> {
  await beginErasure(pool, erasure)
  const of = { ...erasure, personIds: await listErasablePeople(pool, erasure) }
  if (erasure.purpose === 'evidence') {
    await inTransaction(pool, async (tx) => {
      const count = await destroyKeys(tx, of)
      if (count > 0) await countErased(tx, erasure, 'keys', count)
    })
  }
  for (const piece of piecesOf[erasure.purpose]) {
    let erased: number | null = pieceRowCount
    while (erased !== null && erased >= pieceRowCount)
      erased = await inTransaction(pool, (tx) => erasePiece(tx, piece, of))
    if (erased === null) return null
  }
  if (erasure.purpose === 'monitoring' && (await isKeptElsewhere(pool, erasure))) {
    await keepErasureOpen(pool, erasure)
    return null
  }
  return await inTransaction(pool, (tx) => endErasure(tx, erasure))
}

/** What belongs to no case goes as well, by a term of its own. */
async function eraseNoCase({ log, pool }: RetentionKeeperDeps, nowMs: number): Promise<void> {
  const erased = await inTransaction(pool, async (tx) => {
    const made = await eraseUnused(tx, nowMs)
    const about = { name: 'eraseUnused', orderId: null, purpose: 'unused', nowMs } as const
    for (const one of made) await recordErasing(tx, { ...about, ...one })
    return made
  })
  for (const { organisationId, counts } of erased)
    log.info({ organisationId, ...counts }, 'the time of what belongs to no case is over')
}

export type RetentionKeeperDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
}

/** What is erased does not come back: a clock that is years ahead would erase everything. */
const clockApartMsMax = hourMs

/** Each hour: nobody waits for it, and a day with many ends is over in a week. */
const casesARound = 20
