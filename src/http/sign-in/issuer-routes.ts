import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { RefusedInput } from '../../errors.ts'
import { issuerAddressSchema, stepUpAskBodySchema } from '../../schemas/sign-in.ts'
import { createIssuer, publicKeysOf, type Issuer } from '../../sign-in/issuer.ts'
import { beginAtIssuer, flowMsMax, returnFromIssuer } from '../../sign-in/with-issuer.ts'
import type { App } from '../door/app-type.ts'
import { flowCookie, readCookie } from '../door/cookies.ts'
import { sendBytes } from '../door/serialization.ts'
import type { RouteDeps } from '../route-deps.ts'
import { personOf } from '../routes/sessions.ts'
import { giveCookies, giveSession, visitorOf } from './visitor.ts'

const flowCookieName = '__Secure-hoede-flow'

/** Signing in at the issuer of the organisation, where one is configured. */
export function registerIssuerRoutes(app: App, deps: RouteDeps): void {
  const { issuerSettings: settings } = deps
  let made: Issuer | null = null
  const issuer = async (): Promise<Issuer> => {
    if (settings === null) throw new RefusedInput('not-found', 'No issuer is configured here.')
    const { origin } = await deps.signIn()
    made ??= createIssuer(settings, { origin, log: deps.log, nowMs: deps.clock.nowMs })
    return made
  }
  registerBegin(app, deps, issuer)
  registerReturn(app, deps, issuer)
  app.route({
    method: 'GET',
    url: '/sign-in/jwks.json',
    config: { roles: 'public' },
    schema: { operationId: 'getClientKeys', summary: 'Public keys, for the issuer' },
    handler: async (_request, reply) => {
      const keys = settings === null ? { keys: [] } : publicKeysOf(settings)
      sendBytes(reply.type('application/json'), Buffer.from(JSON.stringify(keys)))
      return reply
    },
  })
}

function registerBegin(app: App, deps: RouteDeps, issuer: () => Promise<Issuer>): void {
  const shared = {
    tags: ['Signing in'],
    problems: { 404: 'No issuer is configured here.' },
    response: { 200: issuerAddressSchema },
  }
  app.route({
    method: 'POST',
    url: '/v1/sign-in/_by-issuer',
    config: { roles: 'public' },
    schema: {
      ...shared,
      operationId: 'signInWithIssuer',
      summary: 'Begin to sign in at the issuer of the organisation',
    },
    handler: async (_request, reply) => {
      const begun = await beginAtIssuer(await deps.signIn(), await issuer(), null)
      giveFlow(reply, begun.flow, flowMsMax / 1_000)
      return { address: begun.address }
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/me/_step-up-by-issuer',
    config: { roles: 'person' },
    schema: {
      ...shared,
      operationId: 'stepUpWithIssuer',
      summary: 'Begin to prove who you are at the issuer, for one act',
      body: stepUpAskBodySchema,
    },
    handler: async (request, reply) => {
      const { id: sessionId } = personOf(request).session
      const step = { sessionId, act: request.body.act }
      const begun = await beginAtIssuer(await deps.signIn(), await issuer(), step)
      giveFlow(reply, begun.flow, flowMsMax / 1_000)
      return { address: begun.address }
    },
  })
}

function registerReturn(app: App, deps: RouteDeps, issuer: () => Promise<Issuer>): void {
  app.route({
    method: 'GET',
    url: '/sign-in/oidc/callback',
    config: { roles: 'public' },
    exposeHeadRoute: false,
    schema: {
      operationId: 'returnFromIssuer',
      summary: 'Where the issuer sends the browser back to',
      response: { 200: { content: { 'text/html': { schema: z.string() } } } },
    },
    handler: async (request, reply) => {
      const signIn = await deps.signIn()
      let fault = ''
      try {
        const opened = await returnFromIssuer(signIn, await issuer(), visitorOf(request), {
          issuer: deps.issuerSettings?.issuer ?? '',
          flow: readCookie(request.headers.cookie, flowCookieName),
          query: request.url.split('?')[1] ?? '',
        })
        const { sessionToken, browserToken } = opened
        if (browserToken === null) giveSession(reply, sessionToken)
        else giveCookies(reply, { sessionToken, browserToken })
        signIn.onSessionsChanged()
      } catch (error) {
        if (!(error instanceof RefusedInput)) throw error
        fault = `?fault=${error.code}`
      }
      giveFlow(reply, 'over', 0)
      return goOn(reply, `/sign-in${fault}`)
    },
  })
}

function giveFlow(reply: FastifyReply, flow: string, secondsMax: number): void {
  reply.header('set-cookie', flowCookie(flowCookieName, flow, secondsMax))
}

/**
 * A page that goes on by itself. A redirect would be the last step of a way that began at the
 * issuer, another site, and the browser would send no session along with it.
 */
function goOn(reply: FastifyReply, path: string): FastifyReply {
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hoede</title><meta http-equiv="refresh" content="0; url=${path}"></head><body><p><a href="${path}">Hoede</a></p></body></html>`
  sendBytes(reply.type('text/html; charset=utf-8'), Buffer.from(page))
  return reply
}
