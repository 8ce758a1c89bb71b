import { describe, expect, it } from 'vitest'
import { learnHeard, hearQuietly } from '../../../src/core/watch/hear-quietly.ts'
import { setWatchBack } from '../../../src/core/watch/set-back.ts'
import { noteTrouble } from '../../../src/core/watch/wake-person.ts'
import { watchOutage } from '../../../src/core/watch/watch.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { assignment, createPairWorld, day, device, minute, person, second } from '../watch-world.ts'

type PairWorld = ReturnType<typeof createPairWorld>

/** The monitor was heard in full a moment ago, and what was learned of it still holds. */
function createHeard(batteryFraction: number | null = null): PairWorld {
  const world = createPairWorld()
  world.advance(0)
  world.fix('monitor', { batteryFraction })
  world.fix('pendant')
  const monitor = world.watch.devices.get('monitor')
  if (monitor === undefined) throw new Error('expected the monitor to be watched')
  monitor.lastFixRecordedMs = world.now()
  learnHeard(world.watch, monitor)
  world.advance(30 * second)
  return world
}

function report(world: PairWorld, changes: Partial<Fix> = {}): Fix {
  return {
    deviceId: 'monitor',
    recordedAtMs: world.now(),
    receivedAtMs: world.now(),
    longitude: 5,
    latitude: 52,
    accuracyMeters: 10,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: 'gnss',
    hdop: null,
    satellites: null,
    batteryFraction: null,
    sequence: null,
    ...changes,
  }
}

function isHeardQuietly(world: PairWorld, changes: Partial<Fix> = {}): boolean {
  return hearQuietly(world.watch, report(world, changes)) !== null
}

describe('a report heard quietly', () => {
  it('a report heard quietly moves what is known of when its device and vendor were heard, as one heard in full', () => {
    const [quietly, inFull] = [createHeard(), createHeard()]
    expect(isHeardQuietly(quietly, { batteryFraction: 0.9 })).toBe(true)
    inFull.fix('monitor', { batteryFraction: 0.9 })
    for (const key of ['lastHeardMs', 'lastFixHeardMs', 'batteryRecordedMs', 'dueMs'] as const) {
      const [one, other] = [quietly, inFull].map(({ watch }) => watch.devices.get('monitor')?.[key])
      expect(one, key).toBe(other)
    }
    expect(quietly.watch.vendors.get('vendor')?.lastHeardMs).toBe(quietly.now())
    expect(quietly.watch.devices.get('monitor')?.lastFixRecordedMs).toBe(quietly.now())
  })

  it('a report is heard quietly as the newer of two that came together, and not as the older', () => {
    const world = createHeard()
    expect(isHeardQuietly(world)).toBe(true)
    expect(isHeardQuietly(world, { recordedAtMs: world.now() - second })).toBe(false)
    expect(isHeardQuietly(world, { recordedAtMs: world.now() + second })).toBe(true)
  })

  it.each<[string, (world: PairWorld) => Partial<Fix>]>([
    ['older than its plan explains', ({ now }) => ({ recordedAtMs: now() - 10 * minute })],
    ['received before the last', ({ now }) => ({ receivedAtMs: now() - minute })],
    ['with a low battery', () => ({ batteryFraction: 0.1 })],
    ['recorded before it was worn', ({ now }) => ({ recordedAtMs: now() - 2 * day })],
    ['of a device nobody heard', () => ({ deviceId: 'another' })],
    ['of a device that was not learned', () => ({ deviceId: 'pendant' })],
  ])('a report %s is heard in full', (_, change) => {
    const world = createHeard()
    expect(isHeardQuietly(world, change(world))).toBe(false)
  })

  it.each<[string, (world: PairWorld) => unknown]>([
    ['its silence was shown', (world) => world.advance(20 * minute)],
    ['its battery was low', (world) => world.event('monitor', 'battery-low')],
    ['its plan changed', (world) => world.register(device('monitor', 'ankle-monitor', 600))],
    ['we could not hear', ({ watch, now }) => watchOutage(watch, { fromMs: 0, untilMs: now() })],
    ['the clock was set back', ({ watch, now }) => setWatchBack(watch, now() - minute)],
    [
      'somebody else wears it',
      (world) =>
        world.register(person('olaf', 'offender'), assignment('monitor', 'olaf', world.now())),
    ],
  ])('a report is heard in full after %s', (_, change) => {
    const world = createHeard()
    change(world)
    expect(isHeardQuietly(world)).toBe(false)
  })

  it('a report heard quietly wakes what waits for a fix of its wearer', () => {
    const world = createHeard()
    const otto = world.watch.persons.get('otto')
    if (otto === undefined) throw new Error('expected the wearer to be watched')
    isHeardQuietly(world)
    world.advance(second)
    otto.dueMs = Infinity
    expect([isHeardQuietly(world), otto.dueMs]).toEqual([true, Infinity])
    world.advance(second)
    noteTrouble(world.watch, 'otto')
    expect([isHeardQuietly(world), otto.dueMs]).toEqual([true, world.now()])
  })
})
