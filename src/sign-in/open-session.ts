import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { RefusedInput } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Db } from '../store/pg/pool.ts'
import {
  findSignedIn,
  insertSession,
  revokeSession,
  type SignInMethod,
} from '../store/people/staff-sessions.ts'
import { rememberBrowser } from '../store/people/sign-in-links.ts'
import { hashToken } from '../store/registry/api-clients.ts'
import type { AttemptBudget } from './attempt-budget.ts'
import { recordAct, recordRefusal, type SignInAct } from './record-act.ts'
import { idleUntilMs, sessionMsMax } from './session-rules.ts'

/** What signing in needs of the process around it. */
export type SignInDeps = {
  readonly pool: pg.Pool
  readonly log: Log
  readonly nowMs: () => number
  /** What challenges are made with; the same for all processes. */
  readonly key: Buffer
  /** Where pages of this server are opened: passkeys belong to it. */
  readonly origin: string
  readonly budget: AttemptBudget
  /** Hashing takes its turn: one line for strangers, one for browsers that are known. */
  readonly hashInTurn: (isBrowserKnown: boolean, work: () => Promise<boolean>) => Promise<boolean>
  /** After the commit: open streams look again whether they may go on. */
  readonly onSessionsChanged: () => void
}

/** Where a request to sign in comes from. */
export type Visitor = {
  readonly address: string
  /** What the browser calls itself. */
  readonly browser: string
  /** What this browser was given when somebody signed in with it; null: nothing. */
  readonly browserToken: string | null
  /** The session that it has now and is about to give up. */
  readonly sessionToken: string | null
}

/** What the browser keeps from now on. */
export type Opened = {
  readonly staffId: string
  readonly sessionToken: string
  readonly browserToken: string
}

/** Opens a session with a new secret; the one that the browser had before is over. */
export async function openSession(
  tx: Db,
  deps: SignInDeps,
  visitor: Visitor,
  { staffId, method, act }: { staffId: string; method: SignInMethod; act: string },
): Promise<Opened> {
  const nowMs = deps.nowMs()
  if (visitor.sessionToken !== null) await endFormer(tx, visitor.sessionToken, nowMs)
  const opened = {
    staffId,
    sessionToken: makeSecret(),
    browserToken: visitor.browserToken ?? makeSecret(),
  }
  const sessionId = await insertSession(tx, hashToken(opened.sessionToken), {
    staffId,
    method,
    browser: visitor.browser,
    nowMs,
    idleUntilMs: idleUntilMs(nowMs, nowMs + sessionMsMax),
    expiresAtMs: nowMs + sessionMsMax,
  })
  await rememberBrowser(tx, hashToken(opened.browserToken), staffId, nowMs)
  const signedIn = await findSignedIn(tx, hashToken(opened.sessionToken), nowMs)
  // Somebody was disabled between the proof and now.
  if (signedIn === null) throw new RefusedInput('sign-in-refused')
  await recordAct(tx, deps.log, {
    ...nobody,
    atMs: nowMs,
    act,
    staffId,
    by: staffId,
    organisationId: signedIn.organisationId,
    sessionId,
  })
  return opened
}

/** Notes the refusal, and gives what to throw: the same sentence whatever was wrong. */
export function refuseSignIn(
  deps: SignInDeps,
  refused: { readonly act: string; readonly staffId: string | null; readonly reason: string },
): RefusedInput {
  recordRefusal(deps.pool, deps.log, { ...nobody, ...refused, atMs: deps.nowMs() })
  return new RefusedInput('sign-in-refused')
}

/** 256 random bits, of which the database has the hash only. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url')
}

const nobody: Omit<SignInAct, 'act' | 'atMs'> = {
  isByMachine: false,
  staffId: null,
  by: null,
  organisationId: null,
  sessionId: null,
  reason: null,
}

async function endFormer(tx: Db, sessionToken: string, nowMs: number): Promise<void> {
  const former = await findSignedIn(tx, hashToken(sessionToken), nowMs)
  if (former === null) return
  const { id, staffId } = former.session
  await revokeSession(tx, id, { revokedBy: staffId, nowMs })
}
