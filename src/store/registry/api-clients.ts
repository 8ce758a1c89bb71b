import { hash, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { StartError } from '../../errors.ts'
import { inTransaction, type Db } from '../pg/pool.ts'
import { onlyRow } from './registry-rows.ts'
import type { ApiClientRole } from '../../core/model/contract-words.ts'

/** Whoever holds a token: a colleague's screen, a vendor's server, a victim's phone. */
export type ApiClient = {
  readonly id: string
  readonly name: string
  readonly role: ApiClientRole
  /** Set exactly for role `vendor`: it posts for this vendor's devices only. */
  readonly vendorId: string | null
  /** Set exactly for role `victim-device`: it posts for this device only. */
  readonly deviceId: string | null
  /** To whom it belongs. */
  readonly organisationId: string
  /** Of an operator: the desk whose organisations it sees; null: its own organisation alone. */
  readonly deskId: string | null
  /** Whose cases alone it sees; null: those of all units. */
  readonly unitId: string | null
}

/** The organisation that runs the installation; what names none is its own (migration 0014). */
export const firstOrganisationId = '00000000-0000-7000-8000-000000000001'

type Place = 'organisationId' | 'deskId' | 'unitId'
type NewApiClient = Omit<ApiClient, 'id' | Place> & Partial<Pick<ApiClient, Place>>

export type ApiClientRecord = ApiClient & {
  readonly createdAtMs: number
  /** The person or client that made it; null: the server itself, or it was not kept yet. */
  readonly createdBy: string | null
  /** Null: it does not end by itself. */
  readonly expiresAtMs: number | null
  /** To the minute; null: never, or before this was kept. */
  readonly lastUsedAtMs: number | null
  readonly revokedAtMs: number | null
  readonly revokedBy: string | null
}

/** 256 random bits; the prefix lets a secret scanner recognise one that leaked. */
export function makeToken(): string {
  return `hoede_${randomBytes(32).toString('base64url')}`
}

/**
 * A plain hash is enough: 256 random bits, or what the configuration asks of a chosen token, cannot
 * be guessed, so a slow hash would only slow us.
 */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

export async function insertApiClient(
  db: Db,
  client: NewApiClient,
  tokenHash: Buffer,
  made: { readonly by: string; readonly expiresAtMs: number | null } | null = null,
): Promise<ApiClientRecord> {
  const { rows } = await db.query<ApiClientRow>(
    `insert into api_clients (name, role, vendor_id, device_id, token_hash, created_by, expires_at, organisation_id, desk_id, unit_id)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), $8, $9, $10) returning ${columns}`,
    [
      client.name,
      client.role,
      client.vendorId,
      client.deviceId,
      tokenHash,
      made?.by ?? null,
      made?.expiresAtMs ?? null,
      client.organisationId ?? firstOrganisationId,
      client.deskId ?? null,
      client.unitId ?? null,
    ],
  )
  return recordOf(onlyRow(rows))
}

/**
 * The client of this token, or null when there is none or it is revoked. The database compares
 * hashes, so its timing says nothing about a token.
 */
export async function findApiClientByTokenHash(
  db: Db,
  tokenHash: Buffer,
): Promise<ApiClient | null> {
  const { rows } = await db.query<ApiClientRow>(
    `select ${columns} from api_clients where token_hash = $1 and ${isLive}`,
    [tokenHash],
  )
  return rows[0] === undefined ? null : recordOf(rows[0])
}

/** That it was used; to the minute is enough to see which tokens nobody needs. */
export async function touchApiClient(db: Db, id: string): Promise<void> {
  await db.query(
    `update api_clients set last_used_at = now()
      where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [id],
  )
}

const isLive = 'revoked_at is null and (expires_at is null or expires_at > now())'

/** The hashes of all tokens that are worth something, in base64. */
export async function listTokenHashes(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ token_hash: Buffer }>(
    `select token_hash from api_clients where ${isLive}`,
  )
  return rows.map((row) => row.token_hash.toString('base64'))
}

export async function findApiClient(db: Db, id: string): Promise<ApiClientRecord | null> {
  const { rows } = await db.query<ApiClientRow>(
    `select ${columns} from api_clients where id = $1`,
    [id],
  )
  return rows[0] === undefined ? null : recordOf(rows[0])
}

export async function listApiClients(
  db: Db,
  afterId: string | null,
  limit: number,
): Promise<ApiClientRecord[]> {
  const { rows } = await db.query<ApiClientRow>(
    `select ${columns} from api_clients where $1::uuid is null or id > $1 order by id limit $2`,
    [afterId, limit],
  )
  return rows.map(recordOf)
}

/** Idempotent: the first moment of revocation is kept, and who did it then. */
export async function revokeApiClient(
  db: Db,
  id: string,
  revokedBy: string | null = null,
): Promise<ApiClientRecord | null> {
  const { rows } = await db.query<ApiClientRow>(
    `update api_clients set revoked_at = coalesce(revoked_at, now()),
       revoked_by = case when revoked_at is null then $2::uuid else revoked_by end
      where id = $1 returning ${columns}`,
    [id, revokedBy],
  )
  return rows[0] === undefined ? null : recordOf(rows[0])
}

/** Who made this token, and the tokens that made that one; without the server itself. */
export async function listMakersOf(db: Db, id: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>(
    `with recursive makers as (
       select created_by as id from api_clients where id = $1
       union select c.created_by from api_clients c join makers m on m.id = c.id)
     select id from makers where id is not null`,
    [id],
  )
  return rows.map((row) => row.id)
}

/**
 * Sees to it that somebody can administer. With a configured token, exactly that token is the
 * configured administrator's: a former one stops working, and one that was revoked stays
 * revoked, because it may have been revoked for having leaked. Going back to such a one is
 * refused. Without, a token is made once, when there is no administrator at all, and returned
 * for showing; otherwise null.
 */
export async function ensureFirstAdministrator(
  pool: pg.Pool,
  adminToken: string | null,
): Promise<string | null> {
  return inTransaction(pool, async (tx) => {
    // Two processes that start together must not each make one.
    await tx.query('lock table api_clients in share row exclusive mode')
    if (adminToken !== null) {
      await ensureConfiguredAdministrator(tx, hashToken(adminToken))
      return null
    }
    if (await hasActiveAdministrator(tx, null)) return null
    const token = makeToken()
    await insertApiClient(tx, administrator('First administrator'), hashToken(token))
    return token
  })
}

/**
 * Whether an administrator other than `exceptId` could still call: the last one
 * may not shut everybody out.
 */
export async function hasActiveAdministrator(db: Db, exceptId: string | null): Promise<boolean> {
  const { rows } = await db.query(
    `select 1 from api_clients
     where role = 'administrator' and ${isLive} and ($1::uuid is null or id <> $1) limit 1`,
    [exceptId],
  )
  return rows.length > 0
}

async function ensureConfiguredAdministrator(tx: Db, tokenHash: Buffer): Promise<void> {
  const { rows } = await tx.query<{ role: ApiClientRole; is_revoked: boolean }>(
    `select role, revoked_at is not null as is_revoked from api_clients where token_hash = $1`,
    [tokenHash],
  )
  const known = rows[0]
  if (known !== undefined && known.role !== 'administrator') {
    throw refusedToken(`is the token of an API client of role ${known.role}`)
  }
  if (known?.is_revoked === true) {
    // Revoked by hand while others administer: it stays in the environment and worthless.
    if (!(await hasConfiguredSuccessor(tx)) && (await hasActiveAdministrator(tx, null))) return
    throw refusedToken('was replaced or revoked before and stays worthless')
  }
  await tx.query(
    `update api_clients set revoked_at = now()
     where name = $1 and role = 'administrator' and revoked_at is null and token_hash <> $2`,
    [configuredName, tokenHash],
  )
  if (known === undefined) await insertApiClient(tx, administrator(configuredName), tokenHash)
}

async function hasConfiguredSuccessor(tx: Db): Promise<boolean> {
  const { rows } = await tx.query(
    `select 1 from api_clients where name = $1 and role = 'administrator' and revoked_at is null`,
    [configuredName],
  )
  return rows.length > 0
}

function refusedToken(fault: string): StartError {
  return new StartError(
    'invalid-configuration',
    `HOEDE_ADMIN_TOKEN ${fault}. Set the token that is in use, or one that was never used; nothing was changed.`,
  )
}

const configuredName = 'HOEDE_ADMIN_TOKEN'

function administrator(name: string): NewApiClient {
  return { name, role: 'administrator', vendorId: null, deviceId: null }
}

type ApiClientRow = {
  readonly id: string
  readonly name: string
  readonly role: ApiClientRole
  readonly vendor_id: string | null
  readonly device_id: string | null
  readonly organisation_id: string
  readonly desk_id: string | null
  readonly unit_id: string | null
  readonly created_at: Date
  readonly created_by: string | null
  readonly expires_at: Date | null
  readonly last_used_at: Date | null
  readonly revoked_at: Date | null
  readonly revoked_by: string | null
}

const columns =
  'id, name, role, vendor_id, device_id, organisation_id, desk_id, unit_id, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by'

function recordOf(row: ApiClientRow): ApiClientRecord {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    vendorId: row.vendor_id,
    deviceId: row.device_id,
    organisationId: row.organisation_id,
    deskId: row.desk_id,
    unitId: row.unit_id,
    createdAtMs: row.created_at.getTime(),
    createdBy: row.created_by,
    expiresAtMs: row.expires_at?.getTime() ?? null,
    lastUsedAtMs: row.last_used_at?.getTime() ?? null,
    revokedAtMs: row.revoked_at?.getTime() ?? null,
    revokedBy: row.revoked_by,
  }
}
