import { retentionPurposes, retentionTerms } from '../../core/model/retention-terms.ts'
import { dayMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import {
  formatInstant,
  formatInstantOrNull,
  idParamsSchema,
  instantMs,
} from '../../schemas/common.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import {
  holdBodySchema,
  holdSchema,
  releaseBodySchema,
  retentionSchema,
} from '../../schemas/retention.ts'
import { listErasures } from '../../store/cases/erase-case.ts'
import {
  findRunningHold,
  insertHold,
  isHeld,
  listHolds,
  nothingIsLeft,
  type NewHold,
  type RetentionHold,
} from '../../store/cases/retention-holds.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import {
  findProtectionOrder,
  findProtectionOrderForUpdate,
  type ProtectionOrderRecord,
} from '../../store/registry/protection-orders.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { noOrder } from '../orders/order-change.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import { propose, refuseMachine } from '../proposals/propose.ts'
import { recordReading } from '../orders/record-reading.ts'
import type { RouteDeps } from '../route-deps.ts'

/** How long what of a case is kept, for what, and who keeps it from being erased. */
export function registerRetentionRoutes(app: App, deps: RouteDeps): void {
  registerReading(app, deps)
  registerHolding(app, deps)
  registerReleasing(app, deps)
}

function registerReading(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/retention',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'getCaseRetention',
      tags: ['Cases'],
      summary: 'Read how long what of a case is kept, who holds it, and what was erased',
      description: 'Each reading is on record under everybody whom the order names.',
      params: idParamsSchema,
      response: { 200: retentionSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const body = await readRetention(request.db, id)
      await recordReading(deps, request, [id])
      return body
    },
  })
}

async function readRetention(db: Db, id: string) {
  const found = await findOrder(db, id)
  const erasures = await listErasures(db, id)
  const endedMs = found.order.status === 'ended' ? found.changedAtMs : null
  return {
    protectionOrderId: id,
    isHeld: await isHeld(db, id),
    termsVersion: retentionTerms.version,
    purposes: retentionPurposes.map((purpose) => {
      const { confidence, days, source } = retentionTerms.purposes[purpose]
      const erasure = erasures.find((made) => made.purpose === purpose)
      const keptUntilMs = endedMs === null || days === null ? null : endedMs + days * dayMs
      const doneAtMs = erasure?.doneAtMs ?? null
      return {
        purpose,
        days,
        keptUntil: formatInstantOrNull(keptUntilMs),
        erasingSince: formatInstantOrNull(erasure?.beganAtMs ?? null),
        erasedAt: formatInstantOrNull(doneAtMs),
        kept: erasure?.keptFor ?? null,
        erased: doneAtMs === null ? null : { ...erasure?.counts },
        confidence,
        source,
      }
    }),
    holds: (await listHolds(db, id)).map(holdBodyOf),
  }
}

function registerHolding(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_hold',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'holdCase',
      tags: ['Cases'],
      summary: 'Keep a case from being erased while it may be asked for',
      description:
        'Of its people also the positions while the order was in force, as far as they are still here. Nothing that is gone comes back: `erasingSince` says what has begun to go. One that goes on and says the same of the same person is answered as it is (200).',
      problems: { 409: 'Its evidence was erased: nothing is left.' },
      params: idParamsSchema,
      body: holdBodySchema,
      response: { 200: holdSchema, 201: holdSchema },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const { id: protectionOrderId } = request.params
      const { documentReference = null, heldFor, reason, until } = request.body
      const untilMs = instantMs(until)
      if (untilMs <= nowMs || untilMs > nowMs + retentionTerms.holdDaysMax * dayMs) throw notThen()
      const hold = await request.db.transaction(async (tx) => {
        const { order } = await findOrder(tx, protectionOrderId, findProtectionOrderForUpdate)
        const said = { protectionOrderId, heldFor, reason, documentReference, untilMs }
        const asked = { ...said, heldBy: request.apiClient.id }
        const known = (await listHolds(tx, protectionOrderId)).find((one) => isSame(one, asked))
        if (known !== undefined) return known
        reply.code(201)
        const made = await insertHold(tx, { ...asked, nowMs }).catch((error: unknown) => {
          throw nothingIsLeft(error) ? new RefusedInput('conflict', erased) : error
        })
        const about = { protectionOrderId, subjectId: made.id, personIds: peopleOfOrder(order) }
        const detail = { heldFor, until }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about, reason, detail }))
        return made
      })
      return holdBodyOf(hold)
    },
  })
}

/** A second click, or an answer that got lost; one that was released is put anew. */
function isSame(kept: RetentionHold, asked: Omit<NewHold, 'nowMs'>): boolean {
  const names = ['heldFor', 'reason', 'documentReference', 'untilMs', 'heldBy'] as const
  return kept.releasedAtMs === null && names.every((name) => kept[name] === asked[name])
}

const erased = 'Its evidence was erased when its time was over: nothing is left to be held.'

function notThen(): RefusedInput {
  return new RefusedInput('invalid-request', 'The case cannot be held until then.', [
    {
      pointer: '/until',
      code: 'invalid-value',
      detail: `expected a moment to come, at most ${retentionTerms.holdDaysMax} days ahead`,
    },
  ])
}

function registerReleasing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/retention-holds/:id/_release',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'releaseHold',
      tags: ['Cases'],
      summary: 'Ask that a hold ends before its time',
      description:
        'Asked by a person, and another one confirms it. Nothing is erased for another 30 days then: until that it can be held again.',
      problems: { 409: 'This is asked already.' },
      params: idParamsSchema,
      body: releaseBodySchema,
      response: { 202: proposalSchema },
    },
    handler: async (request, reply) => {
      refuseMachine(request)
      const { reason } = request.body
      const { id } = request.params
      const proposal = await request.db.transaction(async (tx) => {
        const hold = await findRunningHold(tx, id, deps.clock.nowMs())
        if (hold === null) throw new RefusedInput('not-found', 'No hold that goes on has this id.')
        const { protectionOrderId } = hold
        const { order } = await findOrder(tx, protectionOrderId)
        return await propose(tx, deps, request, {
          protectionOrderId,
          subjectId: id,
          personIds: peopleOfOrder(order),
          reason,
          weakens: ['hold-released'],
          changes: [{ what: 'heldUntil', before: formatInstant(hold.untilMs), after: null }],
          change: { type: 'hold-released' },
        })
      })
      return answerProposal(reply, proposal)
    },
  })
}

async function findOrder(
  db: Db,
  id: string,
  find: typeof findProtectionOrder = findProtectionOrder,
): Promise<ProtectionOrderRecord> {
  const found = await find(db, id)
  if (found === null) throw new RefusedInput('not-found', noOrder)
  return found
}

function holdBodyOf({ atMs, releasedAtMs, untilMs, ...hold }: RetentionHold) {
  return {
    ...hold,
    until: formatInstant(untilMs),
    at: formatInstant(atMs),
    releasedAt: formatInstantOrNull(releasedAtMs),
  }
}
