import { journalKinds } from '../journal/journal-kinds.ts'
import { listSetAsideJournalIds, ownQuarantineCodes } from '../journal/quarantine.ts'
import { dayMs } from '../../core/model/units.ts'
import {
  destroyKeysOfJournal,
  destroyKeysOfPositions,
  destroyKeysOfRefused,
} from '../keys/day-keys.ts'
import { unheldSql, windowValues, type HeldWindow } from '../cases/retention-holds.ts'
import { pruneWithheld } from '../journal/withheld.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Removes rows of the journal that are older than `before` and that every reader has passed and
 * stands for in what it saved: they are in the history, and no restart of the evaluator needs
 * them. Changes of the registry and outages stay, they are few and an old alert cannot be
 * explained without them; so do rows that a reader set aside, until the note of it goes. In
 * bounded bites; gives the count.
 */
export async function pruneJournal(db: Db, limit: PruneLimit): Promise<number> {
  const setAsideIds = await listSetAsideJournalIds(db)
  let prunedCount = 0
  for (;;) {
    const { rows } = await db.query<{ count: number }>(
      `with gone as (delete from journal where id in (
         select j.id from journal j
          where j.shard = $1 and j.committed_at < to_timestamp($2::float8 / 1000) and j.kind <> all($4)
            and j.id <> all($5::bigint[])
            and not exists (select from journal_waiting w where w.journal_id = j.id)
            and not exists (select from journal_withheld w where w.journal_id = j.id and w.released_at is null)
            and j.id <= (select min(coalesce(p.journal_id, 0))
                           from unnest(array['evaluator', 'evaluator-snapshot', 'history']) as r (reader)
                           left join journal_positions p on p.reader = r.reader and p.shard = $1)
          order by j.id limit $3) returning id),
       noted as (
         insert into journal_positions (reader, shard, journal_id)
         select 'pruned', $1, max(id) from gone having count(*) > 0
         on conflict (reader, shard) do update
            set journal_id = greatest(journal_positions.journal_id, excluded.journal_id))
       select count(*) as count from gone`,
      [limit.shard, limit.beforeMs, batchRowCount, keptKinds, setAsideIds],
    )
    const count = rows[0]?.count ?? 0
    prunedCount += count
    if (count < batchRowCount) break
  }
  await pruneWithheld(db)
  // Two days for clocks.
  await destroyKeysOfJournal(db, limit.beforeMs - 2 * dayMs)
  return prunedCount
}

/** Up to where fixes and events have been removed from the journal; 0 when none were. */
export async function findPrunedPlace(db: Db, shard: number): Promise<number> {
  const { rows } = await db.query<{ journal_id: number }>(
    `select journal_id from journal_positions where reader = 'pruned' and shard = $1`,
    [shard],
  )
  return rows[0]?.journal_id ?? 0
}

/**
 * Removes what is kept beside the daily partitions of fixes, is older than `beforeMs`, and belongs
 * to no case that is held; then the keys of days of which no place is left.
 */
export async function pruneBesideFixes(
  db: Db,
  beforeMs: number,
  held: readonly HeldWindow[],
): Promise<void> {
  const values = [new Date(beforeMs).toISOString(), ...windowValues(held)]
  for (const table of ['device_events', 'disbelieved_fixes']) {
    await db.query(`delete from ${table} where recorded_at < $1 and ${unheldSql(2)}`, values)
  }
  await destroyKeysOfPositions(db, beforeMs)
}

/**
 * Removes refused reports by their age and gives how many; those of the server itself
 * stay as long as fixes do.
 */
export async function pruneQuarantine(db: Db, limit: QuarantineAge): Promise<number> {
  const { rowCount } = await db.query(
    `delete from quarantined_fixes
      where received_at < to_timestamp(case when code = any($1) then $2::float8 else $3::float8 end / 1000)`,
    [ownQuarantineCodes, limit.ownBeforeMs, limit.beforeMs],
  )
  await destroyKeysOfRefused(db, limit.beforeMs)
  return rowCount ?? 0
}

/**
 * When there are more refused reports than `rowCountMax`, drops the oldest of whoever sent most,
 * until a tenth is free: a sender that sends without end washes away its own and nobody else's.
 * A row in their place says how many and up to when. Gives how many. The tenth keeps the notes
 * from crowding out one report each time.
 */
export async function dropQuarantineOverflow(db: Db, rowCountMax: number): Promise<number> {
  const { rows: senders } = await db.query<{ api_client_id: string | null; count: number }>(
    `select api_client_id, count(*) as count from quarantined_fixes
      where code <> all($1) group by api_client_id`,
    [ownQuarantineCodes],
  )
  const counts = senders.map(({ count }) => count)
  if (counts.reduce((sum, count) => sum + count, 0) <= rowCountMax) return 0
  const share = findShare(counts, Math.floor(rowCountMax * 0.9))
  let droppedCount = 0
  for (const { api_client_id: apiClientId, count } of senders) {
    if (count > share) droppedCount += await dropBeyondShare(db, apiClientId, share, rowCountMax)
  }
  return droppedCount
}

/** The most that each may keep so that together they keep no more than `room`. */
function findShare(counts: readonly number[], room: number): number {
  let left = room
  let senderCount = counts.length
  for (const count of counts.toSorted((one, other) => one - other)) {
    const share = Math.floor(left / senderCount)
    if (count > share) return share
    left -= count
    senderCount -= 1
  }
  return room
}

/** Looks anew at what is beyond in each bite, so that two workers drop it once. */
async function dropBeyondShare(
  db: Db,
  apiClientId: string | null,
  share: number,
  rowCountMax: number,
): Promise<number> {
  let droppedCount = 0
  for (;;) {
    const { rows } = await db.query<{ count: number }>(
      `with edge as (
         select id from quarantined_fixes
          where api_client_id is not distinct from $1::uuid and code <> all($3)
          order by id desc offset $2 limit 1),
       gone as (
         delete from quarantined_fixes where id in (
           select id from quarantined_fixes
            where api_client_id is not distinct from $1::uuid and code <> all($3)
              and id <= (select id from edge)
            order by id limit $4)
         returning received_at),
       noted as (
         insert into quarantined_fixes (api_client_id, element_index, code, detail, body)
         select $1::uuid, -1, 'reports-dropped',
                format('%s refused reports received up to %s were dropped, because more than %s were kept.', count(*),
                       to_char(max(received_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), $5::bigint),
                jsonb_build_object('count', count(*))
           from gone having count(*) > 0)
       select count(*) as count from gone`,
      [apiClientId, share, ownQuarantineCodes, dropRowCount, rowCountMax],
    )
    const count = rows[0]?.count ?? 0
    droppedCount += count
    if (count < dropRowCount) return droppedCount
  }
}

export type PruneLimit = { readonly shard: number; readonly beforeMs: number }

export type QuarantineAge = { readonly beforeMs: number; readonly ownBeforeMs: number }

const batchRowCount = 1_000
const keptKinds = [journalKinds.registryChange, journalKinds.outage]
/** A few hundred bytes each: a statement of about a second. */
const dropRowCount = 50_000
