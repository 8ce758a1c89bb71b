import { describe, expect, it } from 'vitest'
import {
  createBanFinder,
  findBansNear,
  refreshBanFinder,
} from '../../../src/core/rules/ban-finder.ts'
import type { BanRule } from '../../../src/core/rules/ban-versions.ts'
import { amendBanRule, createBanRule } from '../../../src/core/rules/ban-versions.ts'
import { makeBan, makeOrder, place, startMs } from '../engine-world.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

const at = (fromMs: number) => ({ fromMs, limits: defaultLimits })

/** Bans of 500 m with a band of 500 m, each 10 km east of the one before. */
function makeRules(count: number): BanRule[] {
  return Array.from({ length: count }, (_, slot) =>
    createBanRule(slot, makeOrder(), banAt(slot), at(0)),
  )
}

function banAt(slot: number, eastMeters = slot * 10_000) {
  const area = { type: 'circle', ...place(eastMeters, 0), radiusMeters: 500 } as const
  return makeBan({ id: `ban-${slot}`, area })
}

function slotsNear(rules: BanRule[], from: Place, to: Place = from): number[] | null {
  const finder = createBanFinder()
  refreshBanFinder(finder, rules)
  const near = findBansNear(finder, from, to)
  return near === null ? null : [...near.keys()].filter((slot) => near[slot] === 1)
}

type Place = { readonly longitude: number; readonly latitude: number }

describe('the bans that a fix may concern', () => {
  it('the bans that a fix may concern are all of them while they are few', () => {
    expect(slotsNear(makeRules(7), place(0, 0))).toBeNull()
  })

  it('the bans that a fix may concern are those whose box, grown by the band, holds the position', () => {
    const rules = makeRules(12)
    expect(slotsNear(rules, place(20_000, 0))).toEqual([2])
    expect(slotsNear(rules, place(20_990, 0))).toEqual([2])
    expect(slotsNear(rules, place(25_000, 0))).toEqual([])
  })

  it('the bans that a fix may concern are those that the way between two positions may cross', () => {
    expect(slotsNear(makeRules(12), place(25_000, -3000), place(45_000, 3000))).toEqual([3, 4])
  })

  it('the bans that a fix may concern are all of them when the way leaves the map on one side and comes back on the other', () => {
    const near = slotsNear(
      makeRules(12),
      { longitude: 179.9, latitude: 52 },
      { longitude: -179.9, latitude: 52 },
    )
    expect(near).toBeNull()
  })

  it('the bans that a fix may concern hold a moved ban where it was, for late fixes, and where it is', () => {
    const rules = makeRules(12)
    amendBanRule(rules[3]!, makeOrder({ version: 2 }), banAt(3, 500_000), at(startMs))
    expect(slotsNear(rules, place(30_000, 0))).toEqual([3])
    expect(slotsNear(rules, place(500_000, 0))).toEqual([3])
  })
})

describe('the box in which a ban is asked about', () => {
  it('the box of a ban reaches as far as the limits that were given let a coarse position lie about it', () => {
    const reachMeters = (unclearReachMetersMax: number) => {
      const limits = { ...defaultLimits, unclearReachMetersMax }
      const rule = createBanRule(0, makeOrder(), makeBan({ approachMeters: 0 }), {
        fromMs: 0,
        limits,
      })
      const { nearBoxes, boxes } = rule.versions[0]!
      return Math.round((boxes[1]! - nearBoxes[1]!) * 111_200)
    }
    expect(reachMeters(2_000) - reachMeters(500)).toBeGreaterThan(1_450)
  })
})
