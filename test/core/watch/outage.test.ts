import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createWatch, nextWatchDeadlineMs, watchOutage } from '../../../src/core/watch/watch.ts'
import { restoreWatch, snapshotWatch } from '../../../src/core/watch/watch-snapshot.ts'
import {
  assignment,
  createPairWorld,
  createWorld,
  device,
  endedOf,
  locationBan,
  minute,
  orderChange,
  person,
  raisedOf,
  second,
} from '../watch-world.ts'

type World = ReturnType<typeof createWorld>

describe('an outage of ours', () => {
  it.each([2 * minute, 10 * minute, 26 * 60 * minute])(
    'an outage of ours of %d ms is nobody else’s silence',
    (durationMs) => {
      const world = createFleet(['d0', 'd1', 'd2', 'd3'])
      world.report(['d0', 'd1', 'd2', 'd3'], 3 * minute)
      expect(raisedOf(failFor(world, durationMs))).toEqual([])
      expect(raisedOf(world.report(['d0', 'd1', 'd2', 'd3'], 10 * minute))).toEqual([])
    },
  )

  it('an outage of ours shows a vendor that is really silent two intervals after we are back', () => {
    const world = createFleet(['d0', 'd1', 'd2', 'd3'])
    world.report(['d0', 'd1', 'd2', 'd3'], 3 * minute)
    const heardMs = world.now() - minute
    failFor(world, 10 * minute)
    const backMs = world.now()
    expect(raisedOf(world.advance(2 * minute))).toEqual([])
    const [incident, ...others] = raisedOf(world.advance(10 * minute))
    expect(others).toEqual([])
    expect(incident).toMatchObject({
      kind: 'vendor-silent',
      occurredAtMs: backMs,
      learnedAtMs: backMs + 2 * minute + 1,
      evidence: { facts: { lastHeardFromOverdueAtMs: heardMs } },
    })
  })

  it('an outage of ours shows a device that is really silent one allowed silence after we are back, and says from when it counted', () => {
    const world = createFleet(['d0'])
    world.report(['d0'], 3 * minute)
    const heardMs = world.now() - minute
    failFor(world, 10 * minute)
    const backMs = world.now()
    const [alert, ...others] = raisedOf(world.advance(20 * minute))
    expect(others).toEqual([])
    expect(alert).toMatchObject({
      kind: 'device-silent',
      occurredAtMs: backMs + 3 * minute,
      learnedAtMs: backMs + 3 * minute + 1,
      evidence: { facts: { lastHeardAtMs: heardMs, countedFromAtMs: backMs } },
    })
  })

  it('an outage of ours calls no pair degraded before the silence of its devices would be shown', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 5 * minute)
    expect(raisedOf(failFor(world, 30 * minute))).toEqual([])
    const raised = raisedOf(world.advance(30 * minute))
    expect(raised.map((alert) => alert.kind)).toEqual(['device-silent', 'device-silent'])
  })

  it('an outage of ours gives a device that comes back with its oldest fixes first a moment to reach the present', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 5 * minute)
    const old = { recordedAtMs: world.now() + second }
    failFor(world, 30 * minute)
    world.advance(3 * minute - second)
    for (const id of ['monitor', 'pendant']) world.fix(id, old)
    expect(raisedOf(world.advance(minute + 2 * second))).toEqual([])
    expect(raisedOf(world.report(['monitor', 'pendant'], 10 * minute))).toEqual([])
  })

  it('an outage of ours leaves a silence that was called out before it as it is', () => {
    const world = createFleet(['d0', 'd1', 'd2', 'd3'])
    world.report(['d0', 'd1', 'd2', 'd3'], 3 * minute)
    const [silence] = raisedOf(world.report(['d1', 'd2', 'd3'], 5 * minute))
    expect(silence).toMatchObject({ kind: 'device-silent', deviceId: 'd0' })
    expect(failFor(world, 10 * minute)).toEqual([])
    const effects = world.report(['d0', 'd1', 'd2', 'd3'], 5 * minute)
    expect(raisedOf(effects)).toEqual([])
    expect(endedOf(effects).map(({ alertId }) => alertId)).toEqual([silence!.id])
  })

  it('an outage of ours grants an order whose device has never reported its whole grace', () => {
    const world = createWorld()
    register(world, 'd0')
    expect(raisedOf(failFor(world, 10 * minute))).toEqual([])
    const backMs = world.now()
    const [alert] = raisedOf(world.advance(10 * minute))
    expect(alert).toMatchObject({ kind: 'order-without-device', occurredAtMs: backMs + 3 * minute })
  })

  it('an outage of ours is remembered by a snapshot', () => {
    const world = createFleet(['d0'])
    world.report(['d0'], 3 * minute)
    failFor(world, 10 * minute)
    const restored = createWatch(defaultLimits, world.index, world.findSituation)
    restoreWatch(restored, snapshotWatch(world.watch))
    expect(restored.receivingSinceMs).toBe(world.now())
    expect(nextWatchDeadlineMs(restored)).toBe(nextWatchDeadlineMs(world.watch))
  })
})

/** Nothing is heard, and the clock stands still with us; what it brings about when we are back. */
function failFor(world: World, durationMs: number) {
  const fromMs = world.now()
  watchOutage(world.watch, { fromMs, untilMs: fromMs + durationMs })
  return world.advance(durationMs)
}

function createFleet(deviceIds: readonly string[]): World {
  const world = createWorld()
  for (const deviceId of deviceIds) register(world, deviceId)
  world.advance(0)
  return world
}

function register(world: World, deviceId: string): void {
  world.register(
    person(`p-${deviceId}`, 'offender'),
    device(deviceId, 'ankle-monitor'),
    assignment(deviceId, `p-${deviceId}`),
    orderChange({
      id: `o-${deviceId}`,
      offenderId: `p-${deviceId}`,
      locationBans: [locationBan],
    }),
  )
}
