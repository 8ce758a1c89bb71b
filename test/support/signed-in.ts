import type { InjectOptions } from 'fastify'
import type { StaffRole } from '../../src/core/model/contract-words.ts'
import { firstOrganisationId } from '../../src/sign-in/links.ts'
import { idleUntilMs, sessionMsMax } from '../../src/sign-in/session-rules.ts'
import { insertStaff, setStaffRoles } from '../../src/store/people/staff-accounts.ts'
import { insertSession } from '../../src/store/people/staff-sessions.ts'
import { hashToken, makeToken } from '../../src/store/registry/api-clients.ts'
import type { App } from '../../src/http/door/app-type.ts'
import type { TestDatabase } from './database.ts'

/** Somebody with these roles and an open session, as if they had just signed in. */
export async function signInAs(
  world: {
    readonly app: App
    readonly database: Pick<TestDatabase, 'pool'>
    readonly clock: { readonly timeMs: number }
  },
  person: {
    readonly roles: readonly StaffRole[]
    readonly displayName?: string
    readonly organisationId?: string
  },
): Promise<TestPerson> {
  const { pool } = world.database
  const staffId = await insertStaff(pool, {
    organisationId: person.organisationId ?? firstOrganisationId,
    displayName: person.displayName ?? 'A. de Tester',
    issuer: 'local',
    subject: null,
  })
  await setStaffRoles(pool, staffId, person.roles, null)
  const secret = makeToken()
  const nowMs = world.clock.timeMs
  const sessionId = await insertSession(pool, hashToken(secret), {
    staffId,
    method: 'password',
    browser: 'test',
    nowMs,
    idleUntilMs: idleUntilMs(nowMs, nowMs + sessionMsMax),
    expiresAtMs: nowMs + sessionMsMax,
  })
  const cookie = `__Host-hoede=${secret}`
  return {
    staffId,
    sessionId,
    cookie,
    call: async (method, url, body, headers = {}) =>
      await callAsPage(world.app, method, url, body, { cookie, ...headers }),
  }
}

export type TestPerson = {
  readonly staffId: string
  readonly sessionId: string
  readonly cookie: string
  readonly call: (
    method: string,
    url: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<TestAnswer>
}

/** As a page of this server does; an empty header is not sent. */
export async function callAsPage(
  app: App,
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestAnswer & { readonly cookies: readonly string[] }> {
  const sent = {
    'sec-fetch-site': 'same-origin',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  }
  const answer = await app.inject({
    method: method as NonNullable<InjectOptions['method']>,
    url,
    headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== '')),
    ...(body === undefined
      ? {}
      : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const isJson = answer.body !== '' && String(answer.headers['content-type']).includes('json')
  const setCookies = answer.headers['set-cookie'] ?? []
  return {
    status: answer.statusCode,
    headers: answer.headers as Record<string, string>,
    body: isJson ? answer.json<Record<string, unknown>>() : { text: answer.body },
    cookies: Array.isArray(setCookies) ? setCookies : [setCookies],
  }
}

export type TestAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** As if they had just given a fresh proof for this act: `confirmProposal 019a…`. */
export async function proveFor(
  world: {
    readonly database: Pick<TestDatabase, 'pool'>
    readonly clock: { readonly timeMs: number }
  },
  { sessionId }: Pick<TestPerson, 'sessionId'>,
  act: string,
): Promise<void> {
  await world.database.pool.query(
    `update staff_sessions set stepped_up_at = to_timestamp($2::float8 / 1000), stepped_up_act = $3 where id = $1`,
    [sessionId, world.clock.timeMs, act],
  )
}
