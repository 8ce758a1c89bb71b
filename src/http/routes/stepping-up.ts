import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { FastifyReply } from 'fastify'
import {
  passkeyOptionsSchema,
  stepUpAskBodySchema,
  stepUpPasskeyBodySchema,
  stepUpPasswordBodySchema,
  steppedUpSchema,
} from '../../schemas/sign-in.ts'
import { stepUpQuestion, stepUpWithPasskey, stepUpWithPassword } from '../../sign-in/step-up.ts'
import { steppedUpBodyOf } from '../answers/staff-answer.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { giveSession, visitorOf } from '../sign-in/visitor.ts'
import { personOf } from './sessions.ts'
import { browserAnswer } from './signing-in.ts'

/** Somebody who is signed in proves once more who they are, for one act within five minutes. */
export function registerStepUpRoutes(app: App, deps: RouteDeps): void {
  registerPassword(app, deps)
  registerPasskey(app, deps)
}

const config = { roles: 'person' } as const
const shared = {
  tags: ['Signing in'],
  description:
    'For one act, named as its `step-up-required` refusal names it, once within five minutes. The session gets another secret.',
  problems: { 401: 'The proof is not right, or the session is over.' },
  response: { 200: steppedUpSchema },
}

function registerPassword(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/me/_step-up-by-password',
    config,
    schema: {
      ...shared,
      operationId: 'stepUpWithPassword',
      summary: 'Prove who you are by password and code',
      body: stepUpPasswordBodySchema,
    },
    handler: async (request, reply) => {
      const signIn = await deps.signIn()
      const { session } = personOf(request)
      const visitor = visitorOf(request)
      const { act } = request.body
      const secret = await stepUpWithPassword(signIn, visitor, session, request.body)
      return answer(deps, reply, secret, act)
    },
  })
}

function registerPasskey(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/me/_ask-passkey',
    config,
    schema: {
      ...shared,
      operationId: 'askPasskeyForStepUp',
      summary: 'Ask what your passkey is to sign for an act',
      body: stepUpAskBodySchema,
      response: { 200: passkeyOptionsSchema },
    },
    handler: async (request) => {
      const { session } = personOf(request)
      return { ...(await stepUpQuestion(await deps.signIn(), session, request.body.act)) }
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/me/_step-up-by-passkey',
    config,
    schema: {
      ...shared,
      operationId: 'stepUpWithPasskey',
      summary: 'Prove who you are by passkey',
      body: stepUpPasskeyBodySchema,
    },
    handler: async (request, reply) => {
      const { session } = personOf(request)
      const { act } = request.body
      const response = browserAnswer<AuthenticationResponseJSON>(request.body.response)
      const secret = await stepUpWithPasskey(await deps.signIn(), session, { act, response })
      return answer(deps, reply, secret, act)
    },
  })
}

function answer(deps: RouteDeps, reply: FastifyReply, secret: string, act: string) {
  deps.doorbell.ring('api-clients')
  giveSession(reply, secret)
  return steppedUpBodyOf({ act, atMs: deps.clock.nowMs() })
}
