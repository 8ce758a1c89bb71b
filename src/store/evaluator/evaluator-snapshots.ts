import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * Saves the scopes that changed and moves the place all snapshots stand for, together: what is not
 * among them has not changed since it was last saved. Call inside a transaction.
 */
export async function saveSnapshots(db: Db, save: SnapshotSave): Promise<void> {
  for (let start = 0; start < save.snapshots.length; start += chunkCount) {
    const chunk = save.snapshots.slice(start, start + chunkCount)
    await db.query(
      `insert into evaluator_snapshots (shard, scope, journal_id, state)
       select $1, scope, $2, state from unnest($3::text[], $4::bytea[]) as s(scope, state)
       on conflict (shard, scope) do update
          set journal_id = excluded.journal_id, state = excluded.state, saved_at = now()`,
      [
        save.shard,
        save.journalId,
        chunk.map((snapshot) => snapshot.scope),
        chunk.map((snapshot) => Buffer.from(snapshot.state, 'utf8')),
      ],
    )
  }
  await db.query(
    `insert into journal_positions (reader, shard, journal_id, updated_at)
     values ('evaluator-snapshot', $1, $2, to_timestamp($3::float8 / 1000))
     on conflict (reader, shard) do update
        set journal_id = excluded.journal_id, updated_at = excluded.updated_at`,
    [save.shard, save.journalId, save.clockMs],
  )
}

/** The state of every scope at one place in the journal; place 0 and nothing when there is none. */
export async function loadSnapshots(db: Db, shard: number): Promise<SnapshotSet> {
  const places = await db.query<{ readonly journal_id: number; readonly clock_ms: number }>(
    `select journal_id, ${epochMs('updated_at')} as clock_ms
       from journal_positions where reader = 'evaluator-snapshot' and shard = $1`,
    [shard],
  )
  const place = places.rows[0]
  if (place === undefined) return { journalId: 0, clockMs: null, snapshots: [] }
  const found = await db.query<{ readonly scope: string; readonly state: Buffer }>(
    'select scope, state from evaluator_snapshots where shard = $1 order by scope',
    [shard],
  )
  return {
    journalId: place.journal_id,
    clockMs: place.clock_ms,
    snapshots: found.rows.map((row) => ({ scope: row.scope, state: row.state.toString('utf8') })),
  }
}

export type Snapshot = { readonly scope: string; readonly state: string }

export type SnapshotSave = {
  readonly shard: number
  readonly journalId: number
  /** What the evaluator took the time to be. */
  readonly clockMs: number
  readonly snapshots: readonly Snapshot[]
}

export type SnapshotSet = {
  readonly journalId: number
  readonly clockMs: number | null
  readonly snapshots: readonly Snapshot[]
}

const chunkCount = 500
