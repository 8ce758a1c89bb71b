import { describe, expect, it } from 'vitest'
import type { AlertDraft } from '../../../src/core/model/alert.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import type { World } from '../engine-world.ts'
import {
  applyAll,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
} from '../engine-world.ts'

const pairOrder = makeOrder({
  locationBans: [],
  proximityBans: [makePair({ separationMeters: 500, approachMeters: 2_000 })],
})
/** 500 m around home, and an approach band of 500 m around that. */
const areaOrder = makeOrder({ locationBans: [makeBan()], proximityBans: [] })

function raiseApproaches(
  order: ProtectionOrder,
  fixes: readonly Fix[],
  world: World = {},
): AlertDraft[] {
  return applyAll(makeEngine({ ...world, orders: [order] }), fixes).flatMap((effect) =>
    effect.type === 'alert-raised' && effect.alert.kind.endsWith('approach') ? [effect.alert] : [],
  )
}

/** He comes nearer at `pace`, she stays; every 20 s, both seen at once. */
function closeIn(pace: number, fromMeters: number, seconds: number): Fix[] {
  const fixes: Fix[] = []
  for (let second = 0; second <= seconds; second += 20) {
    fixes.push(makeVictimFix(second, 0), makeFix(second, fromMeters - pace * second))
  }
  return fixes
}

describe('an approach of two people', () => {
  it('an approach of two people has the pace at which the gap closes and the time left until the separation', () => {
    const [alert] = raiseApproaches(pairOrder, closeIn(10, 2_300, 60))
    const { closingMetersPerSecond, secondsToBreach } = alert!.evidence.facts
    // Raised at the first fix more likely than not within 2,000 m: 1,900 m, at 40 s.
    expect(closingMetersPerSecond).toBeCloseTo(10, 1)
    expect(secondsToBreach).toBeCloseTo((alert!.distanceMeters! - 500) / 10, 0)
    expect(alert!.reason).toContain('At this pace the ban is broken in about 2 min.')
  })

  it('an approach of two people counts the pace of the victim too', () => {
    const fixes: Fix[] = []
    for (let second = 0; second <= 60; second += 20) {
      fixes.push(makeVictimFix(second, 5 * second), makeFix(second, 2_300 - 5 * second))
    }
    const [alert] = raiseApproaches(pairOrder, fixes)
    expect(alert!.evidence.facts['closingMetersPerSecond']).toBeCloseTo(10, 1)
  })

  it('an approach of two people has a pace between reports of monitors on six minutes', () => {
    const fixes = [0, 1, 2, 3, 4].flatMap((turn) => [
      makeVictimFix(360 * turn, 3),
      makeFix(360 * turn + 5, 3_600 - 500 * turn),
    ])
    const [alert] = raiseApproaches(pairOrder, fixes, { reportIntervalSeconds: 360 })
    expect(alert!.evidence.facts['closingMetersPerSecond']).toBeCloseTo(500 / 360, 1)
    expect(alert!.evidence.facts['secondsToBreach']).not.toBeNull()
  })

  it('an approach of two people says nothing of the time left while the gap grows', () => {
    // First seen within the ring, moving away: two fixes tell the pace, the first of
    // them raised it without one.
    const [alert] = raiseApproaches(pairOrder, closeIn(-10, 1_500, 60))
    expect(alert!.evidence.facts).toMatchObject({
      closingMetersPerSecond: null,
      secondsToBreach: null,
    })
    expect(alert!.reason).not.toContain('At this pace')
  })

  it('an approach of two people takes a jitter of the receivers for standing still', () => {
    const fixes = [makeVictimFix(0, 0), makeFix(0, 2_004), makeVictimFix(20, 3), makeFix(20, 1_996)]
    const [alert] = raiseApproaches(pairOrder, fixes)
    const facts = alert!.evidence.facts
    expect(Math.abs(Number(facts['closingMetersPerSecond']))).toBe(0)
    expect(facts['secondsToBreach']).toBeNull()
  })

  it('an approach of two people knows no pace across a gap longer than a straight path means anything', () => {
    const fixes = [makeFix(0, 9_000), makeVictimFix(395, 0), makeFix(400, 1_900)]
    const [alert] = raiseApproaches(pairOrder, fixes)
    expect(alert!.evidence.facts['closingMetersPerSecond']).toBeNull()
  })
})

describe('an approach of an area', () => {
  it('an approach of an area has the pace towards the border and the time left until it', () => {
    const fixes = [0, 20, 40].map((second) => makeFix(second, 1_200 - 8 * second))
    const [alert] = raiseApproaches(areaOrder, fixes)
    const { closingMetersPerSecond, secondsToBreach } = alert!.evidence.facts
    expect(closingMetersPerSecond).toBeCloseTo(8, 1)
    expect(secondsToBreach).toBeCloseTo(alert!.distanceMeters! / 8, 0)
  })

  it('an approach of an area has a pace where two monitors report each six minutes', () => {
    const fixes = [0, 1, 2, 3, 4, 5, 6].map((turn) =>
      makeFix(180 * turn, 2_000 - 180 * turn, turn, {
        deviceId: turn % 2 === 0 ? 'offender-device' : 'offender-device-2',
      }),
    )
    const [alert] = raiseApproaches(areaOrder, fixes, { reportIntervalSeconds: 360 })
    expect(alert!.evidence.facts['closingMetersPerSecond']).toBeCloseTo(1, 1)
    expect(alert!.evidence.facts['secondsToBreach']).toBeCloseTo(alert!.distanceMeters!, 0)
  })

  it('an approach of an area counts the approaches of one ban within a day, and forgets those before', () => {
    // Never the same position twice: that would be a doubt of its own.
    const visit = (second: number): Fix[] => [
      makeFix(second, 700 + second / 1_000),
      makeFix(second + 100, 3_000 + second / 1_000),
      makeFix(second + 200, 3_100 + second / 1_000),
    ]
    const day = 86_400
    const alerts = raiseApproaches(areaOrder, [
      ...visit(0),
      ...visit(3_600),
      ...visit(7_200),
      ...visit(7_100 + day),
    ])
    expect(alerts.map(({ evidence }) => evidence.facts['recentApproachCount'])).toEqual([
      1, 2, 3, 2,
    ])
    expect(alerts[0]!.reason).not.toContain('Approach number')
    expect(alerts[2]!.reason).toContain('Approach number 3 within a day.')
  })
})
