import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { inTransaction, type Db } from '../store/pg/pool.ts'
import { listPasskeysOf } from '../store/people/passkeys.ts'
import { useTotpStep } from '../store/people/staff-secrets.ts'
import { stepSessionUp, type StaffSession } from '../store/people/staff-sessions.ts'
import { hashToken } from '../store/registry/api-clients.ts'
import { makeSecret, refuseSignIn, type SignInDeps, type Visitor } from './open-session.ts'
import { authenticationOptions } from './passkey-ceremony.ts'
import { recordAct } from './record-act.ts'
import { ceremonyOf, provePasskey } from './with-passkey.ts'
import { provePasswordOf } from './with-password.ts'

/** One of this person's passkeys, for this act in this session and for nothing else. */
export async function stepUpQuestion(deps: SignInDeps, session: StaffSession, act: string) {
  const passkeys = await listPasskeysOf(deps.pool, session.staffId)
  return await authenticationOptions(ceremonyOf(deps, purposeOf(session, act)), passkeys)
}

/** Gives the session another secret, with the proof for the act. */
export async function stepUpWithPasskey(
  deps: SignInDeps,
  session: StaffSession,
  answered: { readonly act: string; readonly response: AuthenticationResponseJSON },
): Promise<string> {
  return await inTransaction(deps.pool, async (tx) => {
    const passkey = await provePasskey(tx, deps, {
      act: 'stepUpWithPasskey',
      purpose: purposeOf(session, answered.act),
      response: answered.response,
    })
    const { staffId } = session
    if (passkey.staffId !== staffId)
      throw refuseSignIn(deps, { act: 'stepUpWithPasskey', staffId, reason: 'of somebody else' })
    return await stepUp(tx, deps, session, answered.act)
  })
}

export async function stepUpWithPassword(
  deps: SignInDeps,
  visitor: Visitor,
  session: StaffSession,
  typed: { readonly act: string; readonly password: string; readonly code: string },
): Promise<string> {
  const { staffId } = session
  const { step } = await provePasswordOf(deps, visitor, { ...typed, staffId })
  return await inTransaction(deps.pool, async (tx) => {
    if (!(await useTotpStep(tx, staffId, step)))
      throw refuseSignIn(deps, { act: 'stepUpWithPassword', staffId, reason: 'code used before' })
    return await stepUp(tx, deps, session, typed.act)
  })
}

/** After a proof, whichever: the new secret of the session. */
export async function stepUp(
  tx: Db,
  deps: SignInDeps,
  session: StaffSession,
  act: string,
): Promise<string> {
  const secret = makeSecret()
  const step = { tokenHash: hashToken(secret), act, nowMs: deps.nowMs() }
  const { id: sessionId, staffId } = session
  if (!(await stepSessionUp(tx, sessionId, step)))
    throw refuseSignIn(deps, { act: 'stepUp', staffId, reason: 'session over' })
  await recordAct(tx, deps.log, {
    act: `stepUp ${act}`,
    atMs: step.nowMs,
    isByMachine: false,
    staffId,
    by: staffId,
    organisationId: null,
    sessionId,
    reason: null,
  })
  return secret
}

function purposeOf({ id }: StaffSession, act: string): string {
  return `step-up ${id} ${act}`
}
