import type { StaffRole } from '../core/model/contract-words.ts'
import type { RefusedInput } from '../errors.ts'
import { inTransaction, type Db } from '../store/pg/pool.ts'
import {
  findStaffByIssuer,
  insertStaff,
  organisationExists,
  setStaffRoles,
} from '../store/people/staff-accounts.ts'
import { findSession, type StaffSession } from '../store/people/staff-sessions.ts'
import type { IssuedPerson } from './issuer-claims.ts'
import type { Issuer, IssuerFlow } from './issuer.ts'
import {
  openSession,
  refuseSignIn,
  type Opened,
  type SignInDeps,
  type Visitor,
} from './open-session.ts'
import { seal, unseal } from './sealed.ts'
import { stepUp } from './step-up.ts'

/** Where the browser goes, and what it keeps until it comes back. */
export async function beginAtIssuer(
  deps: SignInDeps,
  issuer: Issuer,
  step: IssuerFlow['stepUp'],
): Promise<{ readonly address: string; readonly flow: string }> {
  const { address, flow } = await issuer.begin(step)
  return { address, flow: seal(deps.key, flowPurpose, flow, deps.nowMs() + flowMsMax) }
}

/** The browser is back from the issuer: a session, or another secret for the one it has. */
export async function returnFromIssuer(
  deps: SignInDeps,
  issuer: Issuer,
  visitor: Visitor,
  came: { readonly issuer: string; readonly flow: string | null; readonly query: string },
): Promise<Pick<Opened, 'sessionToken'> & { readonly browserToken: string | null }> {
  const flow = came.flow === null ? null : unseal(deps.key, flowPurpose, came.flow, deps.nowMs())
  if (flow === null) throw refuse(deps, null, 'no sign-in was begun here')
  const begun = flow as IssuerFlow
  const person = await issuer.finish(begun, came.query)
  if ('fault' in person) throw refuse(deps, null, person.fault)
  return await inTransaction(deps.pool, async (tx) => {
    const staffId = await keepPerson(tx, deps, came.issuer, person)
    if (begun.stepUp === null)
      return await openSession(tx, deps, visitor, {
        staffId,
        method: 'issuer',
        act: 'signInWithIssuer',
      })
    const session = await sessionOf(tx, deps, begun.stepUp.sessionId, staffId)
    return {
      sessionToken: await stepUp(tx, deps, session, begun.stepUp.act),
      browserToken: null,
    }
  })
}

/** What somebody began is theirs to end within this time; a second factor may take a while. */
export const flowMsMax = 10 * 60_000
const flowPurpose = 'oidc-flow'

/**
 * Known by issuer and subject; made at the first sign-in. The roles are the issuer's to say, each
 * time; whom the issuer now calls somebody of another organisation is refused, because cases and
 * colleagues would move along unseen.
 */
async function keepPerson(
  tx: Db,
  deps: SignInDeps,
  issuer: string,
  person: IssuedPerson,
): Promise<string> {
  const known = await findStaffByIssuer(tx, issuer, person.subject)
  if (known === null && !(await organisationExists(tx, person.organisationId)))
    throw refuse(deps, null, 'organisation is not registered')
  if (known !== null && known.organisationId !== person.organisationId)
    throw refuse(deps, known.id, 'of another organisation than before')
  if (known !== null && known.disabledAtMs !== null) throw refuse(deps, known.id, 'disabled')
  const id = known?.id ?? (await makeStaff(tx, issuer, person))
  if (!isSame(known?.roles ?? [], person.roles)) await setStaffRoles(tx, id, person.roles, null)
  return id
}

async function makeStaff(tx: Db, issuer: string, person: IssuedPerson): Promise<string> {
  const { organisationId, displayName, subject } = person
  return await insertStaff(tx, { organisationId, displayName, issuer, subject })
}

function isSame(before: readonly StaffRole[], now: readonly StaffRole[]): boolean {
  return before.length === now.length && now.every((role) => before.includes(role))
}

async function sessionOf(
  tx: Db,
  deps: SignInDeps,
  id: string,
  staffId: string,
): Promise<StaffSession> {
  const session = await findSession(tx, id)
  const nowMs = deps.nowMs()
  const isLive =
    session !== null &&
    session.revokedAtMs === null &&
    session.idleUntilMs > nowMs &&
    session.expiresAtMs > nowMs
  if (isLive && session.staffId === staffId) return session
  throw refuse(deps, staffId, 'proof is not of whoever is signed in')
}

function refuse(deps: SignInDeps, staffId: string | null, reason: string): RefusedInput {
  return refuseSignIn(deps, { act: 'signInWithIssuer', staffId, reason })
}
