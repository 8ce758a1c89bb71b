import type pg from 'pg'
import { isAnsweredByChange } from '../../core/orders/ask-about-move.ts'
import { RefusedInput } from '../../errors.ts'
import { idParamsSchema } from '../../schemas/common.ts'
import {
  askedMoveSchema,
  moveAnswerBodySchema,
  moveQuestionQuerySchema,
  moveQuestionSchema,
  moveQuestionsSchema,
} from '../../schemas/household.ts'
import { listCaseRoles } from '../../store/cases/case-roles.ts'
import {
  answerMoveQuestion,
  findMoveQuestion,
  findMoveQuestionForUpdate,
  listMoveQuestions,
  type MoveQuestionRow,
} from '../../store/cases/move-questions.ts'
import { getRelocation } from '../../store/cases/relocations.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findOrderVersion } from '../../store/registry/order-versions.ts'
import { questionBodyOf, relocationBodyOf } from '../answers/household-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { recordReading } from '../orders/record-reading.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'
import { requireOrder } from './relocations.ts'

/** What is asked after moves, and what somebody says to it. */
export function registerMoveQuestionRoutes(app: App, deps: RouteDeps): void {
  registerListing(app, deps)
  registerReading(app, deps)
  registerAnswering(app, deps)
}

function registerListing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/relocation-questions',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'listMoveQuestions',
      tags: ['Cases'],
      summary: 'List what is asked after moves and nobody has answered',
      description: 'Without addresses. Each reading is on record.',
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
      const shown = rows.slice(0, limit).map((row) => row.protectionOrderId)
      await recordReading(deps, request, shown)
      return pageOf(rows, limit, questionBodyOf)
    },
  })
}

function registerReading(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/relocation-questions/:id',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'getMoveQuestion',
      tags: ['Cases'],
      summary: 'Read what is asked after a move, with where they lived and where they live now',
      description:
        'To a supervisor, and to whoever leads the case or stands in. Each reading is on record before it is answered.',
      params: idParamsSchema,
      response: { 200: askedMoveSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const nowMs = deps.clock.nowMs()
      const question = await findMoveQuestion(request.db, id)
      if (question === null) throw unknownQuestion()
      await refuseUnlessTheirs(request.db, request, question)
      const { personId, protectionOrderId, relocationId } = question
      const about = { protectionOrderId, personIds: [personId], subjectId: relocationId }
      await request.db.transaction((tx) =>
        recordAct(tx, actOf(request, nowMs, { kind: 'consultation', ...about })),
      )
      return {
        question: questionBodyOf(question),
        relocation: relocationBodyOf(await getRelocation(request.db, relocationId)),
      }
    },
  })
}

/** Where somebody lived and lives is for whoever decides what it means. */
async function refuseUnlessTheirs(
  db: Db,
  { apiClient }: Pick<Calling, 'apiClient'>,
  { protectionOrderId }: MoveQuestionRow,
): Promise<void> {
  if (apiClient.role === 'supervisor') return
  const roles = await listCaseRoles(db, protectionOrderId)
  const isTheirs = roles.some(
    (one) =>
      one.role === 'case-lead' &&
      one.untilMs === null &&
      ((one.staffId === apiClient.id && one.isHere) ||
        (one.standInStaffId === apiClient.id && one.isStandInHere)),
  )
  if (isTheirs) return
  throw new RefusedInput('forbidden', 'This is for a supervisor, or whoever leads the case.')
}

function unknownQuestion(): RefusedInput {
  return new RefusedInput('not-found', 'No question has this id.')
}

function registerAnswering(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/relocation-questions/:id/_answer',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'answerMoveQuestion',
      tags: ['Cases'],
      summary: 'Say what a move means for a ban, an address, an order or a household',
      description:
        'That it was changed everybody may say, once that place is another, or the link over. That it stays, or is not about that, is said by a supervisor, or whoever leads the case or stands in: they may read both addresses.',
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
        if (question === null) throw unknownQuestion()
        // What leaves all as it is looks at both addresses, which not everybody may read.
        if (answer !== 'changed') await refuseUnlessTheirs(tx, request, question)
        await refuseAnswer(tx, question, answer)
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

async function refuseAnswer(
  tx: pg.PoolClient,
  question: MoveQuestionRow,
  answer: string,
): Promise<void> {
  if (question.isOver || question.answer !== null) {
    throw new RefusedInput('conflict', 'It is answered already, or its order has ended.')
  }
  if (answer !== 'changed' || (await isDone(tx, question))) return
  throw new RefusedInput('conflict', 'Nothing that it asks about was changed since.', [
    { pointer: '/answer', code: 'not-changed', detail: 'expected the change first, found none' },
  ])
}

async function isDone(tx: pg.PoolClient, question: MoveQuestionRow): Promise<boolean> {
  if (question.about === 'household') return question.isLinkEnded
  const { orderVersion, protectionOrderId, relocationId } = question
  const before = await findOrderVersion(tx, protectionOrderId, orderVersion)
  if (before === null) return false
  const after = await requireOrder(tx, protectionOrderId)
  return isAnsweredByChange(question, await getRelocation(tx, relocationId), { before, after })
}
