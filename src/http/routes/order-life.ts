import { RefusedInput } from '../../errors.ts'
import { lifeStateOf, mayAct } from '../../core/orders/order-life.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { hourMs } from '../../core/model/units.ts'
import { findQuietUntil, findReview, reviewStep } from '../../core/orders/reminders.ts'
import { formatInstant, idParamsSchema, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import {
  closeOrderBodySchema,
  orderLifeSchema,
  orderReminderSchema,
  reminderAnswerBodySchema,
} from '../../schemas/order-life.ts'
import { insertOrderAct, listActorNames, listOrderActs } from '../../store/registry/order-acts.ts'
import { findKindOfOrder } from '../../store/registry/order-types.ts'
import {
  answerReminder,
  findReminderForUpdate,
  listOrderReminders,
  listUnanswered,
  type OrderReminderRow,
} from '../../store/registry/order-reminders.ts'
import {
  findProtectionOrder,
  findProtectionOrderForUpdate,
} from '../../store/registry/protection-orders.ts'
import type { Db } from '../../store/pg/pool.ts'
import { listPlanned } from '../../store/people/proposals.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { orderLifeBodyOf, reminderBodyOf } from '../answers/order-life-answer.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { noOrder } from '../orders/order-change.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import { recordReading } from '../orders/record-reading.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/** How an order stands in its life, what is asked of whom before it ends, and its closing. */
export function registerOrderLifeRoutes(app: App, deps: RouteDeps): void {
  registerLife(app, deps)
  registerReminders(app, deps)
  registerAnswering(app, deps)
  registerClosing(app, deps)
}

function registerLife(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/life',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'getOrderLife',
      tags: ['Protection orders'],
      summary: 'Read how an order stands in its life',
      description:
        'What was done to it by whom and by which document, its end beside the end as we count it, and who must act next. No places. Each reading is on record.',
      params: idParamsSchema,
      response: { 200: orderLifeSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const life = await readLife(request.db, id, deps.clock.nowMs())
      await recordReading(deps, request, [id])
      return life
    },
  })
}

async function readLife(db: Db, id: string, nowMs: number) {
  const found = await findProtectionOrder(db, id)
  if (found === null) throw new RefusedInput('not-found', noOrder)
  const acts = await listOrderActs(db, id)
  const kind = await findKindOfOrder(db, id)
  const reminders = await listOrderReminders(db, id)
  const planned = await listPlanned(db, id)
  const names = await listActorNames(db, acts)
  return orderLifeBodyOf(found.order, { acts, kind, names, planned, reminders }, nowMs)
}

function registerReminders(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/order-reminders',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'listOrderReminders',
      tags: ['Protection orders'],
      summary: 'List what is asked about ends of orders and nobody has answered',
      querystring: listQuerySchema,
      response: { 200: pageSchema(orderReminderSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const query = { nowMs: deps.clock.nowMs(), afterId: readCursor(cursor), limit: limit + 1 }
      const rows = await listUnanswered(request.db, query)
      const shown = rows.slice(0, limit).map((row) => row.protectionOrderId)
      await recordReading(deps, request, shown)
      return pageOf(rows, limit, reminderBodyOf)
    },
  })
}

function registerAnswering(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/order-reminders/:id/_answer',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'answerOrderReminder',
      tags: ['Protection orders'],
      summary: 'Say what is done about the end of an order',
      description:
        'It quiets this reminder until the next one is due; in the last week for a day, in the last two days for an hour, and no longer than its step says. A review is quiet until the next one once it is `reviewed`. That no extension is sought needs a `note`, and quiets it until the end. That an order has lapsed is answered by an extension, or by confirming that it stops, and by nothing else.',
      problems: {
        409: 'It is answered or over already, is not due yet, or only a decision answers it.',
      },
      params: idParamsSchema,
      body: reminderAnswerBodySchema,
      response: { 200: orderReminderSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { answer, note = null, documentReference = null } = request.body
      const { id } = request.params
      return await request.db.transaction(async (tx) => {
        const row = await findReminderForUpdate(tx, id)
        if (row === null) throw new RefusedInput('not-found', 'No reminder has this id.')
        refuseUnanswerable(row, nowMs)
        refuseUnfit(answer, note, row)
        const by = request.apiClient.id
        const { protectionOrderId } = row
        const order = (await findProtectionOrder(tx, protectionOrderId))?.order
        const quiet = await quietOf(tx, row, { answer, order, nowMs })
        await answerReminder(tx, id, { answer, note, documentReference, by, nowMs, ...quiet })
        const about = {
          personIds: order === undefined ? [] : peopleOfOrder(order),
          protectionOrderId,
          subjectId: id,
          reason: note,
          detail: { answer, documentReference },
        }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about }))
        const answered = await findReminderForUpdate(tx, id)
        return reminderBodyOf(answered ?? row)
      })
    },
  })
}

function refuseUnanswerable(row: OrderReminderRow, nowMs: number): void {
  if (row.isDecisionOnly) throw new RefusedInput('conflict', decideInstead)
  if (row.answeredAtMs !== null || row.isOver) {
    throw new RefusedInput('conflict', 'It is answered or over already.')
  }
  // Answered ahead, it would never be asked.
  if (nowMs >= row.dueAtMs) return
  const due = formatInstant(row.dueAtMs)
  throw new RefusedInput('conflict', `It is not asked before ${due}, and is answered from then on.`)
}

/** Until when it is quiet, and when a review is due next. */
async function quietOf(
  tx: Db,
  row: OrderReminderRow,
  { answer, nowMs, order }: AnsweredOf,
): Promise<{ readonly quietUntilMs: number; readonly nextDueMs: number | null }> {
  if (row.step !== reviewStep || order === undefined) {
    return { quietUntilMs: findQuietUntil(row.endsAtMs, nowMs, row.everyHours), nextDueMs: null }
  }
  if (answer !== 'reviewed') {
    return { quietUntilMs: nowMs + row.answerWithinHours * hourMs, nextDueMs: null }
  }
  const { extensionCount, type } = await findKindOfOrder(tx, order.id)
  const span = { startMs: order.validFromMs, endMs: order.validUntilMs, extensionCount }
  const dueMs = findReview(type, span, nowMs)?.dueMs ?? order.validUntilMs
  return { quietUntilMs: dueMs, nextDueMs: dueMs }
}

type AnsweredOf = {
  readonly answer: string
  readonly nowMs: number
  readonly order: ProtectionOrder | undefined
}

/** To let an order end is a decision about protection; what is reviewed is a review alone. */
function refuseUnfit(answer: string, note: string | null, { step }: OrderReminderRow): void {
  if (answer === 'reviewed' && step !== reviewStep) {
    const detail = 'expected another answer: this is no review'
    throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
      { pointer: '/answer', code: 'invalid-value', detail },
    ])
  }
  if (answer !== 'no-extension-sought' || note !== null) return
  const detail = 'why the order is let to end, and who said so'
  throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    { pointer: '/note', code: 'missing', detail },
  ])
}

const decideInstead =
  'Only an act answers this: extend the order, resume it, or confirm that it stops (`_end`).'

function registerClosing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_close',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'closeProtectionOrder',
      tags: ['Protection orders'],
      summary: 'Close the file of an order that has ended',
      description:
        'Devices are back, and those whom it protected know of it. Nothing is watched for it since it ended; this only closes the file.',
      problems: { 409: 'It has not ended, or is closed already.' },
      params: idParamsSchema,
      body: closeOrderBodySchema,
      response: { 200: orderLifeSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      return await request.db.transaction(async (tx) => {
        await closeFile(tx, { id, nowMs, by: request.apiClient.id }, request.body)
        const found = await findProtectionOrder(tx, id)
        const about = {
          personIds: found === null ? [] : peopleOfOrder(found.order),
          protectionOrderId: id,
          reason: request.body.reason,
        }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about }))
        return await readLife(tx, id, nowMs)
      })
    },
  })
}

async function closeFile(
  tx: Db,
  { id, nowMs, by }: { readonly id: string; readonly nowMs: number; readonly by: string },
  said: { readonly reason: string; readonly documentReference?: string | undefined },
): Promise<void> {
  const found = await findProtectionOrderForUpdate(tx, id)
  if (found === null) throw new RefusedInput('not-found', noOrder)
  const { order } = found
  const acts = await listOrderActs(tx, id)
  const { type, version } = await findKindOfOrder(tx, id)
  const state = lifeStateOf(order, { acts, type }, nowMs)
  if (!mayAct(state, 'close')) {
    throw new RefusedInput('conflict', `Expected an order that has ended; it is ${state}.`)
  }
  await insertOrderAct(tx, {
    protectionOrderId: id,
    orderVersion: order.version,
    act: 'close',
    atMs: nowMs,
    effectiveAtMs: nowMs,
    validUntilMs: order.validUntilMs,
    extensionCount: acts.at(-1)?.extensionCount ?? 0,
    byId: by,
    byKind: 'person',
    secondPersonId: null,
    decidedBy: null,
    documentReference: said.documentReference ?? null,
    reason: said.reason,
    findings: [],
    typeVersion: version,
  })
}
