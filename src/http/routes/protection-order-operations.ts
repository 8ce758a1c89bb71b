import { RefusedInput } from '../../errors.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { endOf } from '../orders/end-order.ts'
import { changeOrder, groundOf, laterOf, type SaidGround } from '../orders/order-change.ts'
import type { Decider, OrderType } from '../../core/model/order-terms.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { dayMs } from '../../core/model/units.ts'
import { findKindOfOrder } from '../../store/registry/order-types.ts'
import { isSecondNeeded } from '../proposals/propose.ts'
import { changeOrProposeOrder } from '../proposals/propose-order.ts'
import type { Calling } from '../door/act.ts'
import {
  proposalSchema,
  suspensionBodySchema,
  weakeningBodySchema,
} from '../../schemas/proposal.ts'
import { idParamsSchema, instantMs } from '../../schemas/common.ts'
import { resumeBodySchema } from '../../schemas/order-life.ts'
import { protectionOrderSchema } from '../../schemas/protection-order-answer.ts'
import { extendOrderBodySchema, ifMatchHeadersSchema } from '../../schemas/protection-order.ts'
import { answer, answerOrProposal, changeOf } from './protection-orders.ts'

/** What happens to an order between its registration and its end, each a new version. */
export function registerProtectionOrderOperationRoutes(app: App, deps: RouteDeps): void {
  registerSuspend(app, deps)
  registerResume(app, deps)
  registerEnd(app, deps)
  registerExtend(app, deps)
}

const proposedInstead =
  'Somebody who is signed in asks for it only: 202, and another person confirms or refuses it.'

function registerSuspend(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_suspend',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'suspendProtectionOrder',
      tags: ['Protection orders'],
      summary: 'Stop watching an order for a while',
      description: proposedInstead,
      problems: { 409: 'The order is not active, or this is asked already.', 412: otherVersion },
      params: idParamsSchema,
      headers: ifMatchHeadersSchema,
      body: suspensionBodySchema.optional(),
      response: { 200: protectionOrderSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const change = changeFor(request)
      const beginsAtMs = laterOf(change.ground.effectiveAtMs, deps.clock.nowMs())
      const untilMs = endOfSuspension(deps, request, beginsAtMs)
      const asked = { reason: request.body?.reason ?? null, untilMs, beginsAtMs }
      const made = await changeOrProposeOrder(deps, change, asked, async (current) => {
        refuseOtherStatus(current, 'active')
        refuseBeyond(current, beginsAtMs)
        refuseLapsed(current, deps.clock.nowMs())
        return { ...current, status: 'suspended' }
      })
      return answerOrProposal(reply, { ...deps, db: request.db }, made, [], 'none')
    },
  })
}

function registerResume(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_resume',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'resumeProtectionOrder',
      tags: ['Protection orders'],
      summary: 'Watch a suspended order again',
      problems: { 409: 'The order is not suspended.', 412: otherVersion },
      params: idParamsSchema,
      headers: ifMatchHeadersSchema,
      body: resumeBodySchema.optional(),
      response: { 200: protectionOrderSchema },
    },
    handler: async (request, reply) => {
      const record = await changeOrder(deps, changeFor(request), async (current) => {
        refuseOtherStatus(current, 'suspended')
        return { ...current, status: 'active' }
      })
      return answer(reply, { ...deps, db: request.db }, record, [], 'none')
    },
  })
}

function registerEnd(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_end',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'endProtectionOrder',
      tags: ['Protection orders'],
      summary: 'End an order before its time, for good',
      description: proposedInstead,
      problems: {
        409: 'The order has ended already, or this is asked already.',
        412: otherVersion,
      },
      params: idParamsSchema,
      headers: ifMatchHeadersSchema,
      body: weakeningBodySchema.optional(),
      response: { 200: protectionOrderSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const asked = { reason: request.body?.reason ?? null, untilMs: null }
      const change = changeFor(request)
      const made = await changeOrProposeOrder(deps, change, asked, async (current) =>
        endOf(current, change.ground.effectiveAtMs ?? null, deps.clock.nowMs()),
      )
      return answerOrProposal(reply, { ...deps, db: request.db }, made, [], 'none')
    },
  })
}

/** Whoever confirms is asked about a state that nobody watches any more: decide about the end. */
function refuseLapsed({ validUntilMs }: ProtectionOrder, nowMs: number): void {
  if (nowMs < validUntilMs) return
  throw new RefusedInput(
    'conflict',
    'The end of this order has passed: extend it, or confirm that it stops.',
  )
}

/** With what was said of the decision. */
function changeFor(
  request: Parameters<typeof changeOf>[0] & { readonly body?: SaidGround | undefined },
) {
  return { ...changeOf(request), ground: groundOf(request.body) }
}

/** What begins once the order is over would never begin. */
function refuseBeyond({ validUntilMs }: ProtectionOrder, beginsAtMs: number | null): void {
  if (beginsAtMs === null || beginsAtMs < validUntilMs) return
  throw new RefusedInput('invalid-request', 'The order has ended by then.', [
    {
      pointer: '/effectiveAt',
      code: 'invalid-value',
      detail: 'expected a moment before the end of the order',
    },
  ])
}

const otherVersion = 'The order is at another version than If-Match names.'

function refuseOtherStatus({ status }: ProtectionOrder, expected: ProtectionOrder['status']): void {
  if (status === expected) return
  throw new RefusedInput(
    'conflict',
    `Expected an order that is ${expected}; this one is ${status}.`,
  )
}

/** A suspension that nobody thinks of any more ends by itself. */
function endOfSuspension(
  deps: RouteDeps,
  request: Calling & { readonly body?: { readonly until?: string | undefined } | undefined },
  beginsAtMs: number | null,
): number | null {
  const until = request.body?.until
  const nowMs = beginsAtMs ?? deps.clock.nowMs()
  if (!isSecondNeeded(deps, request)) {
    if (until === undefined) return null
    throw refusedUntil('expected none of a machine, which resumes the order itself')
  }
  if (until === undefined) return nowMs + suspensionDaysDefault * dayMs
  const untilMs = instantMs(until)
  if (untilMs <= nowMs) throw refusedUntil('expected a moment after its beginning')
  if (untilMs > nowMs + suspensionDaysMax * dayMs) {
    throw refusedUntil(`expected at most ${suspensionDaysMax} days; ask again then`)
  }
  return untilMs
}

function refusedUntil(detail: string): RefusedInput {
  return new RefusedInput('invalid-request', 'The order cannot be suspended like this.', [
    { pointer: '/until', code: 'invalid-value', detail },
  ])
}

const suspensionDaysDefault = 7
/** A term of a prosecutor's order: what lasts longer is a matter of the order itself. */
const suspensionDaysMax = 90

/** Who cannot decide it has not: somebody wrote down another decision. */
function refuseIncompetent({ extendedBy, statute }: OrderType, decidedBy: Decider | null): void {
  if (decidedBy === null || extendedBy.includes(decidedBy)) return
  throw new RefusedInput('conflict', `An order under ${statute} is not extended by that.`, [
    {
      pointer: '/decidedBy',
      code: 'not-competent',
      detail: `expected ${extendedBy.join(' or ')}, got ${decidedBy}`,
    },
  ])
}

function registerExtend(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_extend',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'extendProtectionOrder',
      tags: ['Protection orders'],
      summary: 'Let an order run longer',
      description:
        'Also after its end, which is a gap that its life keeps. Without `documentReference`, or beyond what its kind allows, it is done, and said in its life (`missing`).',
      problems: {
        409: 'The order has ended, or `decidedBy` cannot extend an order of its kind.',
        412: otherVersion,
      },
      params: idParamsSchema,
      headers: ifMatchHeadersSchema,
      body: extendOrderBodySchema,
      response: { 200: protectionOrderSchema },
    },
    handler: async (request, reply) => {
      const validUntilMs = instantMs(request.body.validUntil)
      const change = changeFor(request)
      const record = await changeOrder(deps, change, async (current, tx) => {
        const { type } = await findKindOfOrder(tx, current.id)
        refuseIncompetent(type, change.ground.decidedBy ?? null)
        if (validUntilMs <= current.validUntilMs) {
          throw new RefusedInput('invalid-request', 'The order would not run longer.', [
            {
              pointer: '/validUntil',
              code: 'not-later',
              detail: 'expected a time after the present end of the order, got one that is not',
            },
          ])
        }
        return { ...current, validUntilMs }
      })
      return answer(reply, { ...deps, db: request.db }, record, [], 'none')
    },
  })
}
