import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { journalKinds } from './journal-kinds.ts'
import type { Db } from '../pg/pool.ts'

/**
 * What each sealed row of one writer counts by: who wrote it, at random, and its number. It is the
 * nonce of the seal, so nobody can change it, it takes no room, and rows of before read the same.
 * One writer appends one row after the other; after one of which nobody can say whether it came
 * into the journal, another writer begins, so that a gap is never an append that failed.
 */
export function createRowNumbers(): RowNumbers {
  let writer = randomBytes(writerBytes)
  let number = 0
  const renew = (): void => {
    writer = randomBytes(writerBytes)
    number = 0
  }
  return {
    next() {
      const nonce = Buffer.alloc(writerBytes + numberBytes)
      writer.copy(nonce)
      nonce.writeUInt32BE(number, writerBytes)
      number += 1
      // A number that came again under one key would undo the seal.
      if (number === numberCount) renew()
      return nonce
    },
    renew,
  }
}

/**
 * Rows of a stretch that do not follow the row before them of the same writer: exchanged, doubled,
 * or behind one that is gone. Rows up to `contextCount` ids before the stretch are looked at too,
 * for what its first ones follow. The first and the last row of a writer follow nothing.
 */
export async function findMisplaced(db: Db, stretch: Stretch): Promise<readonly MisplacedRow[]> {
  const { rows } = await db.query<Placed>(
    `select id as "journalId", number, before_number as "beforeNumber"
       from (
         select id, number, lag(number) over (partition by writer order by id) as before_number
           from (
             select id, substring(nonce for ${writerBytes}) as writer,
                    (get_byte(nonce, 8)::bigint << 24) | (get_byte(nonce, 9) << 16) | (get_byte(nonce, 10) << 8) | get_byte(nonce, 11) as number
               from (
                 -- Behind the frame are the ids of devices and the one of the key.
                 select id, substring(payload from 12 + 4 + 16 * device_count + 16 + 1 for 12) as nonce
                   from (
                     -- Cut first: of a long row only its beginning is fetched.
                     select id, payload, get_byte(head, 12) + 256 * get_byte(head, 13) + 65536 * get_byte(head, 14) as device_count
                       from (
                         select id, payload, substring(payload from 1 for 16) as head from journal
                          where shard = $1 and id between $2 and $3 and kind = ${journalKinds.fixes}) as framed
                      where case when length(head) = 16 then get_byte(head, 0) = 2 else false end offset 0) as sealed) as cut
              where length(nonce) = 12 offset 0) as numbered) as followed
      where id >= $4 and before_number is not null and number <> before_number + 1
      order by id`,
    [stretch.shard, stretch.fromId - contextCount, stretch.untilId, stretch.fromId],
  )
  return rows.map(({ journalId, number, beforeNumber }) => {
    assert(beforeNumber !== null)
    if (number === beforeNumber) return { journalId, what: 'doubled' }
    return { journalId, what: number < beforeNumber ? 'out-of-order' : 'behind-a-gap' }
  })
}

export type RowNumbers = {
  /** For the next row. */
  readonly next: () => Buffer
  /** After an append of which it cannot be said whether it is there. */
  readonly renew: () => void
}

export type MisplacedRow = {
  readonly journalId: number
  /** `behind-a-gap`: a row of the same writer before it is not there, or stands elsewhere. */
  readonly what: 'doubled' | 'out-of-order' | 'behind-a-gap'
}

type Stretch = { readonly shard: number; readonly fromId: number; readonly untilId: number }

type Placed = {
  readonly journalId: number
  readonly number: number
  readonly beforeNumber: number | null
}

const writerBytes = 8
const numberBytes = 4
const numberCount = 2 ** 32 - 1
const contextCount = 200
