import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import { stepUpMsMax } from '../../sign-in/session-rules.ts'
import type { StaffAccount } from '../../store/people/staff-accounts.ts'
import type { SignedIn, StaffSession } from '../../store/people/staff-sessions.ts'

/** Who is signed in, as the answer. */
export function meBodyOf({ session, organisationId, displayName, roles }: SignedIn) {
  const { stepUp } = session
  return {
    id: session.staffId,
    organisationId,
    displayName,
    roles: [...roles],
    session: sessionFieldsOf(session),
    steppedUp: stepUp === null ? null : steppedUpBodyOf(stepUp),
  }
}

export function steppedUpBodyOf({ act, atMs }: { readonly act: string; readonly atMs: number }) {
  return { act, until: formatInstant(atMs + stepUpMsMax) }
}

export function sessionBodyOf(session: StaffSession, ownId: string) {
  const { id, staffId } = session
  return { ...sessionFieldsOf(session), staffId, isThisOne: id === ownId }
}

function sessionFieldsOf(session: StaffSession) {
  return {
    id: session.id,
    method: session.method,
    browser: session.browser,
    createdAt: formatInstant(session.createdAtMs),
    lastUsedAt: formatInstant(session.lastUsedAtMs),
    idleUntil: formatInstant(session.idleUntilMs),
    expiresAt: formatInstant(session.expiresAtMs),
    revokedAt: formatInstantOrNull(session.revokedAtMs),
    revokedBy: session.revokedBy,
  }
}

export function staffBodyOf(staff: StaffAccount) {
  return {
    id: staff.id,
    organisationId: staff.organisationId,
    displayName: staff.displayName,
    issuer: staff.issuer,
    signInName: staff.signInName,
    roles: [...staff.roles],
    hasPassword: staff.hasPassword,
    passkeyCount: staff.passkeyCount,
    createdAt: formatInstant(staff.createdAtMs),
    disabledAt: formatInstantOrNull(staff.disabledAtMs),
    signInLinkWaits: staff.isLinkWaiting,
  }
}
