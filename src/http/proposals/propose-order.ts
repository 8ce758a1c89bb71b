import type pg from 'pg'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { findDoubts, findWeakenings } from '../../core/rules/weakening.ts'
import type { Proposal } from '../../store/people/proposals.ts'
import type { ProtectionOrderRecord } from '../../store/registry/protection-orders.ts'
import { changeOrder, type ChangeRequest } from '../orders/order-change.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import type { RouteDeps } from '../route-deps.ts'
import { describeOrderChange } from './describe-change.ts'
import { isSecondNeeded, noteDoneAlone, propose } from './propose.ts'

/**
 * Changes an order, or puts the change to a second person where it may make an alert later or
 * absent. What only adds protection is done at once.
 */
export async function changeOrProposeOrder(
  deps: Pick<RouteDeps, 'clock' | 'config' | 'onRegistryChanged'>,
  request: ChangeRequest,
  { onProposed, ...asked }: AskedOfOrder,
  evolve: (current: ProtectionOrder, tx: pg.PoolClient) => Promise<ProtectionOrder>,
): Promise<{ readonly record: ProtectionOrderRecord; readonly proposal: Proposal | null }> {
  let proposal: Proposal | null = null
  const record = await changeOrder(deps, request, async (current, tx) => {
    const next = await evolve(current, tx)
    const weakens = findWeakenings(current, next)
    const isAsked = isSecondNeeded(deps, request.request) && weakens.length > 0
    // What begins later waits for its moment, whoever decides it.
    const isLater = (asked.beginsAtMs ?? null) !== null
    if (next === current) return current
    const about = {
      changes: describeOrderChange(current, next),
      protectionOrderId: current.id,
      baseVersion: current.version,
    }
    if (!isAsked && !isLater) {
      const heardLess = [...weakens, ...findDoubts(current, next)]
      const alone = { ...about, weakens: heardLess, change: null, reason: asked.reason }
      if (heardLess.length > 0) await noteDoneAlone(tx, deps, request.request, alone)
      return next
    }
    const made = await propose(tx, deps, request.request, {
      ...asked,
      weakens,
      isPlanned: !isAsked,
      ...about,
      change: {
        type: 'order',
        order: next,
        ...(request.ground === undefined ? {} : { ground: request.ground }),
      },
      personIds: peopleOfOrder(current),
    })
    proposal = made
    await onProposed?.(tx, made)
    return current
  })
  return { record, proposal }
}

type AskedOfOrder = {
  readonly reason: string | null
  readonly untilMs: number | null
  /** When it is done by itself; null or absent: as soon as it is decided. */
  readonly beginsAtMs?: number | null
  /** In the transaction of the proposal: what hangs on it is kept with it, or neither is. */
  readonly onProposed?: (tx: pg.PoolClient, proposal: Proposal) => Promise<void>
}
