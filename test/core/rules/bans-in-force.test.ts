import { describe, expect, it } from 'vitest'
import type { Box } from '../../../geo/box-index.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import type { BansInForce } from '../../../src/core/rules/bans-in-force.ts'
import {
  advanceBans,
  applyOrderToBans,
  createBansInForce,
  findBansTouching,
} from '../../../src/core/rules/bans-in-force.ts'
import { home, makeBan, makeOrder, startMs } from '../engine-world.ts'

const atHome: Box = {
  west: home.longitude,
  south: home.latitude,
  east: home.longitude,
  north: home.latitude,
}

function makeBans(...orders: ProtectionOrder[]): BansInForce {
  const bans = createBansInForce()
  for (const order of orders) applyOrderToBans(bans, order, startMs)
  return bans
}

function idsAtHome(bans: BansInForce): string[] {
  return findBansTouching(bans, atHome).map(({ id }) => id)
}

describe('the index of bans in force', () => {
  it('the index of bans in force follows the validity and the schedule of each ban as the clock passes', () => {
    const exceptions = [{ fromMs: startMs + 1000, untilMs: startMs + 2000, reason: 'hearing' }]
    const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions } as const
    const order = makeOrder({
      validFromMs: startMs,
      validUntilMs: startMs + 3000,
      locationBans: [makeBan({ schedule })],
    })
    const bans = createBansInForce()
    applyOrderToBans(bans, order, startMs - 10)
    const countAt = (ms: number) => {
      advanceBans(bans, startMs + ms)
      return idsAtHome(bans).length
    }
    expect([-1, 0, 999, 1000, 1999, 2000, 2999, 3000].map(countAt)).toEqual([
      0, 1, 1, 0, 0, 1, 1, 0,
    ])
  })

  it('the index of bans in force holds the newest version of an order only', () => {
    const elsewhere = { type: 'circle', longitude: 6, latitude: 53, radiusMeters: 500 } as const
    const bans = makeBans(makeOrder({ locationBans: [makeBan(), makeBan({ id: 'removed' })] }))
    expect(idsAtHome(bans)).toEqual(['ban', 'removed'])
    const second = makeOrder({ version: 2, locationBans: [makeBan({ area: elsewhere })] })
    applyOrderToBans(bans, second, startMs)
    expect(idsAtHome(bans)).toEqual([])
    const there: Box = { west: 5.9, south: 52.9, east: 6.1, north: 53.1 }
    expect(findBansTouching(bans, there).map(({ order }) => order.version)).toEqual([2])
  })

  it('the index of bans in force forgets the schedule of a former version', () => {
    const bans = makeBans(makeOrder({ validUntilMs: startMs + 1000 }))
    applyOrderToBans(bans, makeOrder({ version: 2, validUntilMs: startMs + 5000 }), startMs)
    advanceBans(bans, startMs + 1000)
    expect(idsAtHome(bans)).toEqual(['ban'])
    advanceBans(bans, startMs + 5000)
    expect(idsAtHome(bans)).toEqual([])
  })

  it('the index of bans in force leaves out an order that is suspended, and takes it in again when it is resumed', () => {
    const bans = makeBans(makeOrder({ status: 'suspended' }))
    expect(idsAtHome(bans)).toEqual([])
    applyOrderToBans(bans, makeOrder({ version: 2 }), startMs)
    expect(idsAtHome(bans)).toEqual(['ban'])
  })

  it('the index of bans in force tells the areas of several orders apart by their ids, in order', () => {
    const other = makeOrder({ id: 'other', locationBans: [makeBan({ id: 'a' })] })
    expect(idsAtHome(makeBans(makeOrder(), other))).toEqual(['a', 'ban'])
  })

  it('the index of bans in force does not hold the approach band', () => {
    const eastMeters = 600 / 68_000
    const beside: Box = { ...atHome, west: home.longitude + eastMeters, east: home.longitude + 1 }
    expect(findBansTouching(makeBans(makeOrder()), beside)).toEqual([])
  })
})
