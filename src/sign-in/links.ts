import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { RefusedInput } from '../errors.ts'
import { inTransaction, type Db } from '../store/pg/pool.ts'
import { insertPasskey, useChallenge, type Passkey } from '../store/people/passkeys.ts'
import {
  findStaff,
  hasStaff,
  insertStaff,
  localIssuer,
  setStaffRoles,
  type StaffAccount,
} from '../store/people/staff-accounts.ts'
import { isSignInNameTaken, replaceSecrets } from '../store/people/staff-secrets.ts'
import { revokeSessionsOf } from '../store/people/staff-sessions.ts'
import {
  endLinksOf,
  findLink,
  insertLink,
  useLink,
  type LinkPurpose,
  type SignInLink,
} from '../store/people/sign-in-links.ts'
import { hashToken } from '../store/registry/api-clients.ts'
import {
  makeSecret,
  openSession,
  refuseSignIn,
  type Opened,
  type SignInDeps,
  type Visitor,
} from './open-session.ts'
import { readRegistration, registrationOptions } from './passkey-ceremony.ts'
import { faultOfPassword, hashPassword } from './password.ts'
import { findTotpStep, makeTotpSecret, totpAddress } from './totp.ts'
import { ceremonyOf } from './with-passkey.ts'

/** A link that is good for one use; whatever link there was for the same is worthless then. */
export async function makeLink(
  tx: Db,
  nowMs: number,
  link: Omit<SignInLink, 'totpSecret' | 'expiresAtMs'> & { readonly createdBy: string | null },
): Promise<string> {
  const token = makeSecret()
  await endLinksOf(tx, link.staffId, nowMs)
  await insertLink(tx, hashToken(token), {
    ...link,
    totpSecret: makeTotpSecret(),
    nowMs,
    expiresAtMs: nowMs + linkMsMax[link.purpose],
  })
  return token
}

/** An administrator hands it over by hand; what signs in at once lives shortest. */
export const linkMsMax: Readonly<Record<LinkPurpose, number>> = {
  'first-administrator': 24 * 3_600_000,
  enrol: 72 * 3_600_000,
  recover: 4 * 3_600_000,
  'sign-in': 3_600_000,
}

/** What a link is for, with what is needed to take it over. It is not used up by looking. */
export async function openLink(deps: SignInDeps, token: string) {
  const link = await readLink(deps, token)
  const staff = await staffOf(deps.pool, link)
  const name = staff?.signInName ?? staff?.displayName ?? 'Hoede'
  return {
    purpose: link.purpose,
    displayName: staff?.displayName ?? null,
    signInName: staff?.signInName ?? null,
    expiresAtMs: link.expiresAtMs,
    totpAddress: totpAddress(link.totpSecret, name),
    passkeyOptions: await registrationOptions(ceremonyOf(deps, purposeOf(token)), {
      id: hashOfLink(token).toString('base64url'),
      name,
    }),
  }
}

/** Signs in at once; only such a link does. */
export async function signInWithLink(
  deps: SignInDeps,
  visitor: Visitor,
  token: string,
): Promise<Opened> {
  const act = 'signInWithLink'
  const { purpose, staffId } = await readLink(deps, token)
  if (purpose !== 'sign-in' || staffId === null) throw unusable(deps, act, staffId)
  return await inTransaction(deps.pool, async (tx) => {
    if (!(await useLink(tx, hashOfLink(token), deps.nowMs()))) throw unusable(deps, act, staffId)
    return await openSession(tx, deps, visitor, { staffId, method: 'link', act })
  })
}

export type Enrolment = {
  readonly token: string
  readonly signInName: string
  /** Of the first administrator, whom nobody has named yet. */
  readonly displayName: string | null
}

export async function enrolWithPassword(
  deps: SignInDeps,
  visitor: Visitor,
  typed: Enrolment & { readonly password: string; readonly code: string },
): Promise<Opened> {
  const { totpSecret } = await readLink(deps, typed.token)
  const fault = faultOfPassword(typed.password, typed.signInName)
  if (fault !== null) throw invalid('/password', fault)
  const step = findTotpStep(totpSecret, typed.code, { nowMs: deps.nowMs(), lastStep: null })
  if (step === null)
    throw invalid('/code', 'expected the code that the app shows now, got another one')
  const hash = await hashPassword(typed.password)
  return await inTransaction(deps.pool, async (tx) => {
    const staffId = await takeOver(tx, deps, typed, { hash, totpSecret, step })
    const act = 'enrolWithPassword'
    return await openSession(tx, deps, visitor, { staffId, method: 'password', act })
  })
}

export async function enrolWithPasskey(
  deps: SignInDeps,
  visitor: Visitor,
  answered: Enrolment & { readonly response: RegistrationResponseJSON },
): Promise<Opened> {
  await readLink(deps, answered.token)
  const ceremony = ceremonyOf(deps, purposeOf(answered.token))
  const registered = await readRegistration(ceremony, answered.response, '')
  if (registered === null)
    throw invalid('/response', 'expected a passkey made for this link, got another answer')
  return await inTransaction(deps.pool, async (tx) => {
    const { hash, untilMs } = registered.challenge
    if (!(await useChallenge(tx, hash, untilMs)))
      throw invalid('/response', 'expected a new answer, got one that was sent before')
    const staffId = await takeOver(tx, deps, answered, null)
    await keepPasskey(tx, { ...registered, staffId })
    const act = 'enrolWithPasskey'
    return await openSession(tx, deps, visitor, { staffId, method: 'passkey', act })
  })
}

async function keepPasskey(tx: Db, passkey: Passkey): Promise<void> {
  if (await insertPasskey(tx, passkey)) return
  throw invalid('/response', 'expected a new passkey, got one that is in use')
}

/**
 * Uses the link up and replaces everything by which its person signed in before: whoever has lost
 * a phone, or had it taken, is rid of it.
 */
async function takeOver(
  tx: Db,
  deps: SignInDeps,
  { token, signInName, displayName }: Enrolment,
  password: { readonly hash: string; readonly totpSecret: Buffer; readonly step: number } | null,
): Promise<string> {
  const nowMs = deps.nowMs()
  const link = await findLink(tx, hashOfLink(token), nowMs)
  if (link !== null) refuseWithoutCode(deps, link, token)
  if (link === null || link.purpose === 'sign-in' || !(await useLink(tx, hashOfLink(token), nowMs)))
    throw unusable(deps, 'enrol', link?.staffId ?? null)
  const staffId = link.staffId ?? (await makeFirstAdministrator(tx, deps, displayName))
  if (await isSignInNameTaken(tx, signInName, staffId))
    throw new RefusedInput('already-exists', 'Somebody else signs in with this name.', [
      { pointer: '/signInName', code: 'already-exists', detail: 'expected a name of your own' },
    ])
  await replaceSecrets(tx, { staffId, signInName, password })
  await revokeSessionsOf(tx, staffId, { revokedBy: staffId, nowMs })
  return staffId
}

async function makeFirstAdministrator(
  tx: Db,
  deps: SignInDeps,
  displayName: string | null,
): Promise<string> {
  // Two that open such links at the same moment are not both the first.
  await tx.query('lock table staff in share row exclusive mode')
  if (await hasStaff(tx)) throw unusable(deps, 'enrol', null)
  if (displayName === null) throw invalid('/displayName', 'expected the name of the administrator')
  const staffId = await insertStaff(tx, {
    organisationId: firstOrganisationId,
    displayName,
    issuer: localIssuer,
    subject: null,
  })
  await setStaffRoles(tx, staffId, ['administrator'], null)
  return staffId
}

/** What was there before organisations were. */
export const firstOrganisationId = '00000000-0000-7000-8000-000000000001'

async function readLink(deps: SignInDeps, token: string): Promise<SignInLink> {
  const link = await findLink(deps.pool, hashOfLink(token), deps.nowMs())
  if (link === null) throw unusable(deps, 'openLink', null)
  refuseWithoutCode(deps, link, token)
  return link
}

/** The link by itself; what follows a full stop is the code of a second administrator. */
function hashOfLink(token: string): Buffer {
  return hashToken(token.split('.')[0] ?? '')
}

/** Whoever made a link must not be able to open it, nor whoever confirmed it. */
function refuseWithoutCode(
  deps: SignInDeps,
  { needsSecond, codeHash, staffId }: Awaited<ReturnType<typeof findLink>> & object,
  token: string,
): void {
  if (!needsSecond) return
  const code = token.split('.')[1]
  const isGiven = code !== undefined && codeHash !== null
  // The hash of fifty random bits, of which one address may try ten a second while the link lives.
  if (isGiven && timingSafeEqual(hashToken(code), codeHash)) return
  if (isGiven) refuseSignIn(deps, { act: 'openLink', staffId, reason: 'wrong code of a link' })
  throw new RefusedInput('link-needs-code')
}

/** Ten letters and digits to read aloud, and what is kept of them. */
export function makeLinkCode(): { readonly code: string; readonly hash: Buffer } {
  const letters = Array.from(randomBytes(10), (byte) => codeLetters.charAt(byte & 31)).join('')
  return { code: `${letters.slice(0, 5)}-${letters.slice(5)}`, hash: hashToken(letters) }
}

const codeLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

async function staffOf(db: Db, link: SignInLink): Promise<StaffAccount | null> {
  return link.staffId === null ? null : await findStaff(db, link.staffId)
}

function purposeOf(token: string): string {
  return `enrol ${hashOfLink(token).toString('base64url')}`
}

function unusable(deps: SignInDeps, act: string, staffId: string | null): RefusedInput {
  refuseSignIn(deps, { act, staffId, reason: 'link used, over or unknown' })
  return new RefusedInput('link-unusable')
}

function invalid(pointer: string, detail: string): RefusedInput {
  return new RefusedInput('invalid-request', 'This cannot be taken; see errors.', [
    { pointer, code: 'invalid-value', detail },
  ])
}
