import { describe, expect, it } from 'vitest'
import {
  assignment,
  createBanWorld,
  createWorld,
  day,
  device,
  endedOf,
  locationBan,
  minute,
  orderChange,
  person,
  raisedOf,
  revisedOf,
  startMs,
} from '../watch-world.ts'

describe('a battery', () => {
  it.each([
    [0.21, []],
    [0.2, ['P3']],
    [0.06, ['P3']],
    [0.05, ['P2']],
    [0, ['P2']],
  ])('a battery read at %d in a fix raises %j', (batteryFraction, priorities) => {
    const world = createReporting()
    const raised = raisedOf(world.fix('monitor', { batteryFraction }), 'battery-low')
    expect(raised.map((alert) => alert.priority)).toEqual(priorities)
  })

  it('a battery is low when the device says so, whatever the fraction', () => {
    const world = createReporting()
    expect(raisedOf(world.event('monitor', 'battery-low'))).toMatchObject([
      { kind: 'battery-low', priority: 'P3', deviceId: 'monitor', protectionOrderId: 'order' },
    ])
    expect(raisedOf(world.event('monitor', 'battery-low'))).toEqual([])
  })

  it('a battery that becomes critical raises the same alert to P2, once', () => {
    const world = createReporting()
    const [alert] = raisedOf(world.event('monitor', 'battery-low'))
    const revised = revisedOf(world.event('monitor', 'battery-critical'))
    expect(revised).toMatchObject([
      { alertId: alert!.id, revision: { kind: 'priority', priority: 'P2' } },
    ])
    expect(world.fix('monitor', { batteryFraction: 0.01 })).toEqual([])
  })

  it('a battery that is low again by a clock that stands still is another alert', () => {
    const world = createReporting()
    const recordedAtMs = world.now()
    const ids = [0.1, 0.9, 0.9, 0.1].flatMap((batteryFraction) => {
      world.advance(minute)
      const effects = world.fix('monitor', { batteryFraction, recordedAtMs })
      return raisedOf(effects, 'battery-low').map(({ id }) => id)
    })
    expect(new Set(ids).size).toBe(2)
  })

  it('a battery that hovers around the mark is one alert', () => {
    const world = createReporting()
    const raised = [0.21, 0.2, 0.22, 0.19, 0.25, 0.2, 0.29].flatMap((batteryFraction) => {
      world.advance(minute)
      return raisedOf(world.fix('monitor', { batteryFraction }), 'battery-low')
    })
    expect(raised).toHaveLength(1)
  })

  it('a battery on the charger is over when it is well above the mark, not when it is plugged in', () => {
    const world = createReporting()
    const [alert] = raisedOf(world.fix('monitor', { batteryFraction: 0.1 }), 'battery-low')
    world.advance(minute)
    expect(endedOf(world.event('monitor', 'charging-started', { batteryFraction: 0.1 }))).toEqual(
      [],
    )
    expect(endedOf(world.fix('monitor', { batteryFraction: 0.3 }))).toEqual([])
    expect(endedOf(world.fix('monitor', { batteryFraction: 0.31 }))).toMatchObject([
      { alertId: alert!.id, clearedAtMs: world.now() },
    ])
    expect(raisedOf(world.fix('monitor', { batteryFraction: 0.15 }))).toHaveLength(1)
  })

  it('a battery of a device that never speaks of its charger is over after two high readings', () => {
    const world = createReporting()
    world.fix('monitor', { batteryFraction: 0.1 })
    expect(endedOf(world.fix('monitor', { batteryFraction: 0.9 }))).toEqual([])
    expect(endedOf(world.fix('monitor', { batteryFraction: 0.9 }))).toHaveLength(1)
  })

  it('a battery read long ago changes nothing now', () => {
    const world = createReporting()
    world.fix('monitor', { batteryFraction: 0.9 })
    const old = { recordedAtMs: startMs - 60 * minute, batteryFraction: 0.01 }
    expect(raisedOf(world.fix('monitor', old))).toEqual([])
  })

  it('a battery of a device without a wearer under an order is nobody to call', () => {
    const world = createWorld()
    world.register(device('spare', 'ankle-monitor'))
    world.advance(0)
    expect(raisedOf(world.event('spare', 'battery-critical'))).toEqual([])
  })
})

describe('a battery that is nearly empty about one hour day after day', () => {
  /** Nearly empty, and charged so many minutes later. */
  function discharge(world: ReturnType<typeof createReporting>, minutes: number) {
    const effects = [...world.fix('monitor', { batteryFraction: 0.15 }), ...world.advance(minute)]
    for (let count = 0; count < minutes; count++) {
      effects.push(...world.fix('monitor', { batteryFraction: 0.04 }), ...world.advance(minute))
    }
    for (let count = 0; count < 5; count++) {
      effects.push(...world.fix('monitor', { batteryFraction: 0.9 }), ...world.advance(minute))
    }
    return revisedOf(effects).map(
      ({ revision }) => revision.kind === 'priority' && revision.priority,
    )
  }

  it('a battery that is charged like the day before is called out once', () => {
    const world = createReporting()
    expect(discharge(world, 80)).toEqual(['P2'])
    for (let count = 1; count <= 5; count++) {
      world.report(['monitor'], day - 86 * minute)
      expect(discharge(world, 80)).toEqual([])
    }
  })

  it('a battery that is not charged as soon as the day before is called out', () => {
    const world = createReporting()
    discharge(world, 80)
    world.report(['monitor'], day - 86 * minute)
    expect(discharge(world, 90)).toEqual([])
    world.report(['monitor'], day - 96 * minute)
    // Nor do those that nobody was called for draw it out.
    expect(discharge(world, 101)).toEqual(['P2'])
  })

  it.each<[string, (world: ReturnType<typeof createReporting>) => void]>([
    ['at another hour', (world) => world.report(['monitor'], 12 * 60 * minute)],
    [
      'after a day in which it was not',
      (world) => world.report(['monitor'], 2 * day - 86 * minute),
    ],
    [
      'after a silence',
      (world) => {
        world.advance(60 * minute)
        world.report(['monitor'], day - 146 * minute)
      },
    ],
    [
      'on another wearer',
      (world) => {
        world.report(['monitor'], day - 86 * minute)
        const atMs = world.now()
        world.register(
          person('oscar', 'offender'),
          assignment('monitor', 'otto', startMs - day, atMs),
          assignment('monitor', 'oscar', atMs),
          orderChange({ id: 'other', offenderId: 'oscar', locationBans: [locationBan] }),
        )
        world.report(['monitor'], 5 * minute)
      },
    ],
    [
      'in an approach',
      (world) => {
        world.report(['monitor'], day - 86 * minute)
        world.situate('otto', { isInOpenApproach: true })
      },
    ],
  ])('a battery that is nearly empty %s is called out', (_name, pass) => {
    const world = createReporting()
    discharge(world, 80)
    pass(world)
    expect(discharge(world, 80)).toEqual(['P2'])
  })

  it('a battery that is charged every day is called out again after a fortnight', () => {
    const world = createReporting()
    const days = Array.from({ length: 16 }, () => {
      const told = discharge(world, 20)
      world.report(['monitor'], day - 26 * minute)
      return told.length
    })
    expect(days).toEqual([1, ...days.slice(1, 15).map(() => 0), 1])
  })
})

function createReporting() {
  const world = createBanWorld()
  world.advance(0)
  world.fix('monitor')
  return world
}
