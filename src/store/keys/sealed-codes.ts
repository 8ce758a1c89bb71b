import { damaged } from './data-keys.ts'
import { keysOf } from './keys-of.ts'
import type { Db } from '../pg/pool.ts'

/**
 * What the codes of an authenticator app are made from: whoever read it beside the hash of a
 * password would sign in as that person. `about` says whose: laid beside somebody else it opens no
 * more.
 */
export async function sealCodeSecret(db: Db, about: string, secret: Buffer): Promise<Buffer> {
  return await keysOf(db).seal(scope, about, secret)
}

/** Null: it does not open. What is older than keys stays as it is. */
export async function openCodeSecret(
  db: Db,
  about: string,
  stored: Buffer,
): Promise<Buffer | null> {
  if (!isSealedCodeSecret(stored)) return stored
  const [secret] = await keysOf(db).open([{ sealed: stored, about }])
  return secret === undefined || secret === damaged ? null : secret
}

export function isSealedCodeSecret(stored: Buffer): boolean {
  return stored.length > plainBytesMax
}

export function aboutCodesOf(staffId: string): string {
  return `codes/${staffId}`
}

export function aboutCodesOfLink(tokenHash: Buffer): string {
  return `codes-of-link/${tokenHash.toString('hex')}`
}

const scope = 'sign-in'
/** Twenty bytes; sealed, the id of the key and the seal take 44 more. */
const plainBytesMax = 32
