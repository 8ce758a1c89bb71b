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
  type RetentionHold,
} from '../../store/cases/retention-holds.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import {
  findProtectionOrder,
  type ProtectionOrderRecord,
} from '../../store/registry/protection-orders.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { noOrder } from '../orders/order-change.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import { propose, refuseMachine } from '../proposals/propose.ts'
import type { RouteDeps } from '../route-deps.ts'

/** How long what of a case is kept, for what, and who keeps it from being erased. */
export function registerRetentionRoutes(app: App, deps: RouteDeps): void {
  registerReading(app)
  registerHolding(app, deps)
  registerReleasing(app, deps)
}

function registerReading(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/retention',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'getCaseRetention',
      tags: ['Cases'],
      summary: 'Read how long what of a case is kept, who holds it, and what was erased',
      params: idParamsSchema,
      response: { 200: retentionSchema },
    },
    handler: async (request) => await readRetention(request.db, request.params.id),
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
        'Of its people also the positions while the order was in force, as far as they are still here. Nothing that is gone comes back: `erasingSince` says what has begun to go.',
      problems: { 409: 'Its evidence was erased: nothing is left.' },
      params: idParamsSchema,
      body: holdBodySchema,
      response: { 201: holdSchema },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const { id: protectionOrderId } = request.params
      const { documentReference = null, heldFor, reason, until } = request.body
      const untilMs = instantMs(until)
      if (untilMs <= nowMs || untilMs > nowMs + retentionTerms.holdDaysMax * dayMs) throw notThen()
      const hold = await request.db.transaction(async (tx) => {
        const { order } = await findOrder(tx, protectionOrderId)
        const said = { protectionOrderId, heldFor, reason, documentReference, untilMs, nowMs }
        const made = await insertHold(tx, { ...said, heldBy: request.apiClient.id }).catch(
          (error: unknown) => {
            throw nothingIsLeft(error) ? new RefusedInput('conflict', erased) : error
          },
        )
        const about = { protectionOrderId, subjectId: made.id, personIds: peopleOfOrder(order) }
        const detail = { heldFor, until }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about, reason, detail }))
        return made
      })
      return await reply.code(201).send(holdBodyOf(hold))
    },
  })
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

async function findOrder(db: Db, id: string): Promise<ProtectionOrderRecord> {
  const found = await findProtectionOrder(db, id)
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
