import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { applyFix, applyRegistryChange } from '../../../src/core/engine/engine.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { asWatched, limitsUnder } from '../../../src/core/rules/watched-order.ts'
import {
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeRisk,
  startMs,
} from '../engine-world.ts'

const grave = makeRisk({ profile: 'high', version: 3, approachMetersMin: 1_500 })
/** 1,200 m from the border of the ban, which has a band of 500 m. */
const beyondBandMeters = 1_700

function raisedOf(effects: readonly Effect[]) {
  return effects.flatMap((effect) => (effect.type === 'alert-raised' ? [effect.alert] : []))
}

function learn(
  engine: Engine,
  protectionOrder: ProtectionOrder,
  seconds: number,
): readonly Effect[] {
  const change = { type: 'protection-order', protectionOrder } as const
  return applyRegistryChange(engine, change, startMs + seconds * 1_000)
}

describe('an order as it is watched', () => {
  it('an order is watched with bands at least as wide as the risk profile asks, and stored as the court said it', () => {
    const bans = [makeBan(), makeBan({ id: 'wide', approachMeters: 9_000 })]
    const order = makeOrder({ locationBans: bans, proximityBans: [makePair()], risk: grave })
    const watched = asWatched(order)
    expect(watched.locationBans.map(({ approachMeters }) => approachMeters)).toEqual([1_500, 9_000])
    expect(watched.proximityBans.map(({ approachMeters }) => approachMeters)).toEqual([2_500])
    expect(JSON.parse(JSON.stringify(watched))).toEqual({
      ...order,
      locationBans: watched.locationBans,
      proximityBans: watched.proximityBans,
    })
    expect(order.locationBans[0]?.approachMeters).toBe(500)
    expect(asWatched(makeOrder())).toEqual(makeOrder())
  })

  it('areas that are read when they are first asked for are not read by it', () => {
    let readCount = 0
    const { locationBans, ...terms } = makeOrder({ risk: grave })
    const watched = asWatched({
      ...terms,
      get locationBans() {
        readCount += 1
        return locationBans
      },
    })
    expect(readCount).toBe(0)
    expect(watched.locationBans).toHaveLength(1)
    expect(watched.locationBans).toHaveLength(1)
    expect(readCount).toBe(1)
  })

  it('a case that is found to be graver tells of whoever is near at that moment, and its evidence names the version', () => {
    const near = (seconds: number) => [
      makeFix(seconds, beyondBandMeters),
      makeFix(seconds + 30, beyondBandMeters - 60),
    ]
    const without = makeEngine()
    expect(raisedOf(near(0).flatMap((fix) => applyFix(without, fix)))).toEqual([])
    const engine = makeEngine()
    expect(near(0).flatMap((fix) => applyFix(engine, fix))).toEqual([])
    const raised = makeOrder({ version: 2, risk: grave })
    const [alert, ...more] = raisedOf(learn(engine, raised, 60))
    expect(more).toEqual([])
    expect(raisedOf(near(90).flatMap((fix) => applyFix(engine, fix)))).toEqual([])
    expect(alert).toMatchObject({
      kind: 'location-ban-approach',
      occurredAtMs: startMs + 60_000,
      evidence: {
        protectionOrderVersion: 2,
        facts: { approachMeters: 1_500, riskProfile: 'high', riskProfileVersion: 3 },
      },
    })
  })

  it('an answered alert of a grave case is back sooner, and of no case later', () => {
    const under = limitsUnder({ recallMinutesMax: 5 }, defaultLimits)
    expect([under.recallMinutes, under.recallMinutesMax]).toEqual([5, 5])
    expect(limitsUnder({ recallMinutesMax: 600 }, defaultLimits)).toEqual(defaultLimits)
    expect(limitsUnder(null, defaultLimits)).toEqual(defaultLimits)
  })
})
