import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  restoreSnapshot,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { listWantedIntervals } from '../../../src/core/protection/list-wanted-intervals.ts'
import type { World } from '../engine-world.ts'
import {
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeRisk,
  makeVictimFix,
  startMs,
} from '../engine-world.ts'

const seconds = defaultLimits.reportIntervalPursuitSeconds
const pairWorld: World = {
  orders: [makeOrder({ locationBans: [], proximityBans: [makePair()] })],
}

function start(world: World): Engine {
  const engine = makeEngine(world)
  advanceTo(engine, startMs)
  return engine
}

/** Device ids without the spare devices that everybody of the test world has. */
function asked(engine: Engine): Record<string, number> {
  const entries = [...listWantedIntervals(engine)].filter(([id]) => !id.endsWith('-2'))
  return Object.fromEntries(entries)
}

describe('faster reporting', () => {
  it('faster reporting is asked of nobody while nobody is near', () => {
    const engine = start(pairWorld)
    applyFix(engine, makeVictimFix(0, 0))
    applyFix(engine, makeFix(1, 5_000))
    expect(asked(engine)).toEqual({})
  })

  it('faster reporting is asked of everybody in a case whose risk profile asks for it, as long as the order is in force', () => {
    const proximityBans = [makePair()]
    const risk = makeRisk({ reportIntervalSeconds: 20 })
    const order = makeOrder({ locationBans: [], proximityBans, risk })
    const engine = start({ orders: [order] })
    expect(asked(engine)).toEqual({ 'offender-device': 20, 'victim-device': 20 })
    // In an approach what it asks anyway, or less.
    applyFix(engine, makeVictimFix(0, 0))
    applyFix(engine, makeFix(1, 1_500))
    expect(asked(engine)).toEqual({ 'offender-device': 20, 'victim-device': seconds })
    const change = (values: object): Record<string, number> => {
      const protectionOrder = { ...order, version: 2, ...values }
      applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, startMs + 2_000)
      return asked(engine)
    }
    const lower = { version: 3, risk: makeRisk({ reportIntervalSeconds: 60 }) }
    expect(change(lower)).toEqual({ 'victim-device': seconds })
    expect(change({ version: 4 })).toEqual({ 'offender-device': 20, 'victim-device': seconds })
    advanceTo(engine, order.validUntilMs)
    expect(asked(engine)).toEqual({})
  })

  it('faster reporting is asked of the device of the victim when the pair closes in, never of the monitor, and of none when it is over', () => {
    const engine = start(pairWorld)
    applyFix(engine, makeVictimFix(0, 0))
    applyFix(engine, makeFix(1, 1_500))
    expect(asked(engine)).toEqual({ 'victim-device': seconds })
    const restored = start(pairWorld)
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    expect(asked(restored)).toEqual(asked(engine))
    for (let at = 60; at <= 300; at += 60) {
      applyFix(engine, makeVictimFix(at, 0))
      applyFix(engine, makeFix(at + 1, 1_500 + 40 * at))
    }
    expect(asked(engine)).toEqual({})
  })

  it('faster reporting is asked of the offender alone who nears a banned area', () => {
    const engine = start({ orders: [makeOrder()] })
    applyFix(engine, makeFix(0, 700))
    expect(asked(engine)).toEqual({ 'offender-device': seconds })
  })

  it('faster reporting ends when the order does, without another fix', () => {
    const validUntilMs = startMs + 600_000
    const engine = start({ orders: [makeOrder({ validUntilMs })] })
    applyFix(engine, makeFix(0, 700))
    advanceTo(engine, validUntilMs - 1)
    expect(asked(engine)).toEqual({ 'offender-device': seconds })
    advanceTo(engine, validUntilMs)
    expect(asked(engine)).toEqual({})
  })

  it('faster reporting is not asked of a device that reports as often by its own plan', () => {
    const engine = start({ ...pairWorld, reportIntervalSeconds: seconds })
    applyFix(engine, makeVictimFix(0, 0))
    applyFix(engine, makeFix(1, 1_500))
    expect(asked(engine)).toEqual({})
  })
})
