import type pg from 'pg'
import { adviseOnBans } from '../../core/enforceability/advise-on-bans.ts'
import { adviseOnTerms, type Decider } from '../../core/model/order-terms.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { RefusedInput, type Fault } from '../../errors.ts'
import type { Db } from '../../store/pg/pool.ts'
import {
  findProtectionOrderForUpdate,
  findVictimsWith,
  updateProtectionOrder,
  type ProtectionOrderRecord,
} from '../../store/registry/protection-orders.ts'
import { findKindsOfOrders, type KindOfOrder } from '../../store/registry/order-types.ts'
import type { ActGround } from '../../store/registry/order-acts.ts'
import { findReportInterval } from '../../store/registry/device-use.ts'
import { findPersonRoles } from '../../store/registry/registry-rows.ts'
import type { RouteDeps } from '../route-deps.ts'
import { instantMs } from '../../schemas/common.ts'
import type { Advisory, OrderDraft } from '../../schemas/read-order.ts'
import type { Calling } from '../door/act.ts'
import { changeRegistry } from './registry-change.ts'

/**
 * Makes the next version of an order from the current one, with its journal entry, in
 * one transaction. `evolve` throws to refuse; giving back the current order itself
 * means that nothing changes.
 */
export async function changeOrder(
  deps: Pick<RouteDeps, 'onRegistryChanged' | 'clock'>,
  request: ChangeRequest,
  evolve: (current: ProtectionOrder, tx: pg.PoolClient) => Promise<ProtectionOrder>,
): Promise<ProtectionOrderRecord> {
  return changeRegistry(deps, request.request, duplicateReference, async (tx) => {
    const current = await findProtectionOrderForUpdate(tx, request.id)
    if (current === null) throw new RefusedInput('not-found', noOrder)
    refuseOtherVersion(current.order, request.ifMatch)
    if (current.order.status === 'ended') {
      throw new RefusedInput('conflict', 'This order has ended. Register a new one.')
    }
    const next = await evolve(current.order, tx)
    if (next === current.order) return { result: current, change: null }
    const versioned = { ...next, version: current.order.version + 1 }
    const ground = { nowMs: deps.clock.nowMs(), ...request.ground }
    const result = await updateProtectionOrder(tx, versioned, request.changedBy, ground)
    return { result, change: { type: 'protection-order', protectionOrder: result.order } }
  })
}

export type ChangeRequest = {
  readonly id: string
  readonly ifMatch: string | undefined
  readonly changedBy: string
  readonly request: Calling
  /** By what right it is changed, as far as it was said. */
  readonly ground?: ActGround
}

/** By what right an order is changed, as far as the body says it. */
export function groundOf(said: SaidGround | undefined): ActGround {
  const { documentReference, decidedBy, effectiveAt, reason } = said ?? {}
  return {
    documentReference: documentReference ?? null,
    decidedBy: decidedBy ?? null,
    reason: reason ?? null,
    effectiveAtMs: effectiveAt === undefined ? null : instantMs(effectiveAt),
  }
}

/** When what was asked begins, where that is to come; null: now. */
export function laterOf(effectiveAtMs: number | null | undefined, nowMs: number): number | null {
  return effectiveAtMs != null && effectiveAtMs > nowMs ? effectiveAtMs : null
}

export type SaidGround = {
  readonly documentReference?: string | undefined
  readonly decidedBy?: Decider | undefined
  readonly effectiveAt?: string | undefined
  readonly reason?: string | undefined
}

export const noOrder = 'No protection order has this id.'
export const duplicateReference = 'There is a protection order of this reference already.'

/**
 * The people of an order must exist and be on the right side of it; all faults are named together.
 */
export async function refuseWrongPeople(db: Db, order: OrderDraft): Promise<void> {
  const victims = order.proximityBans.map((ban) => ban.victimId)
  const roles = await findPersonRoles(db, [order.offenderId, ...victims])
  const faults: Fault[] = []
  const check = (pointer: string, id: string, role: 'offender' | 'victim', article: string) => {
    const found = roles.get(id)
    if (found === role) return
    const got =
      found === undefined ? 'an id that nobody has' : `the id of a person of role ${found}`
    const detail = `expected the id of ${article} ${role}, got ${got}`
    faults.push({ pointer, code: 'unknown-reference', detail })
  }
  check('/offenderId', order.offenderId, 'offender', 'an')
  for (const [index, id] of victims.entries()) {
    check(`/proximityBans/${index}/victimId`, id, 'victim', 'a')
  }
  if (faults.length > 0) throw new RefusedInput('unknown-reference', null, faults)
}

/** What the offender did under it, and what is still open, would be laid to somebody else. */
export function refuseOtherOffender(draft: OrderDraft, current: ProtectionOrder): void {
  if (draft.offenderId === current.offenderId) return
  const detail =
    'expected the offender of this order, got another; end this order and register one against the other'
  throw new RefusedInput('conflict', 'An order binds one person.', [
    { pointer: '/offenderId', code: 'not-changeable', detail },
  ])
}

/** Detection keeps a place for every victim an offender ever had, and has so many. */
export async function refuseTooManyVictims(
  tx: Db,
  order: OrderDraft,
  { victimsPerOffenderMax }: Limits,
): Promise<void> {
  if (order.proximityBans.length === 0) return
  const victims = await findVictimsWith(tx, order)
  if (victims.size <= victimsPerOffenderMax) return
  throw new RefusedInput(
    'conflict',
    `All orders against an offender together, former versions included, may name at most ${victimsPerOffenderMax} victims; with this one they would name ${victims.size}.`,
  )
}

/** Of each of these orders, by id: what a lawyer should look at, as its kind is now. */
export async function adviseOnOrders(
  db: Db,
  orders: readonly ProtectionOrder[],
  limits: Limits,
): Promise<ReadonlyMap<string, Advisory[]>> {
  const kinds = await findKindsOfOrders(
    db,
    orders.map(({ id }) => id),
  )
  return new Map(
    orders.map((order) => {
      const kind = kinds.get(order.id)
      return [order.id, kind === undefined ? [] : adviseOnOrder(order, kind, limits)]
    }),
  )
}

/** With the place in the body. */
function adviseOnOrder(order: ProtectionOrder, kind: KindOfOrder, limits: Limits): Advisory[] {
  const narrow = [...order.proximityBans.keys()].filter(
    (index) =>
      (order.proximityBans[index]?.separationMeters ?? 0) < limits.separationMetersAdvisedMin,
  )
  return adviseOnTerms(order, kind, limits).map(({ code, sentence, sentenceNl }) => ({
    pointer:
      code === 'separation-below-advised'
        ? `/proximityBans/${narrow.shift() ?? 0}/separationMeters`
        : '/validUntil',
    code,
    detail: sentence,
    detailNl: sentenceNl,
  }))
}

/** What the assessment of its bans says no to, by the plan of the device the offender has. */
export async function adviseOnEnforceability(
  { db, limits, clock }: Pick<RouteDeps, 'limits' | 'clock'> & { readonly db: Db },
  order: ProtectionOrder,
): Promise<Advisory[]> {
  const intervalSeconds = await findReportInterval(db, order.offenderId, clock.nowMs())
  return adviseOnBans(order, intervalSeconds, limits).flatMap(({ pointer, checks }) =>
    checks.map(({ code, sentence, sentenceNl }) => ({
      pointer,
      code,
      detail: sentence,
      detailNl: sentenceNl,
    })),
  )
}

/** `If-Match` (RFC 9110): the change is meant for this version and for no other. */
function refuseOtherVersion(order: ProtectionOrder, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return
  const wanted = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', ''))
  if (wanted.includes('*') || wanted.includes(String(order.version))) return
  throw new RefusedInput(
    'version-mismatch',
    `The order is at version ${order.version} now, which If-Match does not name. Read it again before changing it.`,
  )
}
