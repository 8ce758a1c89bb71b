import type pg from 'pg'
import type { z } from 'zod'
import { askAboutMove, type MoveAddress } from '../../core/orders/ask-about-move.ts'
import { dayMs } from '../../core/model/units.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { RefusedInput } from '../../errors.ts'
import { idParamsSchema, instantMs } from '../../schemas/common.ts'
import {
  moveAnswerBodySchema,
  moveQuestionQuerySchema,
  moveQuestionSchema,
  moveQuestionsSchema,
  relocationBodySchema,
  relocationsSchema,
} from '../../schemas/household.ts'
import { listLinksOfPerson } from '../../store/cases/household-links.ts'
import {
  answerMoveQuestion,
  findMoveQuestionForUpdate,
  insertMoveQuestions,
  listMoveQuestions,
  type MoveQuestionRow,
} from '../../store/cases/move-questions.ts'
import {
  getRelocation,
  insertRelocation,
  listRunningOrderIds,
} from '../../store/cases/relocations.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findProtectionOrder } from '../../store/registry/protection-orders.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { questionBodyOf, relocationBodyOf } from '../answers/household-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/** Somebody has moved: what that means for the bans that name where they lived. */
export function registerRelocationRoutes(app: App, deps: RouteDeps): void {
  registerKeeping(app, deps)
  registerListing(app)
  registerAnswering(app, deps)
}

function registerKeeping(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/persons/:id/relocations',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createRelocation',
      tags: ['Cases'],
      summary: 'Keep that somebody has moved',
      description:
        'In each order of theirs that runs. Every ban and fixed address that names the old address, or may, becomes a question with a deadline: to the case lead, then to whoever answers for them, and to people by an alert. Addresses are sealed with the key of the case.',
      problems: { 409: 'No order about them runs.' },
      params: idParamsSchema,
      body: relocationBodySchema,
      response: { 201: relocationsSchema },
    },
    handler: async (request, reply) => {
      const { id: personId } = request.params
      const nowMs = deps.clock.nowMs()
      refuseFarAhead(instantMs(request.body.movedAt), nowMs)
      const made = await request.db.transaction(async (tx) => {
        if ((await findPerson(tx, personId)) === null) throw unknownPerson()
        const orderIds = await listRunningOrderIds(tx, personId)
        if (orderIds.length === 0) throw new RefusedInput('conflict', noneRuns)
        const kept = []
        for (const orderId of orderIds) kept.push(await keepMove(tx, request, { orderId, nowMs }))
        return kept
      })
      reply.code(201)
      return {
        relocations: made.map(({ relocation }) => relocationBodyOf(relocation)),
        questions: made.flatMap(({ questions }) => questions.map(questionBodyOf)),
      }
    },
  })
}

/** Planned moves are kept too, as far as somebody plans one. */
const movedAheadDaysMax = 92

function refuseFarAhead(movedAtMs: number, nowMs: number): void {
  if (movedAtMs <= nowMs + movedAheadDaysMax * dayMs) return
  const detail = `expected a time within ${movedAheadDaysMax} days from now or one that has been, got a later one`
  throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    { pointer: '/movedAt', code: 'invalid-value', detail },
  ])
}

type MoveRequest = Calling & {
  readonly params: { readonly id: string }
  readonly body: z.output<typeof relocationBodySchema>
}

async function keepMove(
  tx: pg.PoolClient,
  request: MoveRequest,
  { nowMs, orderId }: { readonly nowMs: number; readonly orderId: string },
) {
  const { body, params } = request
  const { id: personId } = params
  const order = await requireOrder(tx, orderId)
  const move = {
    personId,
    oldAddress: addressOf(body.oldAddress),
    newAddress: addressOf(body.newAddress),
  }
  const relocationId = await insertRelocation(tx, {
    ...move,
    protectionOrderId: orderId,
    movedAtMs: instantMs(body.movedAt),
    keptBy: request.apiClient.id,
    keptAtMs: nowMs,
  })
  const asked = askAboutMove(order, move, await listLinksOfPerson(tx, orderId, personId))
  await insertMoveQuestions(tx, { protectionOrderId: orderId, relocationId, nowMs }, asked)
  const about = { protectionOrderId: orderId, personIds: [personId], subjectId: relocationId }
  const detail = { questionCount: asked.length }
  await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about, detail }))
  const query = { orderId, relocationId, isOpenOnly: true, afterId: null, limit: 500 }
  return {
    relocation: await getRelocation(tx, relocationId),
    questions: await listMoveQuestions(tx, query),
  }
}

function registerListing(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/relocation-questions',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'listMoveQuestions',
      tags: ['Cases'],
      summary: 'List what is asked after moves and nobody has answered',
      description: 'Without addresses.',
      querystring: moveQuestionQuerySchema,
      response: { 200: moveQuestionsSchema },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const query = { afterId: readCursor(cursor), limit: limit + 1 }
      const rows = await listMoveQuestions(request.db, {
        ...query,
        orderId: null,
        isOpenOnly: true,
      })
      return pageOf(rows, limit, questionBodyOf)
    },
  })
}

function registerAnswering(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/relocation-questions/:id/_answer',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'answerMoveQuestion',
      tags: ['Cases'],
      summary: 'Say what a move means for a ban, an address, an order or a household',
      problems: {
        409: 'It is answered, or over; or nothing was changed that `changed` speaks of.',
      },
      params: idParamsSchema,
      body: moveAnswerBodySchema,
      response: { 200: moveQuestionSchema },
    },
    handler: async (request) => {
      const { answer, note } = request.body
      const { id } = request.params
      const nowMs = deps.clock.nowMs()
      return await request.db.transaction(async (tx) => {
        const question = await findMoveQuestionForUpdate(tx, id)
        if (question === null) throw new RefusedInput('not-found', 'No question has this id.')
        refuseAnswer(question, answer)
        await answerMoveQuestion(tx, id, { answer, note, by: request.apiClient.id, nowMs })
        const { personId, protectionOrderId } = question
        const about = { protectionOrderId, personIds: [personId], subjectId: id }
        const detail = { about: question.about, because: question.because, answer }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about, detail }))
        return questionBodyOf((await findMoveQuestionForUpdate(tx, id)) ?? question)
      })
    },
  })
}

function refuseAnswer(question: MoveQuestionRow, answer: string): void {
  if (question.isOver || question.answer !== null) {
    throw new RefusedInput('conflict', 'It is answered already, or its order has ended.')
  }
  if (answer !== 'changed') return
  const isDone = question.about === 'household' ? question.isLinkEnded : question.isOrderChanged
  if (isDone) return
  throw new RefusedInput('conflict', 'Nothing was changed since the move was kept.', [
    { pointer: '/answer', code: 'not-changed', detail: 'expected the change first, found none' },
  ])
}

function addressOf(given: MoveRequest['body']['oldAddress']): MoveAddress | null {
  if (given === undefined) return null
  const { latitude = null, longitude = null, text } = given
  return { text, longitude, latitude }
}

async function requireOrder(tx: pg.PoolClient, id: string): Promise<ProtectionOrder> {
  const found = await findProtectionOrder(tx, id)
  if (found === null) throw new Error('an order that was listed is not found')
  return found.order
}

function unknownPerson(): RefusedInput {
  return new RefusedInput('not-found', 'No person has this id.')
}

const noneRuns = 'No order about them runs here: nothing is to be asked.'
