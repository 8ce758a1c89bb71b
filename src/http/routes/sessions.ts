import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import { idParamsSchema } from '../../schemas/common.ts'
import {
  meSchema,
  sessionSchema,
  sessionsQuerySchema,
  sessionsSchema,
} from '../../schemas/sign-in.ts'
import { recordAct } from '../../sign-in/record-act.ts'
import { findStaff } from '../../store/people/staff-accounts.ts'
import {
  findSession,
  listLiveSessions,
  revokeSession,
  type SignedIn,
  type StaffSession,
} from '../../store/people/staff-sessions.ts'
import { meBodyOf, sessionBodyOf } from '../answers/staff-answer.ts'
import { inTransaction } from '../../store/pg/pool.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { takeSession } from '../sign-in/visitor.ts'

/** Who is signed in where, and how that ends. */
export function registerSessionRoutes(app: App, deps: RouteDeps): void {
  registerMe(app)
  registerSigningOut(app, deps)
  registerList(app, deps)
  registerRevoke(app, deps)
}

const tags = ['Signing in']
const config = { roles: 'person' } as const

/** The person of a route that is for people. */
export function personOf({ apiClient: { person } }: Pick<FastifyRequest, 'apiClient'>): SignedIn {
  if (person === null) throw new Error('a route for people was called by a machine')
  return person
}

function registerMe(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/me',
    config,
    schema: {
      operationId: 'getMe',
      tags,
      summary: 'Who is signed in',
      response: { 200: meSchema },
    },
    handler: async (request) => meBodyOf(personOf(request)),
  })
}

function registerSigningOut(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/me/_sign-out',
    config,
    schema: {
      operationId: 'signOut',
      tags,
      summary: 'End this session',
      response: { 200: sessionSchema },
    },
    handler: async (request, reply) => {
      const person = personOf(request)
      const ended = await endSession(deps, person, person.session)
      takeSession(reply)
      return sessionBodyOf(ended, person.session.id)
    },
  })
}

function registerList(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/sessions',
    config,
    schema: {
      operationId: 'listSessions',
      tags,
      summary: 'List the sessions that are open',
      description: 'The newest first, a hundred at most.',
      problems: { 404: 'Nobody of your organisation has this id, or you may not administer it.' },
      querystring: sessionsQuerySchema,
      response: { 200: sessionsSchema },
    },
    handler: async (request) => {
      const person = personOf(request)
      const staffId = request.query.staffId ?? person.session.staffId
      if (!(await maySee(deps, person, staffId))) throw unknown('Nobody')
      const sessions = await listLiveSessions(deps.machinery, staffId, deps.clock.nowMs())
      return { items: sessions.map((session) => sessionBodyOf(session, person.session.id)) }
    },
  })
}

function registerRevoke(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sessions/:id/_revoke',
    config,
    schema: {
      operationId: 'revokeSession',
      tags,
      summary: 'End a session: your own, or as an administrator a colleague’s',
      description:
        'Holds from the next request on, and ends open streams. Ending it twice is the same as once.',
      params: idParamsSchema,
      response: { 200: sessionSchema },
    },
    handler: async (request) => {
      const person = personOf(request)
      const session = await findSession(deps.machinery, request.params.id)
      if (session === null || !(await maySee(deps, person, session.staffId)))
        throw unknown('No session')
      return sessionBodyOf(await endSession(deps, person, session), person.session.id)
    },
  })
}

/** Oneself, or as an administrator whoever is of the same organisation. */
async function maySee(deps: RouteDeps, person: SignedIn, staffId: string): Promise<boolean> {
  if (person.session.staffId === staffId) return true
  if (!person.roles.includes('administrator')) return false
  const other = await findStaff(deps.machinery, staffId)
  return other?.organisationId === person.organisationId
}

async function endSession(
  deps: RouteDeps,
  by: SignedIn,
  { id, staffId }: StaffSession,
): Promise<StaffSession> {
  const nowMs = deps.clock.nowMs()
  await inTransaction(deps.machinery, async (tx) => {
    await revokeSession(tx, id, { revokedBy: by.session.staffId, nowMs })
    await recordAct(tx, deps.log, {
      act: 'revokeSession',
      atMs: nowMs,
      staffId,
      by: by.session.staffId,
      isByMachine: false,
      organisationId: by.organisationId,
      sessionId: id,
      reason: null,
    })
  })
  deps.doorbell.ring('api-clients')
  const ended = await findSession(deps.machinery, id)
  if (ended === null) throw new Error('a session that was just ended is not there')
  return ended
}

function unknown(what: string): RefusedInput {
  return new RefusedInput('not-found', `${what} that you may see has this id.`)
}
