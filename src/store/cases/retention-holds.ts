import { retentionTerms, type HoldAuthority } from '../../core/model/retention-terms.ts'
import { dayMs } from '../../core/model/units.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'

export async function insertHold(tx: Db, hold: NewHold): Promise<RetentionHold> {
  const { rows } = await tx.query<RetentionHold>(
    `insert into retention_holds (protection_order_id, held_for, reason, document_reference, until, held_by, at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6, to_timestamp($7::float8 / 1000)) returning ${columns}`,
    [
      hold.protectionOrderId,
      hold.heldFor,
      hold.reason,
      hold.documentReference,
      hold.untilMs,
      hold.heldBy,
      hold.nowMs,
    ],
  )
  return onlyRow(rows)
}

/** The newest first. */
export async function listHolds(db: Db, orderId: string): Promise<readonly RetentionHold[]> {
  const { rows } = await db.query<RetentionHold>(
    `select ${columns} from retention_holds where protection_order_id = $1 order by at desc, id desc limit 100`,
    [orderId],
  )
  return rows
}

/** Null: there is none, or it is over. */
export async function findRunningHold(
  db: Db,
  id: string,
  nowMs: number,
): Promise<RetentionHold | null> {
  const { rows } = await db.query<RetentionHold>(
    `select ${columns} from retention_holds where id = $1 and ${runningSql('$2')}`,
    [id, nowMs],
  )
  return rows[0] ?? null
}

/** Null: there is none, or it is over. */
export async function releaseHold(tx: Db, release: HoldRelease): Promise<RetentionHold | null> {
  const { rows } = await tx.query<RetentionHold>(
    `update retention_holds set released_by = $2, released_at = to_timestamp($3::float8 / 1000), release_reason = $4,
            release_confirmed_by = $5
      where id = $1 and ${runningSql('$3')} returning ${columns}`,
    [release.id, release.by, release.nowMs, release.reason, release.confirmedBy],
  )
  return rows[0] ?? null
}

const runningSql = (nowMs: string): string =>
  `released_at is null and until > to_timestamp(${nowMs}::float8 / 1000)`

/** Whether anything of it may be erased; for a while after a hold it may not. */
export async function isHeld(db: Db, orderId: string, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ held: boolean }>(
    `select ${heldSql('$1::uuid', '$2')} as held`,
    [orderId, nowMs],
  )
  return rows[0]?.held === true
}

/** Whether a case that is held names somebody: by which devices their positions then stay. */
export async function isOfHeldCase(db: Db, personId: string, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ held: boolean }>(
    `select exists (select from (select distinct protection_order_id as id from retention_holds) h
       cross join lateral hoede_people_of(h.id) as p (id) where p.id = $1 and ${heldSql('h.id', '$2')}) as held`,
    [personId, nowMs],
  )
  return rows[0]?.held === true
}

/** What of the positions belongs to cases that are held: which devices, and when. */
export async function listHeldWindows(db: Db, nowMs: number): Promise<readonly HeldWindow[]> {
  const { rows } = await db.query<HeldWindow>(
    `select device_id as "deviceId", coalesce(lower(w)::text, '-infinity') as from, coalesce(upper(w)::text, 'infinity') as until
       from (select a.device_id, tstzrange(a.valid_from, a.valid_until) * hoede_span_of(h.id) as w
               from (select distinct protection_order_id as id from retention_holds) h
              cross join lateral hoede_people_of(h.id) as p (id) join device_assignments a on a.person_id = p.id
              where ${heldSql('h.id', '$1')}) worn
      where not isempty(w) order by 1, 2`,
    [nowMs],
  )
  return rows
}

/** Of rows of a device at a time, that no window above has them. */
export const unheldSql = (firstParameter: number): string =>
  `not exists (select from unnest($${firstParameter}::uuid[], $${firstParameter + 1}::timestamptz[], $${firstParameter + 2}::timestamptz[])
     as w (held_id, held_from, held_until) where w.held_id = device_id and w.held_from <= recorded_at and recorded_at < w.held_until)`

export function windowValues(windows: readonly HeldWindow[]): readonly (readonly string[])[] {
  return [
    windows.map(({ deviceId }) => deviceId),
    windows.map(({ from }) => from),
    windows.map(({ until }) => until),
  ]
}

/** For a statement: whether an order is held at a moment, or was until lately. */
export const heldSql = (orderId: string, nowMs: string): string =>
  `exists (select from retention_holds r where r.protection_order_id = ${orderId}
     and least(r.until, coalesce(r.released_at, 'infinity')) > to_timestamp((${nowMs}::float8 - ${retentionTerms.graceDays * dayMs}) / 1000))`

export type HeldWindow = {
  readonly deviceId: string
  readonly from: string
  readonly until: string
}

export type RetentionHold = {
  readonly id: string
  readonly protectionOrderId: string
  readonly heldFor: HoldAuthority
  readonly reason: string
  readonly documentReference: string | null
  readonly untilMs: number
  readonly heldBy: string
  readonly atMs: number
  readonly releasedBy: string | null
  readonly releasedAtMs: number | null
  /** Null: of a time when one person could. */
  readonly releaseConfirmedBy: string | null
  readonly releaseReason: string | null
}

export type NewHold = Pick<
  RetentionHold,
  'protectionOrderId' | 'heldFor' | 'reason' | 'documentReference' | 'untilMs' | 'heldBy'
> & { readonly nowMs: number }

export type HoldRelease = {
  readonly id: string
  readonly by: string
  /** Somebody else: the database refuses the same. */
  readonly confirmedBy: string
  readonly reason: string
  readonly nowMs: number
}

const columns = `id, protection_order_id as "protectionOrderId", held_for as "heldFor", reason, document_reference as "documentReference",
  ${epochMs('until')} as "untilMs", held_by as "heldBy", ${epochMs('at')} as "atMs", released_by as "releasedBy",
  ${epochMs('released_at')} as "releasedAtMs", release_reason as "releaseReason", release_confirmed_by as "releaseConfirmedBy"`
