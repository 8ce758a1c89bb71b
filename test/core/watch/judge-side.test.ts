import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { Whereabouts } from '../../../src/core/belief/whereabouts.ts'
import { createRegistryIndex } from '../../../src/core/model/registry-index.ts'
import { findReliable, findRestUntilMs } from '../../../src/core/watch/held-place.ts'
import { judgeSide } from '../../../src/core/watch/judge-side.ts'
import type { Danger, Situation } from '../../../src/core/watch/situation.ts'
import { createWatch } from '../../../src/core/watch/watch.ts'
import type { RegistryChange } from '../../../src/core/model/registry.ts'
import {
  createBanWorld,
  createPairWorld,
  endedOf,
  minute,
  raisedOf,
  startMs,
} from '../watch-world.ts'

const hour = 60 * minute
const here = {
  longitude: 5.1,
  latitude: 52.1,
  radiusMeters: 200,
  paceMetersPerSecond: 0,
  isStanding: false,
  agreed: null,
}
const farFromAll: Danger = { bandMeters: Infinity, leftMeters: Infinity, closingMeters: Infinity }

/**
 * Both have been seen for ten minutes; from then on the pendant or monitor only says that it lives.
 */
function startPair() {
  const world = createPairWorld()
  world.report(['monitor', 'pendant'], 10 * minute)
  return world
}

function at(place: Omit<Whereabouts, 'atMs'>, atMs: number): { whereabouts: Whereabouts } {
  return { whereabouts: { ...place, atMs } }
}

type World = ReturnType<typeof createPairWorld>

function beat(world: World, silentId: string, seenId: string, durationMs: number) {
  const effects = []
  for (let passedMs = 0; passedMs < durationMs; passedMs += minute) {
    effects.push(...world.event(silentId, 'heartbeat'), ...world.fix(seenId))
    effects.push(...world.advance(minute))
  }
  return effects
}

describe('how far every ban is', () => {
  const measured = (): never => {
    throw new Error('measured')
  }
  const index = createRegistryIndex()
  const atRest = {
    ...createWatch(defaultLimits, index, measured),
    findSituation: (): Situation => ({
      ...createPairWorld().findSituation('rob'),
      ...at(here, startMs),
      lastBelievedAtMs: startMs,
      restSinceMs: startMs - hour,
      listLastPlaces: () => [],
    }),
  }

  it('how far every ban is is not measured until somebody asks where an offender at rest may be', () => {
    const findSituation = (): Situation =>
      Object.defineProperty(atRest.findSituation(), 'danger', { get: measured })
    const side = judgeSide({ ...atRest, findSituation }, 'rob', 'offender', startMs + minute)
    expect(side.state).toBe('no-device')
    expect(side.isClosingIn).toThrow('measured')
  })

  it('how far every ban is is never measured of somebody under way', () => {
    const moving = { ...atRest.findSituation(), restSinceMs: null }
    const situation: Situation = Object.defineProperty(moving, 'danger', { get: measured })
    expect(findRestUntilMs(situation, 'offender', defaultLimits)).toBe(null)
    expect(findReliable(situation, 'offender', defaultLimits, startMs)).toMatchObject({
      reachMeters: here.radiusMeters,
    })
  })
})

describe('a person at rest whose device is heard', () => {
  it('a victim at rest whose device is heard is known to be there for a day', () => {
    const world = startPair()
    const seenMs = world.now() - minute
    const heldUntilMs = seenMs + defaultLimits.heldSightingMsMax
    world.situate('vera', { heldUntilMs, restSinceMs: startMs, ...at(here, seenMs) })
    expect(raisedOf(beat(world, 'pendant', 'monitor', 23 * hour))).toEqual([])
    const raised = raisedOf(beat(world, 'pendant', 'monitor', 2 * hour))
    expect(raised.map(({ kind }) => kind)).toEqual(['protection-degraded'])
    expect(raised[0]!.learnedAtMs).toBeGreaterThan(heldUntilMs)
    expect(raised[0]!.learnedAtMs).toBeLessThanOrEqual(heldUntilMs + 2 * minute)
  })

  it('an offender at rest whose device is heard is known to be there for four hours', () => {
    const world = startPair()
    const seenMs = world.now() - minute
    world.situate('otto', {
      heldUntilMs: seenMs + defaultLimits.heldSightingMsMax,
      restSinceMs: startMs,
      ...at(here, seenMs),
    })
    const raised = raisedOf(beat(world, 'monitor', 'pendant', 5 * hour))
    expect(raised.map(({ kind }) => kind)).toEqual(['protection-degraded'])
    const untilMs = seenMs + defaultLimits.heldOffenderMsMax
    expect(raised[0]!.learnedAtMs).toBeGreaterThan(untilMs)
    expect(raised[0]!.learnedAtMs).toBeLessThanOrEqual(untilMs + 2 * minute)
  })

  it.each([
    ['for longer while coarse positions bear it out and nothing is near', 30_000, 0],
    ['no longer for coarse positions within whose radius a ban lies', 1_600, 1],
  ])('a person at rest is known to be there %s', (_name, leftMeters, count) => {
    const world = startPair()
    const seenMs = world.now()
    const heldUntilMs = seenMs + defaultLimits.heldSightingMsMax
    const danger = { ...farFromAll, leftMeters }
    const effects = []
    for (let halfHours = 0; halfHours < 20; halfHours++) {
      const agreed = { atMs: world.now(), radiusMeters: 2_700 }
      const seen = { ...at({ ...here, agreed }, seenMs), restSinceMs: startMs, danger }
      world.situate('otto', { heldUntilMs, ...seen })
      effects.push(...beat(world, 'monitor', 'pendant', hour / 2))
    }
    const degraded = raisedOf(effects).filter(({ kind }) => kind === 'protection-degraded')
    expect(degraded).toHaveLength(count)
  })

  it('a person at rest is silent once the device is not heard', () => {
    const world = startPair()
    const seenMs = world.now() - minute
    world.situate('vera', {
      heldUntilMs: seenMs + defaultLimits.heldSightingMsMax,
      restSinceMs: startMs,
      ...at(here, seenMs),
    })
    const raised = raisedOf(world.report(['monitor'], hour))
    expect(raised.map(({ kind }) => kind)).toEqual(['device-silent'])
  })
})

describe('two people of whom one is not seen', () => {
  it('two people of whom one is not seen are no matter for the desk while they are known to be far apart, and are as soon as they are not', () => {
    const world = startPair()
    const seenMs = world.now()
    const known = at({ ...here, radiusMeters: 4_000 }, seenMs)
    world.situate('vera', { ...known, danger: farFromAll })
    world.situate('otto', at({ ...here, latitude: 52.2 }, seenMs))
    expect(raisedOf(beat(world, 'pendant', 'monitor', hour))).toEqual([])
    // 5 km apart: within what she may have gone, and the separation.
    world.situate('otto', at({ ...here, latitude: 52.145 }, world.now()))
    const raised = raisedOf(beat(world, 'pendant', 'monitor', 5 * minute))
    expect(raised.map(({ kind }) => kind)).toEqual(['protection-degraded'])
    world.situate('otto', at({ ...here, latitude: 52.2 }, world.now()))
    const ended = endedOf(beat(world, 'pendant', 'monitor', 5 * minute))
    expect(ended.map(({ alertId }) => alertId)).toEqual([raised[0]!.id])
  })
})

it.each([
  [300, []],
  [360, ['protection-degraded']],
  [600, ['protection-degraded']],
])(
  'a device that reports every %i s serves a pair as long as it leaves no gap above that of two sightings of one moment',
  (reportIntervalSeconds, told) => {
    const world = createPairWorld()
    const device = { id: 'pendant', vendorId: 'vendor', serialNumber: 'VD-1' } as const
    world.register({
      type: 'device',
      device: { ...device, kind: 'victim-device', reportIntervalSeconds },
    })
    const raised = raisedOf(world.report(['monitor', 'pendant'], hour))
    expect(raised.map(({ kind }) => kind)).toEqual(told)
  },
)

it('a pair is called out once, and for as long as it lasts, for a device that reports too seldom', () => {
  const world = createPairWorld()
  const slow: RegistryChange = {
    type: 'device',
    device: {
      id: 'pendant',
      vendorId: 'vendor',
      serialNumber: 'VD-1',
      kind: 'victim-device',
      reportIntervalSeconds: 1_800,
    },
  }
  world.register(slow)
  const raised = raisedOf(world.report(['monitor', 'pendant'], 3 * hour))
  expect(raised.map(({ kind }) => kind)).toEqual(['protection-degraded'])
  expect(raised[0]!.reason).toContain('reports too seldom')
  world.register({ ...slow, device: { ...slow.device, reportIntervalSeconds: 60 } })
  const ended = endedOf(world.report(['monitor', 'pendant'], 3 * minute))
  expect(ended.map(({ alertId }) => alertId)).toEqual([raised[0]!.id])
})

it('two people are not known to be apart by where one who moves was, between reports of a slow plan', () => {
  const world = createPairWorld()
  world.register({
    type: 'device',
    device: {
      id: 'monitor',
      vendorId: 'vendor',
      serialNumber: 'AM-1',
      kind: 'ankle-monitor',
      reportIntervalSeconds: 300,
    },
  })
  world.report(['monitor', 'pendant'], 10 * minute)
  // Both were under way; his next reports are lost, she is heard and not seen.
  for (const [personId, latitude] of [
    ['otto', 52.2],
    ['vera', 52.1],
  ] as const) {
    world.situate(personId, at({ ...here, latitude, paceMetersPerSecond: 1_000 }, world.now()))
  }
  const raised = []
  for (let count = 0; count < 8; count++) {
    world.event('pendant', 'heartbeat')
    raised.push(...raisedOf(world.advance(minute)))
  }
  expect(raised.map(({ kind }) => kind)).toContain('protection-degraded')
})

describe('an offender whose positions are not believed', () => {
  it('an offender whose positions are not believed is no matter for the desk while all of the whereabouts are far from every ban', () => {
    const world = createBanWorld()
    world.report(['monitor'], 10 * minute)
    world.situate('otto', { ...at(here, world.now()), danger: farFromAll })
    const beats = (durationMs: number) => {
      const effects = []
      for (let passedMs = 0; passedMs < durationMs; passedMs += minute) {
        effects.push(...world.event('monitor', 'heartbeat'), ...world.advance(minute))
      }
      return raisedOf(effects).map(({ kind }) => kind)
    }
    expect(beats(3 * hour)).toEqual([])
    // After four hours nothing bears it out any more.
    expect(beats(2 * hour)).toEqual(['position-unreliable'])
  })
})

it('a device heard for the first time gets a moment to tell where it is', () => {
  const world = createBanWorld()
  // What it first tells is where it was switched on days ago.
  world.fix('monitor', { recordedAtMs: startMs - 3 * 86_400_000 })
  expect(raisedOf(world.advance(minute))).toEqual([])
  world.fix('monitor')
  expect(raisedOf(world.report(['monitor'], 20 * minute))).toEqual([])
})
