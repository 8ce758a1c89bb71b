import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import {
  caseloadBodySchema,
  caseloadSchema,
  caseMoveBodySchema,
  caseMoveSchema,
} from '../../schemas/organisation.ts'
import {
  acceptMove,
  declineMove,
  findMove,
  listMoves,
  proposeMove,
  type CaseMove,
} from '../../store/organisations/case-moves.ts'
import {
  endCaseload,
  insertCaseload,
  listCaseloads,
  type Caseload,
} from '../../store/organisations/organisations.ts'
import { isUniqueViolation } from '../../store/pg/pool.ts'
import type { Act } from '../../record/act.ts'
import { recordAct, recordMove } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/** Who looks after which case: a unit within, another organisation beyond. */
export function registerCaseRoutes(app: App, deps: RouteDeps): void {
  registerCaseloads(app, deps)
  registerListing(app)
  registerProposing(app, deps)
  registerAnswering(app, deps, {
    name: '_accept',
    operationId: 'acceptCaseMove',
    summary: 'Take a case over that another organisation offers',
    act: acceptMove,
  })
  registerAnswering(app, deps, {
    name: '_decline',
    operationId: 'declineCaseMove',
    summary: 'Not take a case over, or take the offer back',
    act: declineMove,
  })
}

function registerCaseloads(app: App, { clock }: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/caseloads',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createCaseload',
      tags: ['Organisations'],
      summary: 'Give a case to a unit',
      body: caseloadBodySchema,
      response: { 201: caseloadSchema },
    },
    handler: async (request, reply) => {
      const made = await request.db.transaction(async (tx) => {
        const inserted = await insertCaseload(tx, request.body)
        if (inserted !== null) await recordAct(tx, actOf(request, clock.nowMs(), about(inserted)))
        return inserted
      })
      if (made === null)
        throw new RefusedInput('unknown-reference', 'There is no such case or no such unit.')
      reply.code(201)
      return caseloadBodyOf(made)
    },
  })

  app.route({
    method: 'POST',
    url: '/v1/caseloads/:id/_end',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'endCaseload',
      tags: ['Organisations'],
      summary: 'Take a case from a unit',
      params: idParamsSchema,
      response: { 200: caseloadSchema },
    },
    handler: async (request) => {
      const ended = await request.db.transaction(async (tx) => {
        const caseload = await endCaseload(tx, request.params.id)
        if (caseload !== null) await recordAct(tx, actOf(request, clock.nowMs(), about(caseload)))
        return caseload
      })
      if (ended === null) throw new RefusedInput('not-found', 'No caseload has this id.')
      return caseloadBodyOf(ended)
    },
  })
}

function registerListing(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/caseloads',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'listCaseloads',
      tags: ['Organisations'],
      summary: 'List which unit looks after which case',
      querystring: listQuerySchema,
      response: { 200: pageSchema(caseloadSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const page = { afterId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listCaseloads(request.db, page), limit, caseloadBodyOf)
    },
  })

  app.route({
    method: 'GET',
    url: '/v1/case-moves',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'listCaseMoves',
      tags: ['Organisations'],
      summary: 'List the cases that were offered, by the own organisation and to it',
      querystring: listQuerySchema,
      response: { 200: pageSchema(caseMoveSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const page = { afterId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listMoves(request.db, page), limit, moveBodyOf)
    },
  })
}

function registerProposing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/case-moves',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createCaseMove',
      tags: ['Organisations'],
      summary: 'Offer a case to another organisation',
      description:
        'Nothing changes until a supervisor of the other side accepts. Then the case goes over whole, with its alerts and versions, and with the people and devices that this side has no other case with.',
      problems: { 409: 'The case is on offer already.' },
      body: caseMoveBodySchema,
      response: { 201: caseMoveSchema },
    },
    handler: async (request, reply) => {
      const { protectionOrderId: orderId, toOrganisationId } = request.body
      const by = request.apiClient.id
      const move = await request.db
        .transaction(async (tx) => {
          const id = await proposeMove(tx, { orderId, toOrganisationId, by })
          const made = id === null ? null : await findMove(tx, id)
          if (made !== null) await recordMove(tx, made, moveAct(request, deps, made))
          return made
        })
        .catch((error: unknown) => {
          if (!isUniqueViolation(error)) throw error
          throw new RefusedInput('conflict', 'The case is on offer already.')
        })
      if (move === null)
        throw new RefusedInput(
          'unknown-reference',
          'There is no such case, or no such other organisation.',
        )
      request.log.info({ caseMoveId: move.id, byApiClientId: by }, 'case offered')
      reply.code(201)
      return moveBodyOf(move)
    },
  })
}

type Answering = {
  readonly name: '_accept' | '_decline'
  readonly operationId: string
  readonly summary: string
  readonly act: typeof acceptMove
}

function registerAnswering(
  app: App,
  deps: RouteDeps,
  { name, operationId, summary, act }: Answering,
): void {
  app.route({
    method: 'POST',
    url: `/v1/case-moves/:id/${name}`,
    config: { roles: ['supervisor'] },
    schema: {
      operationId,
      tags: ['Organisations'],
      summary,
      problems: { 409: 'It was answered already, or is for the other side to accept.' },
      params: idParamsSchema,
      response: { 200: caseMoveSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const by = request.apiClient.id
      const { isDone, move } = await request.db
        .transaction(async (tx) => {
          const isAnswered = await act(tx, id, by)
          const answered = await findMove(tx, id)
          if (isAnswered && answered !== null)
            await recordMove(tx, answered, moveAct(request, deps, answered))
          return { isDone: isAnswered, move: answered }
        })
        .catch((error: unknown) => {
          if (!isUniqueViolation(error)) throw error
          throw new RefusedInput('conflict', 'There is a case of this reference here already.')
        })
      if (move === null) throw new RefusedInput('not-found', 'No offer of a case has this id.')
      if (!isDone)
        throw new RefusedInput(
          'conflict',
          'It was answered already, or is for the other side to accept.',
        )
      deps.doorbell.ring('api-clients')
      request.log.info({ caseMoveId: id, byApiClientId: by, operationId }, 'offered case answered')
      return moveBodyOf(move)
    },
  })
}

/** Which unit a case was given to, or taken from. */
function about({ protectionOrderId, unitId }: Caseload) {
  return { kind: 'alteration', protectionOrderId, subjectId: unitId } as const
}

function moveAct(request: Calling, { clock }: RouteDeps, move: CaseMove): Act {
  const { protectionOrderId, toOrganisationId } = move
  const about = { protectionOrderId, subjectId: move.id, detail: { toOrganisationId } }
  return actOf(request, clock.nowMs(), { kind: 'disclosure', ...about })
}

function caseloadBodyOf({ validFrom, validUntil, ...caseload }: Caseload) {
  return {
    ...caseload,
    validFrom: formatInstant(validFrom.getTime()),
    validUntil: instantOrNull(validUntil),
  }
}

function moveBodyOf({ proposedAt, acceptedAt, declinedAt, ...move }: CaseMove) {
  return {
    ...move,
    proposedAt: formatInstant(proposedAt.getTime()),
    acceptedAt: instantOrNull(acceptedAt),
    declinedAt: instantOrNull(declinedAt),
  }
}

function instantOrNull(at: Date | null): string | null {
  return at === null ? null : formatInstant(at.getTime())
}
