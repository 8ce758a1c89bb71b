import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { applyFix } from '../../../src/core/engine/engine.ts'
import type { FixedAddress } from '../../../src/core/model/registry.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  place,
  tell,
} from '../engine-world.ts'

/** Her home is where the plain begins; she may be 20 km away. */
const address: FixedAddress = { label: 'home', ...place(0, 0), radiusMeters: 50 }

function start(fixedAddresses: readonly FixedAddress[] = [address]) {
  const pair = makePair({ separationMeters: 500, approachMeters: 1_000, fixedAddresses })
  return makeEngine({ orders: [makeOrder({ locationBans: [], proximityBans: [pair] })] })
}

function violations(effects: readonly Effect[]): string[] {
  return tell(effects).filter((line) => line.includes('proximity'))
}

describe('the fixed addresses of a victim', () => {
  it.each([
    ['he is at one while her sighting is older than five minutes', 301, 0, ['breach', 'approach']],
    ['he nears one then', 301, 800, ['approach']],
    ['he keeps away from it', 301, 1_100, []],
    ['she was seen at most five minutes ago, elsewhere', 300, 0, []],
  ] as const)(
    'the fixed addresses of a victim are watched or not: %s',
    (_name, seconds, eastMeters, expected) => {
      const engine = start()
      applyFix(engine, makeVictimFix(0, 20_000))
      const effects = applyAll(engine, [makeFix(seconds, eastMeters)])
      const kinds = expected.map((kind) => `raised proximity-${kind} ${seconds}`)
      // An approach that begins inside its breach has no alert of its own.
      expect(violations(effects)).toEqual(expected.length === 2 ? kinds.slice(0, 1) : kinds)
    },
  )

  it('the fixed addresses of a victim are watched when that victim was never seen', () => {
    expect(violations(applyAll(start(), [makeFix(0, 0)]))).toEqual(['raised proximity-breach 0'])
  })

  it('the fixed addresses of a victim are nobody’s concern when the order has none', () => {
    expect(violations(applyAll(start([]), [makeFix(0, 0)]))).toEqual([])
  })

  it('the fixed addresses of a victim count from the border of the place, the nearest one', () => {
    const wide = { ...address, ...place(5_000, 0), radiusMeters: 400 }
    const effects = applyAll(start([address, wide]), [makeFix(0, 4_200), makeFix(30, 4_200)])
    expect(violations(effects)).toEqual(['raised proximity-breach 0'])
  })

  it('the fixed addresses of a victim leave in the evidence that they were used, and not which or where', () => {
    const engine = start()
    applyFix(engine, makeVictimFix(0, 20_000))
    const effects = applyFix(engine, makeFix(400, 100))
    const raised = effects.find((effect) => effect.type === 'alert-raised')
    expect(raised?.alert).toMatchObject({
      kind: 'proximity-breach',
      priority: 'P1',
      victimId: 'victim',
      evidence: {
        fixes: [{ role: 'offender' }],
        facts: { basis: 'victim device stale, fixed address used', sightingGapMs: 400_000 },
      },
    })
    expect(raised?.alert.distanceMeters).toBeCloseTo(50, 0)
    expect(raised?.alert.reason).toContain('50 to 100 m from a fixed address of the victim')
    const { facts } = raised!.alert.evidence
    expect(JSON.stringify(facts)).not.toMatch(/home|longitude|latitude/)
  })

  it('the fixed addresses of a victim never end what is open: away from the home is not away from the person', () => {
    const engine = start()
    const near = [makeVictimFix(0, 3_000), makeFix(1, 3_000)]
    const away = [400, 460, 520, 580].map((seconds) => makeFix(seconds, 900 + seconds))
    expect(violations(applyAll(engine, [...near, ...away]))).toEqual(['raised proximity-breach 1'])
    const atHome = start()
    const left = [0, 60, 120, 180, 240].map((seconds) => makeFix(seconds, 20 * seconds))
    expect(violations(applyAll(atHome, left))).toEqual(['raised proximity-breach 0'])
  })

  it('the fixed addresses of a victim are let go of when the victim is seen elsewhere', () => {
    const effects: Effect[] = []
    const engine = start()
    effects.push(...applyFix(engine, makeFix(0, 0)))
    for (const seconds of [30, 100, 160]) {
      effects.push(...applyAll(engine, [makeVictimFix(seconds, 20_000), makeFix(seconds + 5, 0)]))
    }
    expect(violations(effects)).toEqual(['raised proximity-breach 0', 'ended proximity-breach 30'])
  })

  it('the alerts at fixed addresses are taken back for staff to see when late fixes show where the victim was', () => {
    const engine = start()
    const effects = applyAll(engine, [makeVictimFix(0, 20_000), makeFix(400, 0)])
    effects.push(...applyFix(engine, makeVictimFix(390, 20_000, 0, { receivedAtMs: 1e13 })))
    expect(violations(effects)).toEqual([
      'raised proximity-breach 400',
      'revised proximity-breach unsupported',
    ])
  })
})
