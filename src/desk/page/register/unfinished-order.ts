import type { Order } from '../net/api.ts'
import { findDraft, keepDraft, listDrafts } from '../state/drafts.ts'
import type { BanDraft, PairDraft } from './ban-draft.ts'
import type { OrderStart } from './order-start.ts'

/** An order that somebody made or changed and did not send. Its inputs are kept by its form. */
export type UnfinishedOrder = {
  readonly bans: readonly BanDraft[]
  readonly pairs: readonly PairDraft[]
  /** Of a new one that was thought of elsewhere. */
  readonly start: OrderStart | null
}

/**
 * Where an unfinished order is kept: a new one by the assessment that it began with, a change by
 * the version that it is of. On another version it would undo what somebody else changed since.
 */
export function orderKey(
  order: Pick<Order, 'id' | 'version'> | null,
  start: OrderStart | null,
): string {
  if (order !== null) return `${amendments(order)}${order.version}`
  return `${newOrders}${start?.assessmentId ?? ''}`
}

const newOrders = 'order new '
const amendments = ({ id }: Pick<Order, 'id'>): string => `order ${id} `

/** The new one that goes on: that of the same assessment, or the last one where none is brought. */
export function findUnfinished(start: OrderStart | null): UnfinishedOrder | null {
  if (start !== null) return findOrderDraft(orderKey(null, start))
  return (listDrafts(newOrders).at(-1)?.value ?? null) as UnfinishedOrder | null
}

export function findOrderDraft(key: string): UnfinishedOrder | null {
  return findDraft(key) as UnfinishedOrder | null
}

export function keepUnfinished(key: string, order: UnfinishedOrder): void {
  keepDraft(key, order)
}

export function forgetUnfinished(key: string): void {
  keepDraft(key, null)
  keepDraft(inputsKey(key), null)
}

/** Where the inputs of its form are kept. */
export function inputsKey(key: string): string {
  return `form ${key}`
}

/** Changes that were typed of another version, which is not that of the order any more. */
export function listStale(order: Pick<Order, 'id' | 'version'>): readonly StaleAmendment[] {
  return listDrafts(`form ${amendments(order)}`)
    .map(({ key }) => ({ key: key.slice('form '.length), version: Number(key.split(' ').at(-1)) }))
    .filter(({ version }) => version !== order.version)
}

export type StaleAmendment = { readonly key: string; readonly version: number }
