import { randomBytes } from 'node:crypto'
import { RefusedInput } from '../errors.ts'
import { inTransaction } from '../store/pg/pool.ts'
import {
  countRefusal,
  findSecretsByName,
  findSecretsOf,
  useTotpStep,
  type StaffSecrets,
} from '../store/people/staff-secrets.ts'
import { isBrowserKnown } from '../store/people/sign-in-links.ts'
import { hashToken } from '../store/registry/api-clients.ts'
import {
  openSession,
  refuseSignIn,
  type Opened,
  type SignInDeps,
  type Visitor,
} from './open-session.ts'
import { triedTooOften } from './record-act.ts'
import { isPasswordRight } from './password.ts'
import { findTotpStep } from './totp.ts'

/**
 * Name, password and code are one question with one answer: what was wrong is not told, and a
 * guesser has to guess all of it at once.
 */
export async function signInWithPassword(
  deps: SignInDeps,
  visitor: Visitor,
  typed: { readonly signInName: string; readonly password: string; readonly code: string },
): Promise<Opened> {
  const act = 'signInWithPassword'
  const secrets = await findSecretsByName(deps.pool, typed.signInName)
  const step = await provePassword(deps, visitor, act, { ...typed, secrets })
  return await inTransaction(deps.pool, async (tx) => {
    const { staffId } = step
    if (!(await useTotpStep(tx, staffId, step.step)))
      throw refuseSignIn(deps, { act, staffId, reason: 'code used before' })
    return await openSession(tx, deps, visitor, { staffId, method: 'password', act })
  })
}

/** The same proof from somebody who is signed in, for one act. Gives the step of the code. */
export async function provePasswordOf(
  deps: SignInDeps,
  visitor: Visitor,
  typed: { readonly staffId: string; readonly password: string; readonly code: string },
): Promise<{ readonly staffId: string; readonly step: number }> {
  const secrets = await findSecretsOf(deps.pool, typed.staffId)
  const signInName = secrets?.signInName ?? typed.staffId
  return await provePassword(deps, visitor, 'stepUpWithPassword', { ...typed, signInName, secrets })
}

async function provePassword(
  deps: SignInDeps,
  visitor: Visitor,
  act: string,
  typed: {
    readonly signInName: string
    readonly password: string
    readonly code: string
    readonly secrets: StaffSecrets | null
  },
): Promise<{ readonly staffId: string; readonly step: number }> {
  const { secrets } = typed
  const browser = await knownBrowser(deps, visitor, secrets)
  const verdict = deps.budget.take({
    account: typed.signInName.toLowerCase(),
    browser,
    address: visitor.address,
  })
  if (!verdict.isAllowed) throw tooOften(deps, act, secrets, verdict.retryAfterSeconds)
  const isRight = await deps.hashInTurn(browser !== null, () =>
    isPasswordRight(secrets?.passwordHash ?? null, typed.password),
  )
  const step = findTotpStep(secrets?.totpSecret ?? noSecret, typed.code, {
    nowMs: deps.nowMs(),
    lastStep: secrets?.totpLastStep ?? null,
  })
  if (isRight && step !== null && secrets !== null) return { staffId: secrets.staffId, step }
  const refusedCount = await countRefusal(deps.pool, secrets?.staffId ?? nobodyId)
  const reason = refusedCount >= refusalsTold ? 'wrong, again and again' : 'wrong'
  throw refuseSignIn(deps, { act, staffId: secrets?.staffId ?? null, reason })
}

/** Compared with where there is no account, so that it takes as long. */
const noSecret = randomBytes(20)
const nobodyId = '00000000-0000-0000-0000-000000000000'
/** From so many on the record says so, and the person is told at the next sign-in. */
const refusalsTold = 10

async function knownBrowser(
  deps: SignInDeps,
  { browserToken }: Visitor,
  secrets: StaffSecrets | null,
): Promise<string | null> {
  if (browserToken === null || secrets === null) return null
  const hash = hashToken(browserToken)
  const isKnown = await isBrowserKnown(deps.pool, hash, secrets.staffId)
  return isKnown ? hash.toString('base64url') : null
}

function tooOften(
  deps: SignInDeps,
  act: string,
  secrets: StaffSecrets | null,
  retryAfterSeconds: number,
): RefusedInput {
  // On record; what is thrown here says when to come again instead.
  refuseSignIn(deps, { act, staffId: secrets?.staffId ?? null, reason: triedTooOften })
  return new RefusedInput(
    'rate-limited',
    `Passwords were tried too often from here. Try again after ${retryAfterSeconds} s, or sign in with a passkey or in a browser you have used before.`,
    [],
    retryAfterSeconds,
  )
}
