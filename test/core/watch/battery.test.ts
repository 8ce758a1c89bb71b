import { describe, expect, it } from 'vitest'
import {
  createBanWorld,
  createWorld,
  device,
  endedOf,
  minute,
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

function createReporting() {
  const world = createBanWorld()
  world.advance(0)
  world.fix('monitor')
  return world
}
