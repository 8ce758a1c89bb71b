import { damaged } from '../keys/data-keys.ts'
import { withUsableKey } from '../keys/day-keys.ts'
import { keysOf } from '../keys/keys-of.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * The scope of the key that what detection remembers is sealed with: of another one where somebody
 * has touched or destroyed it. Null: none can be used, and nothing can be saved.
 */
export async function findSnapshotKey(db: Db): Promise<string | null> {
  return await withUsableKey(usualSnapshotKey, async (scope) => {
    await keysOf(db).keyOf(scope)
    return scope
  })
}

export const usualSnapshotKey = 'detection'

/**
 * Saves the scopes that changed and moves the place all snapshots stand for, together: what is not
 * among them has not changed since it was last saved, or is forgotten where they are everything.
 * Call inside a transaction.
 */
export async function saveSnapshots(db: Db, save: SnapshotSave): Promise<void> {
  for (let start = 0; start < save.snapshots.length; start += chunkCount) {
    const chunk = save.snapshots.slice(start, start + chunkCount)
    const states: Buffer[] = []
    for (const snapshot of chunk) states.push(await sealState(db, save, snapshot))
    const lengths = states.map(({ length }) => sealedMark.length + length)
    // In one piece, which is sent as bytes: a list of them would be sent as digits, and quoted.
    await db.query(
      `insert into evaluator_snapshots (shard, scope, journal_id, state)
       select $1, scope, $2, substring($4::bytea from start for length)
         from unnest($3::text[], $5::int[], $6::int[]) as s(scope, start, length)
        where not exists (${forgottenSql})
       on conflict (shard, scope) do update
          set journal_id = excluded.journal_id, state = excluded.state, saved_at = now()`,
      [
        save.shard,
        save.journalId,
        chunk.map((snapshot) => snapshot.scope),
        Buffer.concat(states.flatMap((state) => [sealedMark, state])),
        startsOf(lengths),
        lengths,
      ],
    )
  }
  if (save.isEverything) {
    await db.query(
      `delete from evaluator_snapshots
        where shard = $1 and scope <> all($2::text[]) and not starts_with(scope, $3)`,
      [save.shard, save.snapshots.map((snapshot) => snapshot.scope), save.later],
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

/** Where each begins in one piece, counted from 1. */
function startsOf(lengths: readonly number[]): number[] {
  let next = 1
  return lengths.map((length) => (next += length) - length)
}

/**
 * What was erased of somebody stays erased, though detection has it in memory until it starts anew:
 * each of their orders has ended, and is being erased or was. A new order is of somebody again.
 */
const forgottenSql = `select from protection_orders o
    where s.scope like '%:%' and o.offender_id = hoede_uuid_in(split_part(s.scope, ':', 2))
   having bool_and(o.status = 'ended' and exists (select from erasures e
            where e.protection_order_id = o.id and e.purpose = 'monitoring'))`

/** What all snapshots stand for; place 0 where there are none. */
export async function findSnapshotPlace(db: Db, shard: number): Promise<SnapshotPlace> {
  const { rows } = await db.query<{ readonly journal_id: number; readonly clock_ms: number }>(
    `select journal_id, ${epochMs('updated_at')} as clock_ms
       from journal_positions where reader = 'evaluator-snapshot' and shard = $1`,
    [shard],
  )
  const place = rows[0]
  if (place === undefined) return noPlace
  return { journalId: place.journal_id, clockMs: place.clock_ms }
}

/** Until the transaction ends nobody else moves it. Null where there are none. */
export async function holdSnapshotPlace(tx: Db, shard: number): Promise<number | null> {
  const { rows } = await tx.query<{ readonly journal_id: number }>(
    `select journal_id from journal_positions
      where reader = 'evaluator-snapshot' and shard = $1 for update`,
    [shard],
  )
  return rows[0]?.journal_id ?? null
}

/** The state of every scope, by scope, but for those that begin with `later`. */
export async function loadSnapshots(
  db: Db,
  shard: number,
  later: string,
): Promise<readonly Snapshot[]> {
  const { rows } = await db.query<StoredSnapshot>(
    `select ${columns} from evaluator_snapshots
      where shard = $1 and not starts_with(scope, $2)`,
    [shard, later],
  )
  // Not by the database, which would write all of them to its disk and sort them there.
  const sorted = rows.toSorted((a, b) => (a.scope < b.scope ? -1 : 1))
  return await openStates(db, shard, sorted)
}

/** Those of `scopes` that are there, as they were last saved. */
export async function loadSnapshotsOf(
  db: Db,
  shard: number,
  scopes: readonly string[],
): Promise<readonly Snapshot[]> {
  const { rows } = await db.query<StoredSnapshot>(
    `select ${columns} from evaluator_snapshots where shard = $1 and scope = any($2)`,
    [shard, scopes],
  )
  return await openStates(db, shard, rows)
}

export type Snapshot = { readonly scope: string; readonly state: string }

export type SnapshotSave = {
  readonly shard: number
  readonly journalId: number
  /** What the evaluator took the time to be. */
  readonly clockMs: number
  /** From `findSnapshotKey`. */
  readonly keyScope: string
  readonly isEverything: boolean
  /** Those that begin so stay as they are, as they are loaded later. */
  readonly later: string
  readonly snapshots: readonly Snapshot[]
}

/** Before the first of all rows. */
export const noPlace: SnapshotPlace = { journalId: 0, clockMs: null }

export type SnapshotPlace = { readonly journalId: number; readonly clockMs: number | null }

type StoredSnapshot = { readonly scope: string; readonly state: string }

/** In base64: bytes are sent as their digits, twice as many, and there are tens of megabytes. */
const columns = `scope, encode(state, 'base64') as state`

/**
 * All of what detection remembers, with one key: it is written over, and never kept long. Behind
 * `sealedMark` where it lies.
 */
async function sealState(
  db: Db,
  { keyScope, shard }: SnapshotSave,
  { scope, state }: Snapshot,
): Promise<Buffer> {
  return await keysOf(db).seal(keyScope, aboutState(shard, scope), Buffer.from(state))
}

/** What somebody has touched is empty, so unreadable: the journal is read from its start. */
async function openStates(
  db: Db,
  shard: number,
  rows: readonly StoredSnapshot[],
): Promise<readonly Snapshot[]> {
  const states = rows.map(({ state }) => Buffer.from(state, 'base64'))
  const pieces = states.flatMap((state, place) =>
    isSealed(state)
      ? [{ sealed: state.subarray(1), about: aboutState(shard, rows[place]?.scope ?? '') }]
      : [],
  )
  const opened = pieces.length === 0 ? [] : await keysOf(db).open(pieces)
  const next = opened.values()
  return rows.map(({ scope }, place) => {
    const state = states[place] ?? Buffer.alloc(0)
    const plain = isSealed(state) ? (next.next().value ?? null) : state
    return { scope, state: plain === null || plain === damaged ? '' : plain.toString('utf8') }
  })
}

/** No text begins so. */
const sealedMark = Buffer.from([2])

function isSealed(state: Buffer): boolean {
  return state[0] === sealedMark[0]
}

function aboutState(shard: number, scope: string): string {
  return `snapshot/${shard}/${scope}`
}

const chunkCount = 500
