import { RefusedInput } from '../../errors.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { changeOrder } from '../orders/order-change.ts'
import { idParamsSchema, instantMs } from '../../schemas/common.ts'
import { protectionOrderSchema } from '../../schemas/protection-order-answer.ts'
import { extendOrderBodySchema, ifMatchHeadersSchema } from '../../schemas/protection-order.ts'
import { answer, changeOf } from './protection-orders.ts'

/** What happens to an order between its registration and its end, each a new version. */
export function registerProtectionOrderOperationRoutes(app: App, deps: RouteDeps): void {
  registerStatusOperation(app, deps, {
    name: '_suspend',
    operationId: 'suspendProtectionOrder',
    summary: 'Stop watching an order for a while',
    from: 'active',
    to: 'suspended',
  })
  registerStatusOperation(app, deps, {
    name: '_resume',
    operationId: 'resumeProtectionOrder',
    summary: 'Watch a suspended order again',
    from: 'suspended',
    to: 'active',
  })
  registerStatusOperation(app, deps, {
    name: '_end',
    operationId: 'endProtectionOrder',
    summary: 'End an order before its time, for good',
    from: null,
    to: 'ended',
  })
  registerExtend(app, deps)
}

type StatusOperation = {
  readonly name: '_suspend' | '_resume' | '_end'
  readonly operationId: string
  readonly summary: string
  /** The status the order must have; null: any but ended. */
  readonly from: 'active' | 'suspended' | null
  readonly to: 'active' | 'suspended' | 'ended'
}

function registerStatusOperation(app: App, deps: RouteDeps, operation: StatusOperation): void {
  const { name, operationId, summary, from, to } = operation
  app.route({
    method: 'POST',
    url: `/v1/protection-orders/:id/${name}`,
    config: { roles: ['supervisor'] },
    schema: {
      operationId,
      tags: ['Protection orders'],
      summary,
      problems: {
        409: from === null ? 'The order has ended already.' : `The order is not ${from}.`,
        412: 'The order is at another version than If-Match names.',
      },
      params: idParamsSchema,
      headers: ifMatchHeadersSchema,
      response: { 200: protectionOrderSchema },
    },
    handler: async (request, reply) => {
      const record = await changeOrder(deps, changeOf(request), async (current) => {
        if (from !== null && current.status !== from) {
          throw new RefusedInput(
            'conflict',
            `Expected an order that is ${from}; this one is ${current.status}.`,
          )
        }
        return { ...current, status: to }
      })
      return answer(reply, { ...deps, db: request.db }, record, [], 'none')
    },
  })
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
      problems: {
        409: 'The order has ended.',
        412: 'The order is at another version than If-Match names.',
      },
      params: idParamsSchema,
      headers: ifMatchHeadersSchema,
      body: extendOrderBodySchema,
      response: { 200: protectionOrderSchema },
    },
    handler: async (request, reply) => {
      const validUntilMs = instantMs(request.body.validUntil)
      const record = await changeOrder(deps, changeOf(request), async (current) => {
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
