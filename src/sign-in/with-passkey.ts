import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { inTransaction } from '../store/pg/pool.ts'
import { findPasskey, useChallenge, usePasskey, type Passkey } from '../store/people/passkeys.ts'
import type { Db } from '../store/pg/pool.ts'
import {
  openSession,
  refuseSignIn,
  type Opened,
  type SignInDeps,
  type Visitor,
} from './open-session.ts'
import { authenticationOptions, readAuthentication, type Ceremony } from './passkey-ceremony.ts'

/** What the browser is asked: any passkey of this server will do, so no name is typed. */
export async function passkeyQuestion(deps: SignInDeps) {
  return await authenticationOptions(ceremonyOf(deps, signingIn), [])
}

export async function signInWithPasskey(
  deps: SignInDeps,
  visitor: Visitor,
  response: AuthenticationResponseJSON,
): Promise<Opened> {
  const act = 'signInWithPasskey'
  return await inTransaction(deps.pool, async (tx) => {
    const { staffId } = await provePasskey(tx, deps, { act, purpose: signingIn, response })
    return await openSession(tx, deps, visitor, { staffId, method: 'passkey', act })
  })
}

/** Throws unless the answer is of a passkey we know, to this question, and for the first time. */
export async function provePasskey(
  tx: Db,
  deps: SignInDeps,
  asked: {
    readonly act: string
    readonly purpose: string
    readonly response: AuthenticationResponseJSON
  },
): Promise<Passkey> {
  const { act, purpose, response } = asked
  const passkey = await findPasskey(tx, Buffer.from(response.id, 'base64url'))
  if (passkey === null) throw refuseSignIn(deps, { act, staffId: null, reason: 'unknown passkey' })
  const { staffId, credentialId } = passkey
  const proof = await readAuthentication(ceremonyOf(deps, purpose), response, passkey)
  if (proof === null) throw refuseSignIn(deps, { act, staffId, reason: 'no answer to this' })
  const { hash, untilMs } = proof.challenge
  const isFirst = await useChallenge(tx, hash, untilMs)
  if (!isFirst || !(await usePasskey(tx, credentialId, proof.counter)))
    throw refuseSignIn(deps, { act, staffId, reason: 'answered before' })
  return passkey
}

export function ceremonyOf({ key, origin, nowMs }: SignInDeps, purpose: string): Ceremony {
  return { key, origin, purpose, nowMs: nowMs() }
}

const signingIn = 'sign-in'
