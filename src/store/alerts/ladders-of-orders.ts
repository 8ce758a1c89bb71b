import { escalationRows, type CallsOfOrder } from '../../core/model/escalation.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { EscalationStep } from '../../core/model/registry.ts'
import type { Db } from '../pg/pool.ts'
import { findEscalationLadder } from './escalation-ladders.ts'
import type { SaveContext } from './save-context.ts'

/**
 * Who is called about an alert of one of these orders, as it is now: by its own ladder or that of
 * the organisation, and whom its risk profile adds. What nobody is called for is in the list, and
 * that is all.
 */
export async function findLadders(
  db: Db,
  limits: Limits,
  orderIds: readonly (string | null)[],
): Promise<SaveContext['escalationsOf']> {
  const organisation = (await findEscalationLadder(db))?.steps ?? limits.escalation
  const { rows } = await db.query<StoredCalls>(
    `select distinct on (protection_order_id) protection_order_id as "orderId",
            body -> 'escalation' as escalation, body -> 'risk' -> 'alsoCalled' as "alsoCalled"
       from protection_order_versions where protection_order_id = any($1::uuid[])
      order by protection_order_id, version desc`,
    [orderIds],
  )
  const known = new Map(rows.map((row) => [row.orderId, callsOf(row)]))
  return ({ priority, protectionOrderId }, fromMs) => {
    if (priority === 'P3') return []
    return escalationRows(known.get(protectionOrderId ?? '') ?? null, organisation, fromMs)
  }
}

type StoredCalls = {
  readonly orderId: string
  readonly escalation: unknown
  readonly alsoCalled: unknown
}

/** Of an order that cannot be read people are called all the same: by what of it can be. */
function callsOf({ alsoCalled, escalation }: StoredCalls): CallsOfOrder {
  const added = stepsOf(alsoCalled)
  return {
    escalation: stepsOf(escalation),
    ...(added === null ? {} : { risk: { alsoCalled: added } }),
  }
}

function stepsOf(stored: unknown): readonly EscalationStep[] | null {
  if (!Array.isArray(stored) || !stored.every(isStep)) return null
  return stored
}

function isStep(value: unknown): value is EscalationStep {
  const step = value as Partial<EscalationStep> | null
  return Number.isFinite(step?.afterSeconds) && typeof step?.target === 'string'
}
