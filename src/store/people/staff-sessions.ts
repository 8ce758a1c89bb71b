import type { StaffRole } from '../../core/model/contract-words.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

export type SignInMethod = 'password' | 'passkey' | 'issuer' | 'link'

export type StaffSession = {
  readonly id: string
  readonly staffId: string
  readonly method: SignInMethod
  readonly browser: string
  readonly createdAtMs: number
  readonly lastUsedAtMs: number
  readonly idleUntilMs: number
  readonly expiresAtMs: number
  readonly stepUp: { readonly act: string; readonly atMs: number } | null
  readonly revokedAtMs: number | null
  readonly revokedBy: string | null
}

/** A session that lives, and whose it is, with the roles they have now. */
export type SignedIn = {
  readonly session: StaffSession
  readonly organisationId: string
  readonly displayName: string
  readonly roles: readonly StaffRole[]
}

export async function insertSession(
  tx: Db,
  tokenHash: Buffer,
  session: Pick<StaffSession, 'staffId' | 'method' | 'browser'> & {
    readonly nowMs: number
    readonly idleUntilMs: number
    readonly expiresAtMs: number
  },
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into staff_sessions (token_hash, staff_id, method, browser, created_at, last_used_at, idle_until, expires_at)
     values ($1, $2, $3, $4, ${at('$5')}, ${at('$5')}, ${at('$6')}, ${at('$7')}) returning id`,
    [
      tokenHash,
      session.staffId,
      session.method,
      session.browser,
      session.nowMs,
      session.idleUntilMs,
      session.expiresAtMs,
    ],
  )
  return rows[0]?.id ?? ''
}

/** Null when there is none, it is over or revoked, or its person may not work here any more. */
export async function findSignedIn(
  db: Db,
  tokenHash: Buffer,
  nowMs: number,
): Promise<SignedIn | null> {
  const { rows } = await db.query<
    SessionRow & {
      readonly organisation_id: string
      readonly display_name: string
      readonly roles: readonly StaffRole[]
    }
  >(
    `select ${columns}, s.organisation_id, s.display_name,
        array(select distinct r.role from staff_roles r where r.staff_id = s.id
                 and r."from" <= now() and (r.until is null or r.until > now())) as roles
       from staff_sessions e join staff s on s.id = e.staff_id
      where e.token_hash = $1 and e.revoked_at is null and s.disabled_at is null
        and e.idle_until > ${at('$2')} and e.expires_at > ${at('$2')}`,
    [tokenHash, nowMs],
  )
  const [row] = rows
  if (row === undefined) return null
  return {
    session: sessionOf(row),
    organisationId: row.organisation_id,
    displayName: row.display_name,
    roles: row.roles,
  }
}

/** That it was used now, and so lives on; a moment before the last one changes nothing. */
export async function touchSession(
  db: Db,
  id: string,
  nowMs: number,
  idleUntilMs: number,
): Promise<void> {
  await db.query(
    `update staff_sessions set last_used_at = ${at('$2')}, idle_until = ${at('$3')}
      where id = $1 and last_used_at < ${at('$2')} and revoked_at is null`,
    [id, nowMs, idleUntilMs],
  )
}

/** Gives it another secret, and the proof for one act. The secret before is worthless now. */
export async function stepSessionUp(
  tx: Db,
  id: string,
  step: { readonly tokenHash: Buffer; readonly act: string; readonly nowMs: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update staff_sessions set token_hash = $2, stepped_up_act = $3, stepped_up_at = ${at('$4')}
      where id = $1 and revoked_at is null`,
    [id, step.tokenHash, step.act, step.nowMs],
  )
  return rowCount === 1
}

/** Takes the proof for this act: it is good for one. False when there is none that counts. */
export async function spendStepUp(
  tx: Db,
  id: string,
  act: string,
  sinceMs: number,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update staff_sessions set stepped_up_act = null, stepped_up_at = null
      where id = $1 and stepped_up_act = $2 and stepped_up_at >= ${at('$3')}`,
    [id, act, sinceMs],
  )
  return rowCount === 1
}

export async function findSession(db: Db, id: string): Promise<StaffSession | null> {
  const { rows } = await db.query<SessionRow>(
    `select ${columns} from staff_sessions e where e.id = $1`,
    [id],
  )
  return rows[0] === undefined ? null : sessionOf(rows[0])
}

/** Those that live, the newest first. */
export async function listLiveSessions(
  db: Db,
  staffId: string,
  nowMs: number,
): Promise<StaffSession[]> {
  const { rows } = await db.query<SessionRow>(
    `select ${columns} from staff_sessions e where e.staff_id = $1 and e.revoked_at is null
        and e.idle_until > ${at('$2')} and e.expires_at > ${at('$2')} order by e.id desc limit 100`,
    [staffId, nowMs],
  )
  return rows.map(sessionOf)
}

/** The first moment of revocation is kept, and who did it then. */
export async function revokeSession(
  tx: Db,
  id: string,
  by: { readonly revokedBy: string; readonly nowMs: number },
): Promise<void> {
  await tx.query(
    `update staff_sessions set revoked_at = ${at('$3')}, revoked_by = $2
      where id = $1 and revoked_at is null`,
    [id, by.revokedBy, by.nowMs],
  )
}

/** All of this person, but perhaps one. */
export async function revokeSessionsOf(
  tx: Db,
  staffId: string,
  by: { readonly revokedBy: string; readonly nowMs: number },
): Promise<void> {
  await tx.query(
    `update staff_sessions set revoked_at = ${at('$3')}, revoked_by = $2
      where staff_id = $1 and revoked_at is null`,
    [staffId, by.revokedBy, by.nowMs],
  )
}

/** The hashes of all secrets that are worth something, in base64. */
export async function listSessionHashes(db: Db, nowMs: number): Promise<string[]> {
  const { rows } = await db.query<{ token_hash: Buffer }>(
    `select token_hash from staff_sessions where revoked_at is null and idle_until > ${at('$1')}`,
    [nowMs],
  )
  return rows.map((row) => row.token_hash.toString('base64'))
}

function at(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`
}

const columns = `e.id, e.staff_id, e.method, e.browser, ${epochMs('e.created_at')} as created_at,
  ${epochMs('e.last_used_at')} as last_used_at, ${epochMs('e.idle_until')} as idle_until,
  ${epochMs('e.expires_at')} as expires_at, ${epochMs('e.stepped_up_at')} as stepped_up_at,
  e.stepped_up_act, ${epochMs('e.revoked_at')} as revoked_at, e.revoked_by`

type SessionRow = {
  readonly id: string
  readonly staff_id: string
  readonly method: SignInMethod
  readonly browser: string
  readonly created_at: number
  readonly last_used_at: number
  readonly idle_until: number
  readonly expires_at: number
  readonly stepped_up_at: number | null
  readonly stepped_up_act: string | null
  readonly revoked_at: number | null
  readonly revoked_by: string | null
}

function sessionOf(row: SessionRow): StaffSession {
  const { stepped_up_act: act, stepped_up_at: atMs } = row
  return {
    id: row.id,
    staffId: row.staff_id,
    method: row.method,
    browser: row.browser,
    createdAtMs: row.created_at,
    lastUsedAtMs: row.last_used_at,
    idleUntilMs: row.idle_until,
    expiresAtMs: row.expires_at,
    stepUp: act === null || atMs === null ? null : { act, atMs },
    revokedAtMs: row.revoked_at,
    revokedBy: row.revoked_by,
  }
}
