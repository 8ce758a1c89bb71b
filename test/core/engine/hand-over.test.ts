import { expect, it } from 'vitest'
import { advanceTo, applyRegistryChange } from '../../../src/core/engine/engine.ts'
import { putIn, takeOut, type Part } from '../../../src/core/engine/hand-over.ts'
import { applyAll, makeEngine, makeFix, makeOrder, startMs } from '../engine-world.ts'

const order = makeOrder()
const ids = new Set(['offender', 'offender-device', 'offender-device-2'])
const bornMs = startMs - 3_600_000
const inside = [0, 30, 60].map((seconds) => makeFix(seconds, 0))
const away = Array.from({ length: 20 }, (_, minute) => makeFix(120 + 60 * minute, 9_000))

it('a case that goes to another engine goes on there as if it had always been judged there', () => {
  const from = makeEngine({ orders: [order] })
  const to = makeEngine({ orders: [] })
  const none = { isOwn: () => false, isOfVendors: false, findSituation: null }
  const all = { ...none, isOwn: () => true }
  from.watch.share = all
  to.watch.share = none
  const change = { type: 'protection-order', protectionOrder: order } as const
  applyRegistryChange(to, change, bornMs)
  expect(to.dossiers.size()).toBe(0)
  expect(applyAll(from, inside).map(({ type }) => type)).toContain('alert-raised')
  const part = JSON.parse(JSON.stringify(takeOut(from, ids))) as Part
  from.watch.share = none
  to.watch.share = all
  putIn(to, part, () => [{ order, learnedAtMs: bornMs }])
  expect([...to.changed]).toHaveLength(1)

  const stayed = makeEngine({ orders: [order] })
  applyAll(stayed, inside)
  const told = applyAll(stayed, away)
  expect(told.map(({ type }) => type)).toContain('alert-ended')
  expect(applyAll(to, away)).toEqual(told)
  // Where it was, nothing is left of it.
  expect(from.dossiers.size()).toBe(0)
  expect(from.incidents.byOffender.size).toBe(0)
  expect(applyAll(from, away)).toEqual([])
  expect(advanceTo(from, startMs + 7_200_000)).toEqual([])
})
