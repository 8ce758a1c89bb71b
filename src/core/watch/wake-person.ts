import { wake } from '../model/deadlines.ts'
import { ensurePerson } from './watch-state.ts'
import type { Watch } from './watch-state.ts'

/** Judge everything that hangs on this person in the coming advance. */
export function wakePerson(watch: Watch, personId: string, atMs: number): void {
  const person = ensurePerson(watch, personId)
  wake(watch.deadlines, person, atMs)
  for (const orderId of person.orderIds) {
    const order = watch.orders.get(orderId)
    if (order === undefined) continue
    wake(watch.deadlines, order, atMs)
    for (const pairId of order.pairIds) {
      const pair = watch.pairs.get(pairId)
      if (pair !== undefined) wake(watch.deadlines, pair, atMs)
    }
  }
}
