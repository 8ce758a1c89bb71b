import { idParamsSchema } from '../../schemas/common.ts'
import { erasureBodySchema, proposalSchema } from '../../schemas/proposal.ts'
import { findProtectionOrder } from '../../store/registry/protection-orders.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import type { App } from '../door/app-type.ts'
import { refuseErasing } from '../orders/erase-order.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import { propose, refuseMachine } from '../proposals/propose.ts'
import type { RouteDeps } from '../route-deps.ts'
import { RefusedInput } from '../../errors.ts'

/** What was the matter of an order is forgotten, by two people, for good. */
export function registerOrderErasing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_erase',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'eraseProtectionOrder',
      tags: ['Protection orders'],
      summary: 'Ask that where the bans of an ended order lay is erased for good',
      description:
        'Asked by a person, and another one confirms it. Then the key of the case is destroyed, and its areas, their labels and its fixed addresses are read by nobody any more, here or in a copy that is restored with the keys of today. Positions and alerts are kept as long as they are.',
      problems: {
        409: 'The order protects, an alert of it is open, it was erased before, it is older than sealing, or this is asked already.',
      },
      params: idParamsSchema,
      body: erasureBodySchema,
      response: { 202: proposalSchema },
    },
    handler: async (request, reply) => {
      refuseMachine(request)
      const { id } = request.params
      const proposal = await request.db.transaction(async (tx) => {
        const found = await findProtectionOrder(tx, id)
        if (found === null) throw new RefusedInput('not-found', 'No protection order has this id.')
        await refuseErasing(tx, deps, id)
        return await propose(tx, deps, request, {
          protectionOrderId: id,
          personIds: peopleOfOrder(found.order),
          reason: request.body.reason,
          weakens: ['places-erased'],
          changes: [{ what: 'places', before: found.order.reference, after: null }],
          change: { type: 'case-erased' },
        })
      })
      return answerProposal(reply, proposal)
    },
  })
}
