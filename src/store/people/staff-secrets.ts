import { aboutCodesOf, openCodeSecret, sealCodeSecret } from '../keys/sealed-codes.ts'
import type { Db } from '../pg/pool.ts'

/** What a password and a code are compared with. */
export type StaffSecrets = {
  readonly staffId: string
  readonly signInName: string
  readonly passwordHash: string | null
  readonly totpSecret: Buffer | null
  readonly totpLastStep: number | null
}

/** By the name that was typed, of whoever may still sign in. */
export async function findSecretsByName(db: Db, signInName: string): Promise<StaffSecrets | null> {
  return await findSecrets(db, 'k.sign_in_name = lower($1)', signInName)
}

export async function findSecretsOf(db: Db, staffId: string): Promise<StaffSecrets | null> {
  return await findSecrets(db, 'k.staff_id = $1', staffId)
}

async function findSecrets(db: Db, which: string, value: string): Promise<StaffSecrets | null> {
  const { rows } = await db.query<{
    staff_id: string
    sign_in_name: string
    password_hash: string | null
    totp_secret: Buffer | null
    totp_last_step: string | null
  }>(
    `select k.staff_id, k.sign_in_name, k.password_hash, k.totp_secret, k.totp_last_step::text
       from staff_secrets k join staff s on s.id = k.staff_id where ${which} and s.disabled_at is null`,
    [value],
  )
  const [row] = rows
  if (row === undefined) return null
  const sealed = row.totp_secret
  const totpSecret =
    sealed === null ? null : await openCodeSecret(db, aboutCodesOf(row.staff_id), sealed)
  return {
    staffId: row.staff_id,
    signInName: row.sign_in_name,
    // A password alone lets nobody in.
    passwordHash: totpSecret === null ? null : row.password_hash,
    totpSecret,
    totpLastStep: row.totp_last_step === null ? null : Number(row.totp_last_step),
  }
}

/** Replaces everything by which this person signed in here before. */
export async function replaceSecrets(
  tx: Db,
  secrets: {
    readonly staffId: string
    readonly signInName: string
    readonly password: { readonly hash: string; readonly totpSecret: Buffer; step: number } | null
  },
): Promise<void> {
  const { staffId, signInName, password } = secrets
  await tx.query('delete from passkeys where staff_id = $1', [staffId])
  await tx.query('delete from known_browsers where staff_id = $1', [staffId])
  await tx.query(
    `insert into staff_secrets (staff_id, sign_in_name, password_hash, totp_secret, totp_last_step)
     values ($1, lower($2), $3, $4, $5)
     on conflict (staff_id) do update set sign_in_name = excluded.sign_in_name,
       password_hash = excluded.password_hash, totp_secret = excluded.totp_secret,
       totp_last_step = excluded.totp_last_step, refused_count = 0, changed_at = now()`,
    [
      staffId,
      signInName,
      password?.hash ?? null,
      password === null
        ? null
        : await sealCodeSecret(tx, aboutCodesOf(staffId), password.totpSecret),
      password?.step ?? null,
    ],
  )
}

/**
 * Uses a step of the clock up; false when somebody has used it, or a later one, in the meantime.
 * Two sign-ins with one code at the same moment are one.
 */
export async function useTotpStep(db: Db, staffId: string, step: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update staff_secrets set totp_last_step = $2, refused_count = 0
      where staff_id = $1 and (totp_last_step is null or totp_last_step < $2)`,
    [staffId, step],
  )
  return rowCount === 1
}

/** How often it was refused since somebody last signed in with it. */
export async function countRefusal(db: Db, staffId: string): Promise<number> {
  const { rows } = await db.query<{ refused_count: number }>(
    'update staff_secrets set refused_count = refused_count + 1 where staff_id = $1 returning refused_count',
    [staffId],
  )
  return rows[0]?.refused_count ?? 0
}

export async function isSignInNameTaken(
  db: Db,
  signInName: string,
  exceptId: string | null,
): Promise<boolean> {
  const { rows } = await db.query(
    'select from staff_secrets where sign_in_name = lower($1) and ($2::uuid is null or staff_id <> $2)',
    [signInName, exceptId],
  )
  return rows.length > 0
}
