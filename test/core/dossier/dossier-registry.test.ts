import { expect, it } from 'vitest'
import {
  applyFix,
  applyRegistryChange,
  restoreSnapshot,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { makeEngine, makeFix, makeOrder, makePair, startMs, tell } from '../engine-world.ts'

const { victimsPerOffenderMax, victimsPerOrderMax } = defaultLimits
const victims = Array.from({ length: victimsPerOffenderMax }, (_, index) => `victim-${index}`)
const orders = Array.from({ length: victimsPerOffenderMax / victimsPerOrderMax }, (_, order) =>
  makeOrder({
    id: `order-${order}`,
    locationBans: [],
    proximityBans: victims
      .slice(order * victimsPerOrderMax, (order + 1) * victimsPerOrderMax)
      .map((victimId) => makePair({ id: `pair-${victimId}`, victimId, approachMeters: 1000 })),
  }),
)

it('an offender may have as many victims as the orders against that offender may name', () => {
  const engine = makeEngine({ victims, orders })
  applyFix(engine, makeFix(0, 0))
  const last = victims.at(-1)!
  expect(tell(applyFix(engine, makeFix(1, 100, 0, { deviceId: `${last}-device` })))).toEqual([
    'raised proximity-breach 1',
  ])
  const restored = makeEngine({ victims, orders })
  for (const { scope, state } of takeSnapshots(engine)) {
    expect(restoreSnapshot(restored, scope, state)).toEqual([])
  }
  expect(tell(applyFix(restored, makeFix(2, 0)))).toEqual([])
})

it('a victim who is no longer protected keeps a place in the dossier, and others get theirs', () => {
  const engine = makeEngine({ victims, orders: [] })
  for (const [index, order] of orders.entries()) {
    const protectionOrder = { ...order, id: 'order', version: index + 1 }
    applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, startMs)
  }
  applyFix(engine, makeFix(0, 0))
  const told = [victims[0]!, victims.at(-1)!].map((victim, index) =>
    tell(applyFix(engine, makeFix(1 + index, 100, 0, { deviceId: `${victim}-device` }))),
  )
  expect(told).toEqual([[], ['raised proximity-breach 2']])
})
