import pg from 'pg'
import type { HoldAuthority } from '../../core/model/retention-terms.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'

/** Refused by the database where nothing is left to be held (`nothingIsLeft`). */
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

/** Of that refusal. */
export function nothingIsLeft(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.constraint === 'retention_holds_erased'
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

/** Whether nothing of it may be erased, by the clock of the database; also just after a hold. */
export async function isHeld(db: Db, orderId: string): Promise<boolean> {
  const { rows } = await db.query<{ held: boolean }>('select hoede_is_held($1) as held', [orderId])
  return rows[0]?.held === true
}

/** Those of them whom a case that is held names: by which devices their positions then stay. */
export async function listHeldPeople(
  db: Db,
  personIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>('select hoede_held_people($1) as id', [personIds])
  return rows.map(({ id }) => id)
}

/** What of the positions belongs to cases that are held: which devices, and when. */
export async function listHeldWindows(db: Db): Promise<readonly HeldWindow[]> {
  const { rows } = await db.query<HeldWindow>(
    `select device_id as "deviceId", coalesce(lower(held)::text, '-infinity') as from,
            coalesce(upper(held)::text, 'infinity') as until from hoede_held_windows() order by 1, 2`,
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
