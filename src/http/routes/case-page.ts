import { z } from 'zod'
import { RefusedInput } from '../../errors.ts'
import { breachKinds, findPattern } from '../../report/case-pattern.ts'
import { printCase, type CasePage } from '../../report/print-case.ts'
import { casePageQuerySchema } from '../../schemas/case-page.ts'
import { idParamsSchema } from '../../schemas/common.ts'
import { listCaseGaps } from '../../store/cases/case-gaps.ts'
import {
  listJoinedOrderIds,
  listOrdersOfCase,
  type OrderOfCase,
} from '../../store/cases/joined-orders.ts'
import { listCaseRoles } from '../../store/cases/case-roles.ts'
import { listScreenings } from '../../store/cases/screenings.ts'
import { findProtectionRecord } from '../../store/evaluator/protection-states.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { listOrderActs } from '../../store/registry/order-acts.ts'
import { findKindOfOrder } from '../../store/registry/order-types.ts'
import { listOrderReminders } from '../../store/registry/order-reminders.ts'
import { findProtectionOrder } from '../../store/registry/protection-orders.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { listDecidedAt, readCaseActions } from '../../store/report/case-actions.ts'
import { listAlertMarks, listOrdersAgainst } from '../../store/report/case-facts.ts'
import { lifeStateOf } from '../../core/orders/order-life.ts'
import { protectionStateBodyOf } from '../answers/protection-state-answer.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { printedPolicy } from '../door/headers.ts'
import { noOrder } from '../orders/order-change.ts'
import type { RouteDeps } from '../route-deps.ts'
import { findDetectionStanding } from './detection-standing.ts'

/** A case on one page, for the people of several organisations at one table. */
export function registerCasePageRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/case-page',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'getCasePage',
      tags: ['Cases'],
      summary: 'A case on one page to print, for one table and on one ground',
      description:
        'Orders and terms, breaches over time, how they repeat, whether it protects now, who is there and what is promised. In Dutch; it loads nothing. No place, no distance and no words that somebody typed are on it. That it was taken, for what and on what ground, is on record as a disclosure before it is answered.',
      params: idParamsSchema,
      querystring: casePageQuerySchema,
      response: { 200: { content: { 'text/html': { schema: z.string() } } } },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      const { ground, purpose } = request.query
      const found = await findProtectionOrder(request.db, id)
      if (found === null) throw new RefusedInput('not-found', noOrder)
      const { personIds, ...page } = await readCase(request.db, deps, { ...found, ground, purpose })
      const about = { protectionOrderId: id, personIds }
      const detail = { purpose, ground }
      await request.db.transaction((tx) =>
        recordAct(tx, actOf(request, nowMs, { kind: 'disclosure', ...about, detail })),
      )
      return await reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', printedPolicy)
        .header('cache-control', 'no-store')
        .send(printCase(page))
    },
  })
}

type Asked = Pick<CasePage, 'ground' | 'purpose'> &
  Pick<NonNullable<Awaited<ReturnType<typeof findProtectionOrder>>>, 'order'>

async function readCase(
  db: Db,
  deps: RouteDeps,
  { ground, order, purpose }: Asked,
): Promise<CasePage & { readonly personIds: readonly string[] }> {
  const nowMs = deps.clock.nowMs()
  const { id, offenderId } = order
  const acts = await listOrderActs(db, id)
  const reminders = await listOrderReminders(db, id)
  const roles = await listCaseRoles(db, id)
  const { type } = await findKindOfOrder(db, id)
  const record = await findProtectionRecord(db, id)
  if (record === null) throw new RefusedInput('not-found', noOrder)
  const protection = protectionStateBodyOf(record, await findDetectionStanding(deps))
  const [lacking] = await listCaseGaps(db, { nowMs, afterId: null, orderId: id, limit: 1 })
  const together = await listOrdersOfCase(db, await listJoinedOrderIds(db, id))
  const orderIds = together.map((one) => one.id)
  const others = await readOthers(
    db,
    deps,
    together.filter((one) => one.id !== id),
  )
  return {
    // Everybody whom the page names, of every order of the case.
    personIds: [...new Set(together.flatMap((one) => [one.offenderId, ...one.victimIds]))],
    nowMs,
    purpose,
    ground,
    order,
    state: lifeStateOf(order, { acts, type }, nowMs),
    ...(await readTogether(db, together, offenderId)),
    others,
    risk: order.risk?.name.nl ?? null,
    acts: await byDecision(db, id, acts),
    extensionCount: acts.at(-1)?.extensionCount ?? 0,
    extensionCountMax: type.extensionCountMax,
    protection: protection.state,
    protectionReasons: [...new Set(protection.reasons.map(({ code }) => code))],
    pattern: findPattern(await listAlertMarks(db, orderIds), nowMs),
    gaps: lacking?.gaps ?? [],
    roles: roles.filter(({ untilMs }) => untilMs === null),
    screenings: await listScreenings(db, id),
    reminders: reminders.filter(({ isOver }) => !isOver),
    actions: {
      ...(await readCaseActions(db, { orderIds, breachKinds, nowMs })),
      conditions: [order, ...others].map(conditionsOf),
    },
  }
}

/** Without what was asked before it. What was done at a later moment stands by its decision. */
async function byDecision(
  db: Db,
  orderId: string,
  acts: Awaited<ReturnType<typeof listOrderActs>>,
): Promise<CasePage['acts']> {
  const decidedAt = await listDecidedAt(db, orderId)
  return acts
    .filter(({ act }) => act !== 'propose' && act !== 'assess')
    .map((act) => ({ ...act, decidedAtMs: decidedAt.get(act.orderVersion) ?? act.atMs }))
    .toSorted((a, b) => b.decidedAtMs - a.decidedAtMs || b.orderVersion - a.orderVersion)
}

function conditionsOf({ conditions, reference }: CasePage['others'][number] | Asked['order']) {
  return { reference, conditions: conditions ?? [] }
}

/** All orders of the case, those against the same person too, and everybody whom they name. */
async function readTogether(
  db: Db,
  together: readonly OrderOfCase[],
  offenderId: string,
): Promise<Pick<CasePage, 'offenderReferences' | 'victimReferences' | 'orders'>> {
  const known = new Set(together.map((one) => one.id))
  const against = await listOrdersAgainst(db, offenderId)
  const referencesOf = async (ids: readonly string[]): Promise<readonly string[]> => {
    const people = await Promise.all([...new Set(ids)].map((personId) => findPerson(db, personId)))
    return people.flatMap((one) => (one === null ? [] : [one.reference]))
  }
  return {
    offenderReferences: await referencesOf(together.map((one) => one.offenderId)),
    victimReferences: await referencesOf(together.flatMap((one) => one.victimIds)),
    orders: [...together, ...against.filter((one) => !known.has(one.id))],
  }
}

/** Of the other orders of the case: how each protects now, and what is asked about its end. */
async function readOthers(
  db: Db,
  deps: RouteDeps,
  others: readonly OrderOfCase[],
): Promise<CasePage['others']> {
  const standing = await findDetectionStanding(deps)
  return await Promise.all(
    others
      .filter(({ status }) => status !== 'ended')
      .map(async ({ id, reference, riskName }) => {
        const record = await findProtectionRecord(db, id)
        const protection = record === null ? null : protectionStateBodyOf(record, standing)
        const reminders = await listOrderReminders(db, id)
        const found = await findProtectionOrder(db, id)
        return {
          reference,
          conditions: found?.order.conditions ?? [],
          risk: riskName?.nl ?? null,
          protection: protection?.state ?? 'unknown',
          protectionReasons: [...new Set((protection?.reasons ?? []).map(({ code }) => code))],
          reminders: reminders.filter(({ isOver }) => !isOver),
        }
      }),
  )
}
