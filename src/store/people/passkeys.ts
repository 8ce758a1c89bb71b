import type { Db } from '../pg/pool.ts'

export type Passkey = {
  readonly credentialId: Buffer
  readonly staffId: string
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly deviceType: string
  readonly isBackedUp: boolean
}

/** False when this passkey is somebody's already. */
export async function insertPasskey(tx: Db, passkey: Passkey): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into passkeys (credential_id, staff_id, public_key, counter, transports, device_type, backed_up)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      passkey.credentialId,
      passkey.staffId,
      passkey.publicKey,
      passkey.counter,
      passkey.transports,
      passkey.deviceType,
      passkey.isBackedUp,
    ],
  )
  return rowCount === 1
}

/** Of whoever may still sign in. */
export async function findPasskey(db: Db, credentialId: Buffer): Promise<Passkey | null> {
  const { rows } = await db.query<PasskeyRow>(
    `select ${columns} from passkeys p join staff s on s.id = p.staff_id
      where p.credential_id = $1 and s.disabled_at is null`,
    [credentialId],
  )
  return rows[0] === undefined ? null : passkeyOf(rows[0])
}

export async function listPasskeysOf(db: Db, staffId: string): Promise<Passkey[]> {
  const { rows } = await db.query<PasskeyRow>(
    `select ${columns} from passkeys p where p.staff_id = $1 order by p.created_at`,
    [staffId],
  )
  return rows.map(passkeyOf)
}

/** Keeps the counter of a use; false when another use with it, or a later one, was faster. */
export async function usePasskey(tx: Db, credentialId: Buffer, counter: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    // Passkeys that are copied between devices count nothing, and say 0.
    `update passkeys set counter = $2, last_used_at = now()
      where credential_id = $1 and (counter < $2 or (counter = 0 and $2 = 0))`,
    [credentialId, counter],
  )
  return rowCount === 1
}

/** Takes a challenge; false when it was taken before. */
export async function useChallenge(tx: Db, hash: Buffer, untilMs: number): Promise<boolean> {
  await tx.query("delete from used_challenges where until < now() - interval '1 hour'")
  const { rowCount } = await tx.query(
    `insert into used_challenges (hash, until) values ($1, to_timestamp($2::float8 / 1000))
     on conflict do nothing`,
    [hash, untilMs],
  )
  return rowCount === 1
}

const columns =
  'p.credential_id, p.staff_id, p.public_key, p.counter::float8, p.transports, p.device_type, p.backed_up'

type PasskeyRow = {
  readonly credential_id: Buffer
  readonly staff_id: string
  readonly public_key: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly device_type: string
  readonly backed_up: boolean
}

function passkeyOf(row: PasskeyRow): Passkey {
  return {
    credentialId: row.credential_id,
    staffId: row.staff_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports,
    deviceType: row.device_type,
    isBackedUp: row.backed_up,
  }
}
