import { wake } from '../model/deadlines.ts'
import { writeNumber } from '../model/number-slab.ts'
import { heardRow } from './heard-rows.ts'
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

/** Each report of this person is waited for: what is open, or doubtful, may end with it. */
export function noteTrouble(watch: Watch, personId: string): void {
  const person = ensurePerson(watch, personId)
  person.isTroubled = true
  awaitFixes(watch, person.deviceIds)
}

/** From now on something waits for a fix of these devices. */
export function awaitFixes({ heard }: Watch, deviceIds: Iterable<string>): void {
  for (const deviceId of deviceIds) {
    const at = heard.places.get(deviceId)
    if (at !== undefined) writeNumber(heard.slab, at + heardRow.isAwaited, 1)
  }
}

/** A fix of the person came: what waits for one is looked at. Answers whether anything did. */
export function wakeAwaitingFix(watch: Watch, personId: string, atMs: number): boolean {
  const person = watch.persons.get(personId)
  if (person === undefined) return false
  let isAwaited = person.isTroubled
  if (isAwaited) wakePerson(watch, personId, atMs)
  for (const orderId of person.orderIds) {
    const order = watch.orders.get(orderId)
    if (order === undefined || order.withoutDevice === null) continue
    isAwaited = true
    wake(watch.deadlines, order, atMs)
  }
  return isAwaited
}
