import assert from 'node:assert/strict'
import { epochMs } from '../pg/epoch-ms.ts'
import { openRows, type Opened } from '../keys/sealed-changes.ts'
import type { Lock } from '../keys/sealed-fixes.ts'
import type { Db } from '../pg/pool.ts'
import type { JournalKind } from './journal-kinds.ts'
import type { JournalRange, JournalRow } from './journal.ts'

/**
 * Adds rows that are judged when their turn comes, all or none. Each is a parameter of its own: in
 * an array it would be written, sent and read as twice as many digits. Planned for good where it is
 * one row: each number of rows is another statement, and a connection would keep the plan of each.
 */
export async function appendInTurn(db: Db, append: AppendInTurn): Promise<void> {
  const { shard, kind, turn, parts } = append
  const places = parts.map((_, place) => `$${place + 6}`).join(', ')
  await db.query({
    ...(parts.length === 1 && { name: 'journal-append-in-turn' }),
    text: `select journal_append_in_turn($1, $2, $3, $4, $5, array[${places}]::bytea[])`,
    values: [
      shard,
      kind,
      laneNumbers[turn.lane],
      turn.senderId,
      parts.map(({ entryCount }) => entryCount),
      ...parts.map(({ payload }) => payload),
    ],
  })
}

/** The rows whose turn has not come, in the order in which they were received. */
export async function listWaiting(db: Db, shard: number): Promise<readonly WaitingRow[]> {
  const { rows } = await db.query<{
    id: number
    lane: number
    sender_id: string
    entry_count: number
  }>(
    `select journal_id as id, lane, sender_id, entry_count from journal_waiting
      where shard = $1 order by journal_id`,
    [shard],
  )
  return rows.map((row) => ({
    journalId: row.id,
    turn: { senderId: row.sender_id, lane: laneOf(row.lane) },
    entryCount: row.entry_count,
  }))
}

/** How many fixes and events of each sender wait. */
export async function countWaitingBySender(
  db: Db,
  shard: number,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ sender_id: string; count: number }>(
    `select sender_id, sum(entry_count)::float8 as count from journal_waiting
      where shard = $1 group by sender_id`,
    [shard],
  )
  return new Map(rows.map((row) => [row.sender_id, row.count]))
}

/** Puts their turns at the end of the journal, in this order; who has had one gets no other. */
export async function giveTurns(
  db: Db,
  shard: number,
  journalIds: readonly number[],
): Promise<void> {
  await db.query({
    name: 'journal-give-turns',
    text: 'select journal_give_turns($1, $2)',
    values: [shard, journalIds],
  })
}

/**
 * Like `readJournal`, with what is judged at each place: a turn brings the row that it is of. Asked
 * again and again each second. A place as a parameter would be planned anew each time, because of
 * a known place the database expects fewer rows; of a selected one it knows as little as in a plan
 * that it keeps, and the number of rows must be known for that plan to be the quick one. It is kept
 * for one number: a connection would keep one of each.
 */
export async function readJournalToJudge(db: Db, range: JournalRange): Promise<RowToJudge[]> {
  const { afterId, shard, limit } = range
  assert(Number.isSafeInteger(limit), 'a number of rows')
  const { rows } = await db.query<PlainRow>({
    ...(limit === rowsToJudgeMax && { name: 'journal-read-to-judge' }),
    text: `select ${rowToJudgeColumns}
             from journal p left join journal r on r.id = p.turn_of
            where p.id > (select $1::bigint) and p.shard = $2 order by p.id limit ${limit}`,
    values: [afterId, shard],
  })
  return (await openRows(db, rows)).map((row) => toRowToJudge(row, range.shard))
}

/** Read at once by whoever judges. */
export const rowsToJudgeMax = 64

/** Of `journal` as `p`, left joined with the row of a turn as `r`; a row that is gone is empty. */
export const rowToJudgeColumns = `p.id as place_id, coalesce(r.id, p.id) as id, coalesce(r.kind, p.kind) as kind,
  coalesce(r.entry_count, p.entry_count) as entry_count, coalesce(r.payload, p.payload) as payload,
  ${epochMs('p.committed_at')} as committed_at_ms, p.lane, p.sender_id,
  exists (select from journal_withheld w where w.reader = 'evaluator' and w.place_id = p.id) as is_withheld`

export type PlainRow = {
  readonly place_id: number
  readonly id: number
  readonly kind: JournalKind
  readonly entry_count: number
  readonly payload: Buffer
  readonly committed_at_ms: number
  readonly lane: number
  readonly sender_id: string | null
  readonly is_withheld: boolean
}

export function toRowToJudge(row: PlainRow & Lock & Opened, shard: number): RowToJudge {
  return {
    placeId: row.place_id,
    id: row.id,
    shard,
    kind: row.kind,
    entryCount: row.entry_count,
    payload: row.payload,
    change: row.change,
    committedAtMs: row.committed_at_ms,
    isWithheld: row.is_withheld,
    lockedKeyId: row.lockedKeyId,
    turn: row.sender_id === null ? null : { senderId: row.sender_id, lane: laneOf(row.lane) },
  }
}

/**
 * In whose turn a row is judged, and how urgent it is among the rows of that sender: `now` is what
 * a sender sends beyond its share, `history` what was recorded long before.
 */
export type Turn = { readonly senderId: string; readonly lane: TurnLane }
export type TurnLane = keyof typeof laneNumbers

export type WaitingRow = {
  readonly journalId: number
  readonly turn: Turn
  readonly entryCount: number
}

export type RowToJudge = JournalRow & PlaceOfRow & Lock & Opened

type PlaceOfRow = {
  /** Where the reader is after this: a turn comes later than the row that it is of. */
  readonly placeId: number
  /** Judged in this turn, which is to come: here it says only who was heard. Null: judged here. */
  readonly turn: Turn | null
  /** Its key did not open when it was first read here: what it holds is judged in a later turn. */
  readonly isWithheld: boolean
}

export type AppendInTurn = {
  readonly shard: number
  readonly kind: JournalKind
  readonly turn: Turn
  readonly parts: readonly { readonly entryCount: number; readonly payload: Buffer }[]
}

const laneNumbers = { now: 1, history: 2 } as const

function laneOf(number: number): TurnLane {
  return number === laneNumbers.now ? 'now' : 'history'
}
