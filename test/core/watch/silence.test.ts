import { describe, expect, it } from 'vitest'
import { alertId } from '../../../src/core/model/alert-id.ts'
import {
  assignment,
  createBanWorld,
  createPairWorld,
  day,
  device,
  endedOf,
  minute,
  orderChange,
  raisedOf,
  revisedOf,
  second,
  startMs,
} from '../watch-world.ts'

const somewhere = {
  longitude: 5,
  latitude: 52,
  radiusMeters: 160,
  isStanding: false,
  agreed: null,
}

describe('a silent device', () => {
  it('a silent device is called out when three intervals have passed, not a moment before', () => {
    const world = createBanWorld()
    expect(raisedOf(world.report(['monitor'], 10 * minute))).toEqual([])
    world.fix('monitor')
    const heardMs = world.now()
    expect(raisedOf(world.advance(3 * minute))).toEqual([])
    const [alert, ...others] = raisedOf(world.advance(1))
    expect(others).toEqual([])
    expect(alert).toMatchObject({
      id: alertId(['device-silent', 'monitor'], heardMs),
      kind: 'device-silent',
      priority: 'P3',
      protectionOrderId: 'order',
      offenderId: 'otto',
      victimId: null,
      deviceId: 'monitor',
      vendorId: 'vendor',
      occurredAtMs: heardMs + 3 * minute,
      late: false,
    })
    expect(raisedOf(world.advance(4 * minute))).toEqual([])
  })

  it('a silent device is listed first, and called out when it has lasted five minutes more', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    const effects = world.advance(8 * minute)
    const [alert] = raisedOf(effects)
    expect(alert?.priority).toBe('P3')
    expect(revisedOf(effects)).toEqual([])
    expect(revisedOf(world.advance(1))).toMatchObject([
      { alertId: alert?.id, revision: { kind: 'priority', priority: 'P2' } },
    ])
    expect(revisedOf(world.advance(60 * minute))).toEqual([])
    world.situate('otto', { isInOpenApproach: true, isInUnusualApproach: true })
    expect(revisedOf(world.advance(5 * second))).toMatchObject([
      { alertId: alert?.id, revision: { kind: 'priority', priority: 'P1' } },
    ])
  })

  it('a silent device is called out as it is found when it has been silent twice within a day', () => {
    const priorities = (count: number, apart: number, isNearDanger: boolean): string[] => {
      const world = createBanWorld()
      world.situate('otto', { isNearDanger })
      return Array.from({ length: count }, () => {
        world.advance(apart - 5 * minute)
        world.fix('monitor')
        return raisedOf(world.advance(5 * minute)).map(({ priority }) => priority)
      }).flat()
    }
    expect(priorities(6, 20 * minute, true)).toEqual(['P3', 'P3', 'P2', 'P2', 'P2', 'P2'])
    // Elsewhere one call a day says that its reception is bad.
    expect(priorities(6, 20 * minute, false)).toEqual(['P3', 'P3', 'P2', 'P3', 'P3', 'P3'])
  })

  it('a silent device of an offender last seen on the way there is called out as it is found, of a victim it is not', () => {
    const onTheWay = {
      danger: { bandMeters: 1_500, leftMeters: 2_000, closingMeters: 2_000 },
      whereabouts: { ...somewhere, paceMetersPerSecond: 20 },
    }
    const find = (wearer: string, deviceId: string, situation: object) => {
      const world = createPairWorld()
      world.advance(0)
      world.fix('monitor')
      world.fix('pendant')
      const whereabouts = { ...onTheWay.whereabouts, atMs: world.now() }
      world.situate(wearer, { ...onTheWay, whereabouts, ...situation })
      return raisedOf(world.advance(3 * minute + 1)).filter((alert) => alert.deviceId === deviceId)
    }
    const [alert, ...others] = find('otto', 'monitor', {})
    expect(others).toEqual([])
    expect(alert).toMatchObject({ kind: 'device-silent', priority: 'P2' })
    expect(alert?.evidence.facts).toMatchObject({ closingIn: true })
    expect(alert?.reason).toContain('led towards a ban or the other person')
    // Three minutes at 20 m/s lead no further than 4 km.
    const far = { bandMeters: 5_500, leftMeters: 6_000, closingMeters: 6_000 }
    expect(find('otto', 'monitor', { danger: far })).toMatchObject([{ priority: 'P3' }])
    const along = { ...onTheWay.danger, closingMeters: Infinity }
    expect(find('otto', 'monitor', { danger: along })).toMatchObject([{ priority: 'P3' }])
    expect(find('vera', 'pendant', {})).toMatchObject([{ priority: 'P3' }])
  })

  it('a silent device that may have come near meanwhile is called out before it has lasted', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    const whereabouts = { ...somewhere, paceMetersPerSecond: 20, atMs: world.now() }
    world.situate('otto', {
      danger: { bandMeters: 4_400, leftMeters: 4_900, closingMeters: 4_900 },
      whereabouts,
    })
    const [alert] = raisedOf(world.advance(3 * minute + 1))
    expect(alert?.priority).toBe('P3')
    expect(revisedOf(world.advance(1 * minute))).toMatchObject([
      { alertId: alert?.id, revision: { kind: 'priority', priority: 'P2' } },
    ])
  })

  it('a silent device ends when it is heard again, at the moment of receipt, and is a new alert the next time', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    const [first] = raisedOf(world.advance(5 * minute))
    const ended = endedOf(world.event('monitor', 'heartbeat', { recordedAtMs: startMs + minute }))
    expect(ended).toEqual([
      {
        type: 'alert-ended',
        alertId: first!.id,
        clearedAtMs: world.now(),
        learnedAtMs: world.now(),
      },
    ])
    const [second] = raisedOf(world.advance(4 * minute), 'device-silent')
    expect(second?.id).not.toBe(first!.id)
  })

  it('a silent device that uploads old fixes late is alive: it was heard, wherever it was then', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    const [alert] = raisedOf(world.advance(30 * minute))
    const ended = endedOf(world.fix('monitor', { recordedAtMs: startMs + minute }))
    expect(ended.map((effect) => effect.alertId)).toEqual([alert!.id])
  })

  it.each([
    [10, 60],
    [15, 60],
    [20, 60],
    [60, 180],
    [300, 900],
  ])('a device that reports every %d s is silent after %d s', (interval, allowed) => {
    const world = createBanWorld()
    world.register(device('monitor', 'ankle-monitor', interval))
    world.advance(0)
    world.fix('monitor')
    expect(raisedOf(world.advance(allowed * second), 'device-silent')).toEqual([])
    expect(raisedOf(world.advance(1), 'device-silent')).toHaveLength(1)
  })

  it('a silent device of the victim counts as much as that of the offender', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 5 * minute)
    const effects = world.report(['monitor'], 10 * minute)
    expect(raisedOf(effects)).toHaveLength(1)
    expect(raisedOf(effects)[0]).toMatchObject({
      kind: 'device-silent',
      deviceId: 'pendant',
      victimId: 'vera',
      offenderId: 'otto',
      evidence: { facts: { wearerRole: 'victim', protectionDegraded: true } },
    })
  })

  it('a silent device is P1 in an open approach, and sooner: a minute, but never before its second report is late', () => {
    for (const [interval, allowed] of [
      [15, 60],
      [30, 75],
      [60, 135],
    ] as const) {
      const world = createBanWorld()
      world.register(device('monitor', 'ankle-monitor', interval))
      world.advance(0)
      world.fix('monitor')
      world.situate('otto', { isInOpenApproach: true, isInUnusualApproach: true })
      expect(raisedOf(world.advance(allowed * second))).toEqual([])
      const [alert] = raisedOf(world.advance(second))
      expect(alert).toMatchObject({ kind: 'device-silent', priority: 'P1' })
      expect(alert!.occurredAtMs).toBe(startMs + allowed * second)
    }
  })

  it('a silent device of somebody who is there day after day is P2 after three intervals, and P1 once it has lasted', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    world.situate('otto', { isInOpenApproach: true, isInUnusualApproach: false })
    expect(raisedOf(world.advance(3 * minute))).toEqual([])
    const [alert] = raisedOf(world.advance(1))
    expect(alert).toMatchObject({ kind: 'device-silent', priority: 'P2' })
    expect(alert?.evidence.facts).toMatchObject({ inOpenApproach: true })
    // Two intervals and some jitter, and five minutes more.
    expect(revisedOf(world.advance(4 * minute + 15 * second - 1))).toEqual([])
    expect(revisedOf(world.advance(1))).toMatchObject([
      { alertId: alert?.id, revision: { kind: 'priority', priority: 'P1' } },
    ])
    expect(revisedOf(world.advance(60 * minute))).toEqual([])
  })

  it('a silent device of somebody who is there day after day is not waited for longer than 12 minutes on a plan of five', () => {
    const world = createBanWorld()
    world.register(device('monitor', 'ankle-monitor', 300))
    world.advance(0)
    world.fix('monitor')
    world.situate('otto', { isInOpenApproach: true, isInUnusualApproach: false })
    expect(raisedOf(world.advance(12 * minute + 15 * second), 'device-silent')).toEqual([])
    const [alert] = raisedOf(world.advance(1))
    expect(alert).toMatchObject({ kind: 'device-silent', priority: 'P2' })
    expect(alert?.evidence.facts).toMatchObject({ allowedSilenceSeconds: 735 })
  })

  it('a silent device of somebody who is there day after day is P1 at once when last seen on the way in', () => {
    const find = (situation: object) => {
      const world = createBanWorld()
      world.advance(0)
      world.fix('monitor')
      const whereabouts = { ...somewhere, paceMetersPerSecond: 1.4, atMs: world.now() }
      const danger = { bandMeters: -300, leftMeters: 200, closingMeters: 200 }
      world.situate('otto', { isInOpenApproach: true, whereabouts, danger, ...situation })
      return raisedOf(world.advance(2 * minute + 15 * second + 1))
    }
    expect(find({})).toMatchObject([{ kind: 'device-silent', priority: 'P1' }])
    // At rest, along the border, or towards another area that is hours away.
    const danger = { bandMeters: -300, leftMeters: 200, closingMeters: Infinity }
    expect(find({ danger })).toEqual([])
    expect(find({ danger: { ...danger, closingMeters: 8_000 } })).toEqual([])
  })

  it('a silent device of somebody who is there day after day is P1 as soon as the approach is news', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    world.situate('otto', { isInOpenApproach: true })
    const [alert] = raisedOf(world.advance(4 * minute))
    world.situate('otto', { isInOpenApproach: true, isInUnusualApproach: true })
    expect(revisedOf(world.advance(5 * second))).toMatchObject([
      { alertId: alert?.id, revision: { kind: 'priority', priority: 'P1' } },
    ])
  })

  it('a silent device becomes P1 when an approach opens during its silence', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    const [alert] = raisedOf(world.advance(5 * minute))
    world.situate('otto', { isInOpenApproach: true, isInUnusualApproach: true })
    const revised = revisedOf(world.advance(10 * second))
    expect(revised).toHaveLength(1)
    expect(revised[0]).toMatchObject({
      alertId: alert!.id,
      revision: { kind: 'priority', priority: 'P1' },
    })
    expect(revisedOf(world.advance(minute))).toEqual([])
  })

  it('a silent device that nobody wears under an order in force is nobody to call out', () => {
    const world = createBanWorld({ status: 'suspended' })
    world.advance(0)
    world.fix('monitor')
    expect(raisedOf(world.advance(20 * minute), 'device-silent')).toEqual([])
  })

  it('a silent device ends when it is handed in, and its silence is not held against the next wearer', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    const [alert] = raisedOf(world.advance(5 * minute))
    world.register(assignment('monitor', 'otto', startMs - day, world.now()))
    const effects = world.advance(0)
    expect(endedOf(effects).map((effect) => effect.alertId)).toEqual([alert!.id])
    expect(raisedOf(effects).map((raised) => raised.kind)).toEqual(['order-without-device'])
  })

  it('a silent device is watched from the start of an order that begins later', () => {
    const world = createBanWorld({ validFromMs: startMs + day })
    world.advance(0)
    world.report(['monitor'], 10 * minute)
    expect(raisedOf(world.advanceTo(startMs + day - minute))).toEqual([])
    world.report(['monitor'], 5 * minute)
    expect(raisedOf(world.advance(5 * minute)).map((alert) => alert.kind)).toEqual([
      'device-silent',
    ])
  })

  it('a silent device is judged by its interval as changed', () => {
    const world = createBanWorld()
    world.advance(0)
    world.fix('monitor')
    world.register(device('monitor', 'ankle-monitor', 20), orderChange({ version: 2 }))
    expect(raisedOf(world.advance(61 * second), 'device-silent')).toHaveLength(1)
  })
})
