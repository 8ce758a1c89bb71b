import type { Log } from '../../log.ts'
import { keysOf } from '../keys/keys-of.ts'
import { openFixes, type Lock } from '../keys/sealed-fixes.ts'
import type { Db } from '../pg/pool.ts'
import type { JournalRow } from './journal.ts'
import { wholeRow } from './poison.ts'
import type { RowToJudge, WaitingRow } from './turns.ts'

/**
 * Notes rows that a reader passes over because their key does not open, in the transaction that
 * moves its place. They are not damaged: they wait. One whose turn is still to come waits for that.
 */
export async function withholdRows(
  tx: Db,
  { reader, shard }: WithReader,
  rows: readonly Withheld[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `insert into journal_withheld (reader, place_id, journal_id, shard, key_id, entry_count, released_at)
     select $1, "placeId", "journalId", $2, "keyId", "entryCount", case when "isOwed" then null else now() end
       from jsonb_to_recordset($3::jsonb)
         as r("placeId" bigint, "journalId" bigint, "keyId" uuid, "entryCount" int, "isOwed" boolean)
     on conflict do nothing`,
    [reader, shard, JSON.stringify(rows)],
  )
}

/** As it is passed over by who judges; null: it is not. */
export function withheldOf(row: RowToJudge): Withheld | null {
  const { placeId, id, entryCount, isWithheld, lockedKeyId, turn } = row
  if (lockedKeyId === null || isWithheld) return null
  return { placeId, journalId: id, entryCount, keyId: lockedKeyId, isOwed: turn === null }
}

/**
 * Looks each few seconds whether a key that rows of the evaluator wait for opens again, and gives
 * these rows to be judged in turn, each once, the oldest first.
 */
export function createKeyWait({ client, log, shard }: KeyWaitDeps): KeyWait {
  // Of the clock that only counts.
  let dueAtMs = performance.now()
  return {
    async release() {
      if (performance.now() < dueAtMs) return []
      const keyIds = await listOpening(client, { reader: 'evaluator', shard })
      const rows = keyIds.length === 0 ? [] : await releaseToTurns(client, shard, keyIds)
      if (rows.length > 0) {
        log.warn(
          { shard, keyIds, rowCount: rows.length },
          'a key opens again: what waited is judged',
        )
      }
      dueAtMs = performance.now() + lookMs
      return rows
    },
  }
}

/** The rows of a reader whose key opens again, opened; `noteReleased` when they are dealt with. */
export async function readReleased(
  db: Db,
  { reader, shard, limit }: WithReader & { readonly limit: number },
): Promise<readonly (JournalRow & Lock)[]> {
  const keyIds = await listOpening(db, { reader, shard })
  if (keyIds.length === 0) return []
  const { rows } = await db.query<JournalRow>(
    `select j.id, j.shard, j.kind, j.entry_count as "entryCount", j.payload, 0 as "committedAtMs"
       from journal_withheld w join journal j on j.id = w.journal_id
      where w.reader = $1 and w.shard = $2 and w.key_id = any($3::uuid[]) and w.released_at is null
      order by w.journal_id limit $4`,
    [reader, shard, keyIds, limit],
  )
  return await openFixes(db, rows)
}

export async function noteReleased(
  tx: Db,
  { reader }: Pick<WithReader, 'reader'>,
  journalIds: readonly number[],
): Promise<void> {
  if (journalIds.length === 0) return
  await tx.query(
    `update journal_withheld set released_at = now()
      where reader = $1 and journal_id = any($2::bigint[]) and released_at is null`,
    [reader, journalIds],
  )
}

/** Forgets those that are dealt with and whose place is no longer in the journal. */
export async function pruneWithheld(db: Db): Promise<void> {
  await db.query(
    `delete from journal_withheld w
      where w.released_at is not null and not exists (select from journal j where j.id = w.place_id)`,
  )
}

/**
 * Ends what waits for a key that was destroyed, once somebody has closed the alert that names it:
 * nothing brings it back. A note of each row says so, as of what was set aside. Gives how many
 * rows.
 */
export async function endErased(tx: Db): Promise<number> {
  const { rowCount } = await tx.query(
    `with ended as (
       update journal_withheld w set released_at = now() from data_keys k
        where w.released_at is null and k.id = w.key_id and k.wrapped is null and exists (
          select from alerts a where a.kind = 'key-unreadable' and a.status = 'closed' and a.cleared_at is null
             and a.evidence -> 'facts' ->> 'keyId' = w.key_id::text)
        returning w.journal_id, w.reader)
     insert into quarantined_fixes (element_index, code, detail, body)
     select distinct $1::int, case reader when 'history' then 'history-refused' else 'poison' end,
            'The key of the row was destroyed, and the alert that said so was closed.', jsonb_build_object('journalId', journal_id)
       from ended`,
    [wholeRow],
  )
  return rowCount ?? 0
}

export type KeyWait = {
  /** What is to be judged in turn now. */
  readonly release: () => Promise<readonly WaitingRow[]>
}

export type Withheld = {
  /** Where it was passed over: at its own place, or in its turn. */
  readonly placeId: number
  readonly journalId: number
  readonly entryCount: number
  readonly keyId: string
  /** Nobody comes back to it by himself. */
  readonly isOwed: boolean
}

type WithReader = { readonly reader: 'evaluator' | 'history'; readonly shard: number }

type KeyWaitDeps = { readonly client: Db; readonly log: Log; readonly shard: number }

const lookMs = 5_000

/** Of the keys that rows wait for, those that can be used by now. */
async function listOpening(db: Db, { reader, shard }: WithReader): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>({
    name: 'journal-withheld-keys',
    text: `select distinct key_id as id from journal_withheld
            where reader = $1 and shard = $2 and released_at is null`,
    values: [reader, shard],
  })
  return rows.length === 0 ? [] : await keysOf(db).opening(rows.map(({ id }) => id))
}

/** One statement: a row is released and waits for its turn, or neither. Its key is the sender. */
async function releaseToTurns(
  db: Db,
  shard: number,
  keyIds: readonly string[],
): Promise<readonly WaitingRow[]> {
  const { rows } = await db.query<{ id: number; key_id: string; entry_count: number }>(
    `with released as (
       update journal_withheld set released_at = now()
        where reader = 'evaluator' and shard = $1 and key_id = any($2::uuid[]) and released_at is null
        returning journal_id, key_id, entry_count)
     insert into journal_waiting (journal_id, shard, lane, sender_id, entry_count)
     select distinct on (journal_id) journal_id, $1, 1, key_id, entry_count from released order by journal_id
     on conflict do nothing
     returning journal_id as id, sender_id as key_id, entry_count`,
    [shard, keyIds],
  )
  return rows
    .toSorted((one, other) => one.id - other.id)
    .map(({ id, key_id: senderId, entry_count: entryCount }) => {
      return { journalId: id, turn: { senderId, lane: 'now' }, entryCount }
    })
}
