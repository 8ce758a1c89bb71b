import { randomBytes } from 'node:crypto'
import { aboutCodesOfLink, openCodeSecret, sealCodeSecret } from '../keys/sealed-codes.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { onlyRow } from '../registry/registry-rows.ts'

export type LinkPurpose = 'first-administrator' | 'enrol' | 'recover' | 'sign-in'

export type SignInLink = {
  readonly purpose: LinkPurpose
  /** Null exactly for the first administrator, who is not there yet. */
  readonly staffId: string | null
  readonly totpSecret: Buffer
  readonly expiresAtMs: number
  /** It opens with the code that another administrator gives. */
  readonly needsSecond: boolean
}

export async function insertLink(
  tx: Db,
  tokenHash: Buffer,
  link: SignInLink & { readonly createdBy: string | null; readonly nowMs: number },
): Promise<void> {
  await tx.query(
    `insert into sign_in_links (token_hash, purpose, staff_id, totp_secret, created_by, created_at, expires_at, needs_second)
     values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($7::float8 / 1000), $8)`,
    [
      tokenHash,
      link.purpose,
      link.staffId,
      await sealCodeSecret(tx, aboutCodesOfLink(tokenHash), link.totpSecret),
      link.createdBy,
      link.nowMs,
      link.expiresAtMs,
      link.needsSecond,
    ],
  )
}

/** One that is still good: not used, not over, and of somebody who may work here. */
export async function findLink(
  db: Db,
  tokenHash: Buffer,
  nowMs: number,
): Promise<(SignInLink & { readonly codeHash: Buffer | null }) | null> {
  const { rows } = await db.query<{
    purpose: LinkPurpose
    staff_id: string | null
    totp_secret: Buffer
    expires_at: number
    needs_second: boolean
    code_hash: Buffer | null
  }>(
    `select l.purpose, l.staff_id, l.totp_secret, l.needs_second, l.code_hash, ${epochMs('l.expires_at')} as expires_at
       from sign_in_links l left join staff s on s.id = l.staff_id
      where l.token_hash = $1 and l.used_at is null and l.expires_at > to_timestamp($2::float8 / 1000)
        and s.disabled_at is null`,
    [tokenHash, nowMs],
  )
  const [row] = rows
  if (row === undefined) return null
  const totpSecret = await openCodeSecret(db, aboutCodesOfLink(tokenHash), row.totp_secret)
  // Somebody has touched it, or its key: another link is made.
  if (totpSecret === null) return null
  return {
    purpose: row.purpose,
    staffId: row.staff_id,
    totpSecret,
    expiresAtMs: row.expires_at,
    needsSecond: row.needs_second,
    codeHash: row.code_hash,
  }
}

/** Uses it up; false when somebody was faster. */
export async function useLink(tx: Db, tokenHash: Buffer, nowMs: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update sign_in_links set used_at = to_timestamp($2::float8 / 1000)
      where token_hash = $1 and used_at is null and expires_at > to_timestamp($2::float8 / 1000)
        and (not needs_second or confirmed_by is not null)`,
    [tokenHash, nowMs],
  )
  return rowCount === 1
}

/** The one that waits for another administrator, for confirming it: who made it. */
export async function findWaitingLink(
  tx: Db,
  staffId: string,
  nowMs: number,
): Promise<{ readonly id: string; readonly createdBy: string } | null> {
  const { rows } = await tx.query<{ readonly id: string; readonly createdBy: string }>(
    `select id, created_by as "createdBy" from sign_in_links
      where staff_id = $1 and needs_second and confirmed_by is null and used_at is null
        and expires_at > to_timestamp($2::float8 / 1000) for update`,
    [staffId, nowMs],
  )
  return rows[0] ?? null
}

export async function confirmLink(
  tx: Db,
  id: string,
  confirmed: { readonly by: string; readonly codeHash: Buffer; readonly nowMs: number },
): Promise<void> {
  await tx.query(
    `update sign_in_links set confirmed_by = $2, code_hash = $3, confirmed_at = to_timestamp($4::float8 / 1000)
      where id = $1`,
    [id, confirmed.by, confirmed.codeHash, confirmed.nowMs],
  )
}

/** Links for the same are worthless from now on: one at a time is good. */
export async function endLinksOf(tx: Db, staffId: string | null, nowMs: number): Promise<void> {
  await tx.query(
    `update sign_in_links set expires_at = least(expires_at, to_timestamp($2::float8 / 1000))
      where staff_id is not distinct from $1 and used_at is null`,
    [staffId, nowMs],
  )
}

/** The key of this name, the same for all processes; made when it is first asked for. */
export async function ensureServerKey(db: Db, name: string): Promise<Buffer> {
  await db.query('insert into server_keys (name, key) values ($1, $2) on conflict do nothing', [
    name,
    randomBytes(32),
  ])
  const { rows } = await db.query<{ key: Buffer }>('select key from server_keys where name = $1', [
    name,
  ])
  return onlyRow(rows).key
}

export async function isBrowserKnown(db: Db, tokenHash: Buffer, staffId: string): Promise<boolean> {
  const { rows } = await db.query(
    'select from known_browsers where token_hash = $1 and staff_id = $2',
    [tokenHash, staffId],
  )
  return rows.length > 0
}

/** Whether two have signed in by one browser: colleagues at one desk, or one with two names. */
export async function shareBrowser(db: Db, oneId: string, otherId: string): Promise<boolean> {
  const { rows } = await db.query(
    `select from known_browsers a join known_browsers b on b.token_hash = a.token_hash
      where a.staff_id = $1 and b.staff_id = $2 and a.staff_id <> b.staff_id limit 1`,
    [oneId, otherId],
  )
  return rows.length > 0
}

/**
 * Links with which one administrator alone lets the first other one in are worthless from now on,
 * but those of one person. Whoever does the same at once waits for the end of this transaction.
 */
export async function endFirstLinks(
  tx: Db,
  { hands, staffId, nowMs }: { hands: readonly string[]; staffId: string; nowMs: number },
): Promise<void> {
  await tx.query('select from staff where id = any($1) order by id for update', [hands])
  await tx.query(
    `with recursive made as (
       select id from unnest($1::uuid[]) as hand(id)
       union select c.id from api_clients c join made on c.created_by = made.id)
     update sign_in_links set expires_at = least(expires_at, to_timestamp($3::float8 / 1000))
      where purpose = 'enrol' and not needs_second and used_at is null and staff_id <> $2
        and created_by in (select id from made)`,
    [hands, staffId, nowMs],
  )
}

export async function rememberBrowser(
  tx: Db,
  tokenHash: Buffer,
  staffId: string,
  nowMs: number,
): Promise<void> {
  await tx.query(
    `insert into known_browsers (token_hash, staff_id, last_used_at) values ($1, $2, to_timestamp($3::float8 / 1000))
     on conflict (token_hash, staff_id) do update set last_used_at = excluded.last_used_at`,
    [tokenHash, staffId, nowMs],
  )
}
