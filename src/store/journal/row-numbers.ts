import { randomBytes } from 'node:crypto'
import { dayMs } from '../../core/model/units.ts'
import { findPrunedPlace } from '../history/retention.ts'
import { journalKinds } from './journal-kinds.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * What each sealed row of one writer counts by: who wrote it, at random, and its number. It is the
 * nonce of the seal, so nobody can change it, it takes no room, and rows of before read the same.
 * One writer appends one row after the other, on one day; after one of which nobody can say whether
 * it came into the journal, another writer begins, so that a gap is never an append that failed.
 */
export function createRowNumbers(): RowNumbers {
  let writer = randomBytes(writerBytes)
  let number = 0
  let day: number | null = null
  const renew = (): void => {
    writer = randomBytes(writerBytes)
    number = 0
  }
  return {
    next(nowMs) {
      const today = Math.floor(nowMs / dayMs)
      if (day !== null && day !== today) renew()
      day = today
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
 * Follows the rows of a shard from one stretch to the next, and names those that do not follow the
 * row before them of the same writer: exchanged, doubled, or behind one that is gone. A writer that
 * is met for the first time begins with its first row, or has one before the stretch.
 */
export function createRowFollower(db: Db): RowFollower {
  const numbers = new Map<string, number>()
  const judge = async (shard: number, row: NumberedRow): Promise<MisplacedRow['what'] | null> => {
    const { writer, number, journalId } = row
    const before =
      numbers.get(writer) ?? (number === 0 ? null : await findBefore(db, shard, writer, journalId))
    // Of those that were not heard for longest one is forgotten, and looked up when it is needed.
    numbers.delete(writer)
    numbers.set(writer, number)
    const [oldest] = numbers.keys()
    if (numbers.size > writersMax && oldest !== undefined) numbers.delete(oldest)
    if (number === (before ?? -1) + 1) return null
    if (number === before) return 'doubled'
    if (before === null && (await isBesideRemoved(db, shard, row))) return null
    return before !== null && number < before ? 'out-of-order' : 'behind-a-gap'
  }
  return async ({ shard, fromId, untilId }) => {
    const misplaced: MisplacedRow[] = []
    for (let afterId = fromId - 1; ;) {
      const rows = await readNumbers(db, { shard, fromId: afterId + 1, untilId })
      for (const row of rows) {
        const what = await judge(shard, row)
        const { journalId, committedAtMs } = row
        if (what !== null) misplaced.push({ journalId, committedAtMs, what })
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < rowCountMax) return misplaced
      afterId = last.journalId
    }
  }
}

/** Of sealed rows alone; others have no number. */
async function readNumbers(db: Db, stretch: Stretch): Promise<readonly NumberedRow[]> {
  const { rows } = await db.query<NumberedRow>(
    `${numberedSql('j.id between $2 and $3')} order by id limit ${rowCountMax}`,
    [stretch.shard, stretch.fromId, stretch.untilId],
  )
  return rows
}

/** The number before a row, of the same writer; null: there is none. */
async function findBefore(
  db: Db,
  shard: number,
  writer: string,
  journalId: number,
): Promise<number | null> {
  const { rows } = await db.query<NumberedRow>(
    `select * from (
       ${numberedSql(
         `j.id < $2 and j.committed_at > (
            select b.committed_at - ${writerSpan} from journal b where b.id = $2)`,
       )}) as numbered
      where writer = $3 order by "journalId" desc limit 1`,
    [shard, journalId, writer],
  )
  return rows[0]?.number ?? null
}

/**
 * Whether the rows before one may have been too old to be kept: within a day, which is as long as a
 * writer writes, of the first one that still is.
 */
async function isBesideRemoved(
  db: Db,
  shard: number,
  { committedAtMs }: NumberedRow,
): Promise<boolean> {
  const removedId = await findPrunedPlace(db, shard)
  if (removedId === 0) return false
  const { rows } = await db.query<{ atMs: number }>(
    `select ${epochMs('committed_at')} as "atMs" from journal
      where shard = $1 and kind = ${journalKinds.fixes} and id > $2 order by id limit 1`,
    [shard, removedId],
  )
  return committedAtMs < (rows[0]?.atMs ?? 0) + dayMs
}

/**
 * Rows with an id that was never given out: whoever reads the journal in order would be behind them
 * before what is given the ids below has come.
 */
export async function listNeverGivenOut(
  db: Db,
  shard: number,
): Promise<readonly Omit<MisplacedRow, 'what'>[]> {
  const { rows } = await db.query<Omit<MisplacedRow, 'what'>>(
    `select id as "journalId", ${epochMs('committed_at')} as "committedAtMs" from journal
      where shard = $1 and id > coalesce(pg_sequence_last_value('journal_id'), 0) order by id limit ${neverGivenOutMax}`,
    [shard],
  )
  return rows
}

/** Of all that were given out; 0: there is none. */
export async function findLastId(db: Db, shard: number): Promise<number> {
  const { rows } = await db.query<{ lastId: number }>(
    `select coalesce(max(id), 0) as "lastId" from journal
      where shard = $1 and id <= pg_sequence_last_value('journal_id')`,
    [shard],
  )
  return rows[0]?.lastId ?? 0
}

/** A writer writes on one day; the other is for clocks. */
const writerSpan = `interval '2 days'`

/** What stands in front of what is sealed: the frame, the ids of devices and the one of the key. */
function numberedSql(where: string): string {
  return `select id as "journalId", "committedAtMs", encode(substring(nonce for ${writerBytes}), 'hex') as writer,
       ((get_byte(nonce, 8)::bigint << 24) | (get_byte(nonce, 9) << 16) | (get_byte(nonce, 10) << 8) | get_byte(nonce, 11))::float8 as number
  from (
    select id, "committedAtMs", substring(payload from 12 + 4 + 16 * device_count + 16 + 1 for 12) as nonce
      from (
        -- Cut first: of a long row only its beginning is fetched.
        select id, "committedAtMs", payload,
               get_byte(head, 12) + 256 * get_byte(head, 13) + 65536 * get_byte(head, 14) as device_count
          from (
            select j.id, j.payload, ${epochMs('j.committed_at')} as "committedAtMs", substring(j.payload from 1 for 16) as head
              from journal j
             where j.shard = $1 and j.kind = ${journalKinds.fixes} and ${where}) as framed
         where case when length(head) = 16 then get_byte(head, 0) = 2 else false end) as sealed) as cut
 where length(nonce) = 12`
}

export type RowNumbers = {
  /** For the next row. */
  readonly next: (nowMs: number) => Buffer
  /** After an append of which it cannot be said whether it is there. */
  readonly renew: () => void
}

/** Give it each stretch once, one behind the other. */
export type RowFollower = (stretch: Stretch) => Promise<readonly MisplacedRow[]>

export type MisplacedRow = {
  readonly journalId: number
  readonly committedAtMs: number
  /** `behind-a-gap`: a row of the same writer before it is not there, or stands elsewhere. */
  readonly what: 'doubled' | 'out-of-order' | 'behind-a-gap'
}

/** Both inclusive. */
export type Stretch = { readonly shard: number; readonly fromId: number; readonly untilId: number }

type NumberedRow = {
  readonly journalId: number
  readonly committedAtMs: number
  readonly writer: string
  readonly number: number
}

const writerBytes = 8
const numberBytes = 4
const numberCount = 2 ** 32 - 1
const rowCountMax = 2_000
const writersMax = 10_000
const neverGivenOutMax = 10
