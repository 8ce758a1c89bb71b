import type pg from 'pg'
import type { z } from 'zod'
import type { MoveAddress } from '../../core/orders/ask-about-move.ts'
import { dayMs } from '../../core/model/units.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { RefusedInput } from '../../errors.ts'
import { pushAll } from '../../core/model/lists.ts'
import { idParamsSchema, instantMs } from '../../schemas/common.ts'
import { relocationBodySchema, relocationsSchema } from '../../schemas/household.ts'
import { keepMoveIn, listOrdersAround } from '../../store/cases/known-moves.ts'
import { listMoveQuestions, type MoveQuestionRow } from '../../store/cases/move-questions.ts'
import {
  getRelocation,
  listRelocations,
  listRunningOrderIds,
  lockMoves,
  type Relocation,
} from '../../store/cases/relocations.ts'
import { unlessUnreadable } from '../../store/keys/sealed-orders.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findProtectionOrder } from '../../store/registry/protection-orders.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { questionBodyOf, relocationBodyOf } from '../answers/household-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { askKnownMoves } from '../orders/ask-known-moves.ts'
import type { RouteDeps } from '../route-deps.ts'

/** Somebody has moved: what that means for the bans that name where they lived. */
export function registerRelocationRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/persons/:id/relocations',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createRelocation',
      tags: ['Cases'],
      summary: 'Keep that somebody has moved',
      description:
        'In each order of theirs that runs, and in `protectionOrderId`, which need not name them: an order of areas alone names nobody whom it protects. In orders that are one case with those, or name whoever lives with them, what names the old place is asked too, also where no order names them. Every ban and fixed address that names the old address, or may, becomes a question with a deadline: to the case lead, then to whoever answers for them, and to people by an alert. Addresses are sealed with the key of the case.',
      problems: {
        409: 'No order about them, or about whoever lives with them, runs, and none was given; or that one has ended.',
      },
      params: idParamsSchema,
      body: relocationBodySchema,
      response: { 201: relocationsSchema },
    },
    handler: async (request, reply) => {
      const { id: personId } = request.params
      const { protectionOrderId } = request.body
      const nowMs = deps.clock.nowMs()
      refuseFarAhead(instantMs(request.body.movedAt), nowMs)
      const made = await request.db.transaction(async (tx) => {
        if ((await findPerson(tx, personId)) === null) throw unknownPerson()
        await lockMoves(tx, 'keeping')
        const named = await listRunningOrderIds(tx, personId)
        const orderIds = [...new Set([...named, ...(await givenOrder(tx, protectionOrderId))])]
        if (orderIds.length > 0) return await keepMove(tx, request, { orderIds, nowMs })
        // Nobody's order names them: what names the old place may be of whoever lives with them.
        const around = await listOrdersAround(tx, personId, [])
        if (around.length === 0) throw new RefusedInput('conflict', noneRuns)
        return await keepMove(tx, request, { orderIds: around, nowMs, isOldAlone: true })
      })
      reply.code(201)
      return {
        relocations: made.relocations.map(relocationBodyOf),
        questions: made.questions.map(questionBodyOf),
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

async function givenOrder(tx: pg.PoolClient, id: string | undefined): Promise<readonly string[]> {
  if (id === undefined) return []
  const found = await findProtectionOrder(tx, id)
  if (found !== null && found.order.status !== 'ended') return [id]
  if (found !== null) throw new RefusedInput('conflict', 'That order has ended.')
  const detail = 'expected the id of an order, got another id'
  throw new RefusedInput('unknown-reference', null, [
    { pointer: '/protectionOrderId', code: 'unknown-reference', detail },
  ])
}

type Keeping = {
  readonly orderIds: readonly string[]
  readonly nowMs: number
  readonly isOldAlone?: boolean
}

async function keepMove(
  tx: pg.PoolClient,
  request: MoveRequest,
  { isOldAlone = false, nowMs, orderIds }: Keeping,
) {
  const { body, params } = request
  const move = {
    personId: params.id,
    movedAtMs: instantMs(body.movedAt),
    oldAddress: addressOf(body.oldAddress),
    // Where somebody lives now is told in no case but those that name them.
    newAddress: isOldAlone ? null : addressOf(body.newAddress),
    keptBy: request.apiClient.id,
    keptAtMs: nowMs,
    copiedFrom: null,
  }
  const ids: string[] = []
  for (const orderId of orderIds) {
    const order = await requireOrder(tx, orderId)
    // Posted twice, as by a double click, it is one move.
    const known = (await listRelocations(tx, orderId)).find((one) => isSameMove(one, move))
    if (known !== undefined) {
      ids.push(known.id)
      continue
    }
    const { questionCount, relocationId } = await keepMoveIn(tx, order, move)
    const about = { protectionOrderId: orderId, personIds: [params.id], subjectId: relocationId }
    const detail = { questionCount }
    await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about, detail }))
    ids.push(relocationId)
  }
  for (const orderId of await listOrdersAround(tx, params.id, orderIds)) {
    // One that cannot be read stops no other; people are called about it.
    const order = await requireOrder(tx, orderId).catch(unlessUnreadable)
    if (order === null) continue
    pushAll(ids, await askKnownMoves(tx, request, order, { nowMs, newMove: move }))
  }
  const relocations: Relocation[] = []
  const questions: MoveQuestionRow[] = []
  for (const relocationId of ids) {
    relocations.push(await getRelocation(tx, relocationId))
    const query = { orderId: null, relocationId, isOpenOnly: true, afterId: null, limit: 500 }
    pushAll(questions, await listMoveQuestions(tx, query))
  }
  return { relocations, questions }
}

type Moved = Pick<Relocation, 'personId' | 'movedAtMs' | 'oldAddress' | 'newAddress'>

function isSameMove(one: Moved, other: Moved): boolean {
  const write = ({ movedAtMs, newAddress, oldAddress, personId }: Moved): string =>
    JSON.stringify([personId, movedAtMs, oldAddress, newAddress])
  return write(one) === write(other)
}

function addressOf(given: MoveRequest['body']['oldAddress']): MoveAddress | null {
  if (given === undefined) return null
  const { latitude = null, longitude = null, text } = given
  return { text, longitude, latitude }
}

export async function requireOrder(tx: pg.PoolClient, id: string): Promise<ProtectionOrder> {
  const found = await findProtectionOrder(tx, id)
  if (found === null) throw new Error('an order that was listed is not found')
  return found.order
}

function unknownPerson(): RefusedInput {
  return new RefusedInput('not-found', 'No person has this id.')
}

const noneRuns = 'No order about them or whoever lives with them runs here: nothing is to be asked.'
