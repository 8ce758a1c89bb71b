import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyReply } from 'fastify'
import {
  enrolPasskeyBodySchema,
  enrolPasswordBodySchema,
  linkBodySchema,
  meSchema,
  openedLinkSchema,
  passkeyBodySchema,
  passkeyOptionsSchema,
  passwordBodySchema,
} from '../../schemas/sign-in.ts'
import { formatInstant } from '../../schemas/common.ts'
import {
  enrolWithPasskey,
  enrolWithPassword,
  openLink,
  signInWithLink,
} from '../../sign-in/links.ts'
import type { Opened, SignInDeps } from '../../sign-in/open-session.ts'
import { passkeyQuestion, signInWithPasskey } from '../../sign-in/with-passkey.ts'
import { signInWithPassword } from '../../sign-in/with-password.ts'
import { findSignedIn } from '../../store/people/staff-sessions.ts'
import { hashToken } from '../../store/registry/api-clients.ts'
import { meBodyOf } from '../answers/staff-answer.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { giveCookies, visitorOf } from '../sign-in/visitor.ts'

/** How somebody comes in. Each answers who is signed in, and gives the browser its session. */
export function registerSigningInRoutes(app: App, deps: RouteDeps): void {
  registerPassword(app, deps)
  registerPasskey(app, deps)
  registerLink(app, deps)
  registerEnrolment(app, deps)
}

const tags = ['Signing in']
const config = { roles: 'public' } as const
const problems = {
  401: 'Something of what was given is not right; what, is not told.',
  403: 'It was not sent by a page of this server.',
  429: 'Passwords were tried too often from here; passkeys and known browsers are not affected.',
}
const linkProblems = { 403: problems[403], 410: 'The link is used up, over, or was never made.' }

function registerPassword(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sign-in/_by-password',
    config,
    schema: {
      operationId: 'signInWithPassword',
      tags,
      summary: 'Sign in with a name, a password and a code',
      description:
        'All three at once: which of them is wrong is not told. No account is ever locked; browsers in which the same person has signed in before have attempts of their own.',
      problems,
      body: passwordBodySchema,
      response: { 200: meSchema },
    },
    handler: async (request, reply) => {
      const signIn = await deps.signIn()
      const opened = await signInWithPassword(signIn, visitorOf(request), request.body)
      return await answer(signIn, reply, opened)
    },
  })
}

function registerPasskey(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sign-in/_ask-passkey',
    config,
    schema: {
      operationId: 'askPasskey',
      tags,
      summary: 'Ask what a passkey is to sign',
      description: 'For `navigator.credentials.get`; good for one answer within two minutes.',
      problems: { 403: problems[403] },
      response: { 200: passkeyOptionsSchema },
    },
    handler: async () => ({ ...(await passkeyQuestion(await deps.signIn())) }),
  })
  app.route({
    method: 'POST',
    url: '/v1/sign-in/_by-passkey',
    config,
    schema: {
      operationId: 'signInWithPasskey',
      tags,
      summary: 'Sign in with a passkey',
      problems: { 401: problems[401], 403: problems[403] },
      body: passkeyBodySchema,
      response: { 200: meSchema },
    },
    handler: async (request, reply) => {
      const signIn = await deps.signIn()
      const response = browserAnswer<AuthenticationResponseJSON>(request.body.response)
      return await answer(
        signIn,
        reply,
        await signInWithPasskey(signIn, visitorOf(request), response),
      )
    },
  })
}

function registerLink(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sign-in/_look-at-link',
    config,
    schema: {
      operationId: 'lookAtLink',
      tags,
      summary: 'What a one-time link is for',
      description: 'Looking does not use it up.',
      problems: linkProblems,
      body: linkBodySchema,
      response: { 200: openedLinkSchema },
    },
    handler: async (request) => {
      const { expiresAtMs, passkeyOptions, ...link } = await openLink(
        await deps.signIn(),
        request.body.token,
      )
      return {
        ...link,
        expiresAt: formatInstant(expiresAtMs),
        passkeyOptions: { ...passkeyOptions },
      }
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/sign-in/_by-link',
    config,
    schema: {
      operationId: 'signInWithLink',
      tags,
      summary: 'Sign in with a one-time link',
      description: 'Only with one whose purpose is `sign-in`; the demo prints one.',
      problems: { ...linkProblems, 401: problems[401] },
      body: linkBodySchema,
      response: { 200: meSchema },
    },
    handler: async (request, reply) => {
      const signIn = await deps.signIn()
      const opened = await signInWithLink(signIn, visitorOf(request), request.body.token)
      return await answer(signIn, reply, opened)
    },
  })
}

const enrolment = {
  tags,
  description:
    'Uses the link up. Whatever its person signed in with before is worthless from now on, and their sessions are over.',
  problems: {
    ...linkProblems,
    401: problems[401],
    409: 'Somebody else signs in with this name.',
  },
  response: { 200: meSchema },
}

function registerEnrolment(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sign-in/_enrol-password',
    config,
    schema: {
      ...enrolment,
      operationId: 'enrolWithPassword',
      summary: 'Choose a password and an authenticator app',
      body: enrolPasswordBodySchema,
    },
    handler: async (request, reply) => {
      const signIn = await deps.signIn()
      const { displayName = null, ...typed } = request.body
      const visitor = visitorOf(request)
      const opened = await enrolWithPassword(signIn, visitor, { ...typed, displayName })
      return await answer(signIn, reply, opened)
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/sign-in/_enrol-passkey',
    config,
    schema: {
      ...enrolment,
      operationId: 'enrolWithPasskey',
      summary: 'Choose a passkey',
      body: enrolPasskeyBodySchema,
    },
    handler: async (request, reply) => {
      const signIn = await deps.signIn()
      const { displayName = null, response, ...typed } = request.body
      const opened = await enrolWithPasskey(signIn, visitorOf(request), {
        ...typed,
        displayName,
        response: browserAnswer<RegistrationResponseJSON>(response),
      })
      return await answer(signIn, reply, opened)
    },
  })
}

async function answer(signIn: SignInDeps, reply: FastifyReply, opened: Opened) {
  signIn.onSessionsChanged()
  giveCookies(reply, opened)
  const nowMs = signIn.nowMs()
  const signedIn = await findSignedIn(signIn.pool, hashToken(opened.sessionToken), nowMs)
  if (signedIn === null) throw new Error('a session that was just opened is not there')
  return meBodyOf(signedIn)
}

/** What a browser writes null for, the library wants left out. */
export function browserAnswer<Wanted>(sent: object): Wanted {
  const text = JSON.stringify(sent, (_name, value: unknown) => (value === null ? undefined : value))
  return JSON.parse(text) as Wanted
}
