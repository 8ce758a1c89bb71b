import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import { idParamsSchema, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import {
  staffBodySchema,
  staffRolesBodySchema,
  staffSchema,
  staffWithLinkSchema,
} from '../../schemas/staff.ts'
import {
  insertStaff,
  listStaff,
  localIssuer,
  setStaffDisabled,
  setStaffRoles,
  type StaffAccount,
} from '../../store/people/staff-accounts.ts'
import { revokeSessionsOf } from '../../store/people/staff-sessions.ts'
import { inTransaction, type Db } from '../../store/pg/pool.ts'
import { staffBodyOf } from '../answers/staff-answer.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'
import {
  organisationFor,
  ownOrganisation,
  readStaff,
  refuseLast,
  refuseOneself,
  type StaffRequest,
} from './staff-reach.ts'
import { answerWithLink, recordStaffAct, registerLinkConfirming } from './staff-links.ts'

/** Who may sign in, and as what; each administrator sees the own organisation. */
export function registerStaffRoutes(app: App, deps: RouteDeps): void {
  registerCreate(app, deps)
  registerRead(app, deps)
  registerRoles(app, deps)
  registerRecovery(app, deps)
  registerLinkConfirming(app, deps)
  registerDisabling(app, deps)
}

const tags = ['Staff']
const config = { roles: ['administrator'] } as const
const graveConfig = { roles: ['administrator'], stepUp: true } as const

function registerCreate(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/staff',
    config: graveConfig,
    schema: {
      operationId: 'createStaff',
      tags,
      summary: 'Let somebody sign in',
      description:
        'The answer holds a one-time link, with which they choose a passkey, or a password and an authenticator app. Made by somebody who is signed in, it opens with a code that another administrator is given who confirms it; only while there never was another one, that other one is let in without.',
      body: staffBodySchema,
      response: { 201: staffWithLinkSchema },
    },
    handler: async (request, reply) => {
      const { displayName, roles } = request.body
      const organisationId = await organisationFor(deps, request, request.body.organisationId)
      const made = await inTransaction(deps.machinery, async (tx) => {
        const staff = { organisationId, displayName, issuer: localIssuer, subject: null }
        const id = await insertStaff(tx, staff)
        await setStaffRoles(tx, id, roles, request.apiClient.id)
        return await answerWithLink(tx, deps, request, { id, purpose: 'enrol', act: 'createStaff' })
      })
      reply.code(201).header('location', `/v1/staff/${made.id}`)
      return made
    },
  })
}

function registerRead(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/staff',
    config,
    schema: {
      operationId: 'listStaff',
      tags,
      summary: 'List who may sign in',
      querystring: listQuerySchema,
      response: { 200: pageSchema(staffSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const staff = await listStaff(deps.machinery, {
        organisationId: ownOrganisation(request),
        afterId: readCursor(cursor),
        limit: limit + 1,
      })
      return pageOf(staff, limit, staffBodyOf)
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/staff/:id',
    config,
    schema: {
      operationId: 'getStaff',
      tags,
      summary: 'Read one person of the staff',
      params: idParamsSchema,
      response: { 200: staffSchema },
    },
    handler: async (request) => staffBodyOf(await readStaff(deps.machinery, request)),
  })
}

function registerRoles(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/staff/:id/roles',
    config: graveConfig,
    schema: {
      operationId: 'replaceStaffRoles',
      tags,
      summary: 'Say as what somebody may act from now on',
      description: 'Holds from their next request on. Nobody changes their own.',
      problems: lastProblems,
      params: idParamsSchema,
      body: staffRolesBodySchema,
      response: { 200: staffSchema },
    },
    handler: async (request) =>
      await changeStaff(deps, request, 'replaceStaffRoles', async (tx, staff) => {
        const { roles } = request.body
        if (!roles.includes('administrator')) await refuseLast(tx, staff)
        await setStaffRoles(tx, staff.id, roles, request.apiClient.id)
      }),
  })
}

function registerRecovery(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/staff/:id/_recover',
    config: graveConfig,
    schema: {
      operationId: 'recoverStaff',
      tags,
      summary: 'Make a new one-time link for somebody who cannot sign in any more',
      description:
        'By another administrator, never by oneself, and confirmed by a third one. Their sessions are over at once; what they signed in with before is worthless from when the link is used.',
      problems: { 409: 'It is yourself, or they have been disabled.' },
      params: idParamsSchema,
      response: { 200: staffWithLinkSchema },
    },
    handler: async (request) => {
      const answer = await inTransaction(deps.machinery, async (tx) => {
        const staff = await readStaff(tx, request)
        refuseOneself(request, staff)
        if (staff.disabledAtMs !== null)
          throw new RefusedInput('conflict', 'They have been disabled; enable them first.')
        await endSessions(tx, deps, request, staff.id)
        const { id } = staff
        return await answerWithLink(tx, deps, request, {
          id,
          purpose: 'recover',
          act: 'recoverStaff',
        })
      })
      deps.doorbell.ring('api-clients')
      return answer
    },
  })
}

function registerDisabling(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/staff/:id/_disable',
    // Shutting somebody out must never wait for a proof.
    config,
    schema: {
      operationId: 'disableStaff',
      tags,
      summary: 'Let somebody sign in no more',
      description: 'Their sessions are over at once, and open streams with them.',
      problems: lastProblems,
      params: idParamsSchema,
      response: { 200: staffSchema },
    },
    handler: async (request) =>
      await changeStaff(deps, request, 'disableStaff', async (tx, staff) => {
        await refuseLast(tx, staff)
        await setStaffDisabled(tx, staff.id, true)
        await endSessions(tx, deps, request, staff.id)
      }),
  })
  app.route({
    method: 'POST',
    url: '/v1/staff/:id/_enable',
    config: graveConfig,
    schema: {
      operationId: 'enableStaff',
      tags,
      summary: 'Let somebody sign in again',
      problems: lastProblems,
      params: idParamsSchema,
      response: { 200: staffSchema },
    },
    handler: async (request) =>
      await changeStaff(deps, request, 'enableStaff', async (tx, staff) => {
        await setStaffDisabled(tx, staff.id, false)
      }),
  })
}

const lastProblems = {
  409: 'It is yourself, or the last administrator of the organisation.',
}

async function changeStaff(
  deps: RouteDeps,
  request: StaffRequest,
  act: string,
  change: (tx: Db, staff: StaffAccount) => Promise<void>,
) {
  const changed = await inTransaction(deps.machinery, async (tx) => {
    // Two administrators who end each other at the same moment would leave none.
    await tx.query('lock table staff_roles in share row exclusive mode')
    const staff = await readStaff(tx, request)
    refuseOneself(request, staff)
    await change(tx, staff)
    const changedStaff = await readStaff(tx, request)
    await recordStaffAct(tx, deps, request, { act, staff })
    return changedStaff
  })
  deps.doorbell.ring('api-clients')
  return staffBodyOf(changed)
}

async function endSessions(
  tx: Db,
  deps: RouteDeps,
  request: Pick<FastifyRequest, 'apiClient'>,
  staffId: string,
): Promise<void> {
  const by = { revokedBy: request.apiClient.id, nowMs: deps.clock.nowMs() }
  await revokeSessionsOf(tx, staffId, by)
}
