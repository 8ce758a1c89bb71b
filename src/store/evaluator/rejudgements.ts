import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Fix } from '../../core/model/fix.ts'
import {
  openPlaces,
  placeColumns,
  placedOf,
  type OpenedPlace,
  type StoredPlace,
} from '../keys/sealed-places.ts'
import { pushAll } from '../../core/model/lists.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { onlyRow } from '../registry/registry-rows.ts'

/**
 * Stretches to judge again whose fixes have all reached the history: those that failed least often
 * first, of those the oldest request. After one of an offender was set aside, that offender's next
 * ones rest for an hour; they are widened into one meanwhile. One that was set aside because a key
 * did not open is tried again each hour, after the others: the key may open by then, and nobody
 * waits for it.
 */
export async function listReadyRejudgements(
  db: Db,
  query: { readonly shard: number; readonly limit: number; readonly exceptIds?: readonly number[] },
): Promise<readonly Rejudgement[]> {
  const result = await db.query<Rejudgement>({
    name: 'rejudgements-ready',
    text: `select r.id, r.offender_id as "offenderId", ${epochMs('r.from_at')} as "fromMs",
            r.attempt_count as "attemptCount"
       from rejudgements r
       join journal_positions p on p.reader = 'history' and p.shard = $1
      where r.done_at is null and p.journal_id >= r.journal_id and r.id <> all($3::bigint[])
        and (r.set_aside_at is null or (r.attempt_count = 0 and r.set_aside_at < now() - interval '1 hour'))
        and not exists (select 1 from rejudgements a where a.offender_id = r.offender_id
          and a.attempt_count > 0 and a.set_aside_at > now() - interval '1 hour')
      order by r.set_aside_at is not null, r.attempt_count, r.id limit $2`,
    values: [query.shard, query.limit, query.exceptIds ?? []],
  })
  return result.rows
}

/**
 * Since when an old stretch waits and memory was not saved; null: none does. Each is judged within
 * seconds else, and memory is saved with it.
 */
export async function findStretchWait(db: Db, shard: number): Promise<StretchWait> {
  const { rows } = await db.query<StretchWait>(
    `select ${epochMs('w.since')} as "sinceMs", ${epochMs('now()')} as "nowMs"
       from (select ${stretchWaitSince('$1')} as since) as w`,
    [shard],
  )
  return onlyRow(rows)
}

/** Those that were set aside have an alert each. Null: none waits. */
export function stretchWaitSince(shard: '$1' | 'any'): string {
  const ofShard = shard === 'any' ? '' : `and s.shard = ${shard}`
  return `(select greatest(min(r.created_at), (select min(s.saved_at) from evaluator_snapshots s where s.scope = 'watch' ${ofShard}))
             from rejudgements r where r.done_at is null and r.set_aside_at is null having count(*) > 0)`
}

/** A saving rests for eight minutes after one that took as long as a stop may take. */
export const stretchWaitSecondsMax = 600

export type StretchWait = { readonly sinceMs: number | null; readonly nowMs: number }

/** Before the work, in a transaction of its own: also what ends the process counts as a try. */
export async function countRejudgementAttempts(db: Db, ids: readonly number[]): Promise<void> {
  await db.query({
    name: 'rejudgements-count-attempts',
    text: 'update rejudgements set attempt_count = attempt_count + 1, set_aside_at = null where id = any($1)',
    values: [ids],
  })
}

/** They were to be judged beside one that failed, and are not to blame. */
export async function forgetRejudgementAttempts(db: Db, ids: readonly number[]): Promise<void> {
  await db.query('update rejudgements set attempt_count = attempt_count - 1 where id = any($1)', [
    ids,
  ])
}

/**
 * It is not tried again; the row stays and says so. With `isForNow` it is after an hour, as if it
 * had not been tried.
 */
export async function setRejudgementAside(db: Db, id: number, isForNow: boolean): Promise<void> {
  await db.query(
    `update rejudgements set set_aside_at = now(),
            attempt_count = case when $2 then 0 else attempt_count end where id = $1`,
    [id, isForNow],
  )
}

/**
 * `atMs` is what the evaluator took the time to be, so that the same can be done
 * again at the same moment.
 */
export async function finishRejudgements(
  db: Db,
  ids: readonly number[],
  atMs: number,
): Promise<void> {
  await db.query({
    name: 'rejudgements-finish',
    text: 'update rejudgements set done_at = to_timestamp($2::float8 / 1000) where id = any($1)',
    values: [ids, atMs],
  })
}

/**
 * The stretches of these offenders that have been judged again, in the order in which it was done.
 */
export async function listDoneRejudgements(
  db: Db,
  offenderIds: readonly string[],
): Promise<readonly DoneRejudgement[]> {
  const result = await db.query<DoneRejudgement>(
    `select id, offender_id as "offenderId", ${epochMs('from_at')} as "fromMs",
            ${epochMs('done_at')} as "doneAtMs"
       from rejudgements where offender_id = any($1::uuid[]) and done_at is not null
      order by done_at, id`,
    [offenderIds],
  )
  return result.rows
}

/**
 * Every stored fix from a moment on of the people of a dossier: the offender, and the victims that
 * any version of that offender's orders names. The gap where the place of one does not open, a key
 * that may open again before one that was destroyed: what is judged without it may come out as if
 * it had not been.
 */
export async function loadCaseFixes(
  db: Db,
  query: { readonly offenderId: string; readonly fromMs: number; readonly limit: number },
): Promise<CaseFixes> {
  const { found } = await loadFixesOfCases(db, { cases: [query], limit: query.limit })
  return found[0] ?? []
}

/**
 * The same of many dossiers, in their order and in one statement. Of those from `wholeCount` on
 * some may be missing: there were as many as `limit`.
 */
export async function loadFixesOfCases(
  db: Db,
  { cases, limit }: { readonly cases: readonly CaseToLoad[]; readonly limit: number },
): Promise<FixesOfCases> {
  const result = await db.query<StoredFix & { readonly ordinal: number }>({
    name: 'fixes-of-cases',
    text: fixesOfCasesSql,
    values: [cases.map(({ offenderId }) => offenderId), cases.map(({ fromMs }) => fromMs), limit],
  })
  const opened: OpenedPlace<StoredFix & { readonly ordinal: number }>[] = []
  for (let at = 0; at < result.rows.length; at += openedAtOnce) {
    if (at > 0) await yieldToOthers()
    pushAll(opened, await openPlaces(db, result.rows.slice(at, at + openedAtOnce)))
  }
  const byCase = Map.groupBy(opened, ({ ordinal }) => ordinal - 1)
  const last = result.rows.at(-1)
  return {
    found: cases.map((_, at) => fixesOf(byCase.get(at) ?? [])),
    wholeCount: last === undefined || opened.length < limit ? cases.length : last.ordinal - 1,
    fixCount: opened.length,
  }
}

export type FixesOfCases = {
  readonly found: readonly CaseFixes[]
  readonly wholeCount: number
  readonly fixCount: number
}

function fixesOf(opened: readonly OpenedPlace<StoredFix>[]): CaseFixes {
  const placed = placedOf(opened)
  if (placed.length < opened.length)
    return opened.some(({ gap }) => gap === 'unreadable') ? 'unreadable' : 'erased'
  return placed.map((stored) => ({
    deviceId: stored.deviceId,
    recordedAtMs: stored.recordedAtMs,
    receivedAtMs: stored.receivedAtMs,
    longitude: stored.longitude,
    latitude: stored.latitude,
    accuracyMeters: stored.accuracyMeters,
    // Of before they were sealed they lie beside it.
    speedMetersPerSecond: stored.motion[0] ?? stored.speedMetersPerSecond,
    headingDegrees: stored.motion[1] ?? stored.headingDegrees,
    source: stored.source,
    hdop: stored.hdop,
    satellites: stored.satellites,
    batteryFraction: stored.batteryFraction,
    sequence: stored.sequence,
  }))
}

/**
 * The fixes of each device by its index, whatever is known of how many there are: read by
 * themselves, they would be looked for in all of the history.
 */
const fixesOfCasesSql = `with asked as materialized (
    select offender_id, to_timestamp(from_ms / 1000) as from_at, ordinal
      from unnest($1::uuid[], $2::float8[]) with ordinality as a (offender_id, from_ms, ordinal)
  ), people as (
    select ordinal, from_at, offender_id as person_id from asked
    union
    select a.ordinal, a.from_at, victim_id
      from asked a
      join protection_orders o on o.offender_id = a.offender_id
      join protection_order_versions v on v.protection_order_id = o.id
      cross join hoede_victims_in(v.body) as victim_id
  ), worn as materialized (
    select p.ordinal, d.device_id, greatest(p.from_at, d.valid_from) as from_at, d.valid_until
      from people p join device_assignments d on d.person_id = p.person_id
  )
  select w.ordinal::int as ordinal, f.* from worn w
   cross join lateral (
     select f.device_id as "deviceId", f.device_id as "ownerId",
       ${epochMs('f.recorded_at')} as "recordedAtMs", ${epochMs('f.received_at')} as "receivedAtMs",
       ${placeColumns('f')}, f.motion, f.accuracy_meters as "accuracyMeters",
       f.speed_meters_per_second as "speedMetersPerSecond", f.heading_degrees as "headingDegrees",
       f.source, f.hdop, f.satellites, f.battery_fraction as "batteryFraction", f.sequence
       from fixes f
      where f.device_id = w.device_id and f.recorded_at >= w.from_at
        and (w.valid_until is null or f.recorded_at < w.valid_until)
      order by f.recorded_at limit $3
   ) f
   order by w.ordinal, f."recordedAtMs" limit $3`

/** Some milliseconds, in which nobody else is answered. */
const openedAtOnce = 2_000

type CaseToLoad = { readonly offenderId: string; readonly fromMs: number }

export type CaseFixes = readonly Fix[] | 'erased' | 'unreadable'

type StoredFix = Omit<Fix, 'longitude' | 'latitude'> & StoredPlace

export type Rejudgement = {
  readonly id: number
  readonly offenderId: string
  readonly fromMs: number
  /** How often it was begun and not finished. */
  readonly attemptCount: number
}

export type DoneRejudgement = Omit<Rejudgement, 'attemptCount'> & { readonly doneAtMs: number }
