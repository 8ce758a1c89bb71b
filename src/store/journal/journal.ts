import assert from 'node:assert/strict'
import type { JournalKind } from './journal-kinds.ts'
import { openFixes, type Lock } from '../keys/sealed-fixes.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * Adds one row to what was acknowledged and gives its id. The journal's lock is held from
 * here to the end of the transaction, so that ids become visible in order: call it last
 * in a transaction, or alone.
 */
export async function appendJournal(db: Db, entry: JournalAppend): Promise<number> {
  const { rows } = await db.query<{ id: number }>({
    name: 'journal-append',
    text: 'select journal_append($1, $2, $3, $4) as id',
    values: [entry.shard, entry.kind, entry.entryCount, entry.payload],
  })
  const row = rows[0]
  assert(row !== undefined, 'journal_append returns one row')
  return row.id
}

/** Resolves when every append that had begun has come to its end, also those nobody waits for. */
export async function outwaitAppends(db: Db): Promise<void> {
  await db.query('select pg_advisory_xact_lock_shared($1)', [advisoryLocks.journal])
}

/** The id of the last row, of whichever shard; 0: there is none. */
export async function findJournalEnd(db: Db): Promise<number> {
  const { rows } = await db.query<{ readonly id: number }>(
    'select coalesce(max(id), 0) as id from journal',
  )
  return rows[0]?.id ?? 0
}

/**
 * The rows of a shard after `afterId`, in the order in which they were committed, at most `limit`.
 */
export async function readJournal(db: Db, range: JournalRange): Promise<(JournalRow & Lock)[]> {
  const { rows } = await db.query<{
    id: number
    kind: JournalKind
    entry_count: number
    payload: Buffer
    committed_at_ms: number
  }>({
    name: 'journal-read',
    text: `select id, kind, entry_count, payload,
                  ${epochMs('committed_at')} as committed_at_ms
             from journal where id > $1 and shard = $2 order by id limit $3`,
    values: [range.afterId, range.shard, range.limit],
  })
  const opened = await openFixes(db, rows)
  return opened.map((row) => ({
    id: row.id,
    shard: range.shard,
    kind: row.kind,
    entryCount: row.entry_count,
    payload: row.payload,
    committedAtMs: row.committed_at_ms,
    lockedKeyId: row.lockedKeyId,
  }))
}

export type JournalAppend = {
  readonly shard: number
  readonly kind: JournalKind
  /** How many fixes, events or changes `payload` holds; an outage is one, and so is a turn. */
  readonly entryCount: number
  readonly payload: Buffer
}

export type JournalRow = JournalAppend & {
  readonly id: number
  readonly committedAtMs: number
}

export type JournalRange = {
  readonly shard: number
  readonly afterId: number
  readonly limit: number
}
