import { expect, it } from 'vitest'
import { restoreWatch, snapshotWatch } from '../../../src/core/watch/watch-snapshot.ts'
import {
  assignment,
  createPairWorld,
  device,
  minute,
  orderChange,
  pairBan,
  person,
  raisedOf,
  revisedOf,
} from '../watch-world.ts'

const hour = 60 * minute
const place = { radiusMeters: 50, paceMetersPerSecond: 1, isStanding: false, agreed: null }

/** He wears a monitor that reports each ten minutes; she is seen each minute. */
function createSlowWorld(changes: Parameters<typeof createPairWorld>[0] = {}) {
  const world = createPairWorld(changes)
  world.register(device('monitor', 'ankle-monitor', 600))
  stand(world, 52.3)
  world.situate('vera', {
    whereabouts: { ...place, longitude: 5, latitude: 52, atMs: world.now() },
  })
  return world
}

type World = ReturnType<typeof createPairWorld>

function stand(world: World, latitude: number): void {
  const whereabouts = { ...place, longitude: 5, latitude, atMs: world.now() }
  world.situate('otto', { whereabouts })
}

/** He is out for so long, and was at home before. */
function goOut(world: World, durationMs: number) {
  const effects = []
  world.situate('otto', { heldUntilMs: null })
  for (let passedMs = 0; passedMs < durationMs; passedMs += 10 * minute) {
    effects.push(...world.fix('monitor'), ...world.report(['pendant'], 10 * minute))
  }
  return effects
}

/** At home his position stands for him, as the plan of the watch sees it: he is known. */
function stayHome(world: World, durationMs: number) {
  const quick = device('monitor', 'ankle-monitor', 60)
  world.register(quick)
  const effects = world.report(['monitor', 'pendant'], durationMs)
  world.register(device('monitor', 'ankle-monitor', 600))
  return effects
}

function ranksOf(effects: ReturnType<typeof goOut>): string[] {
  const raised = raisedOf(effects, 'protection-degraded').map(({ priority }) => String(priority))
  const called = revisedOf(effects).flatMap(({ revision }) =>
    revision.kind === 'priority' ? [String(revision.priority)] : [],
  )
  return [...raised, ...called]
}

it('a plan too slow to judge two people by is called out once within a day, and listed each time', () => {
  const world = createSlowWorld()
  expect(ranksOf(goOut(world, hour))).toEqual(['P3', 'P2'])
  stayHome(world, hour)
  expect(ranksOf(goOut(world, 2 * hour))).toEqual(['P3'])
  stayHome(world, 21 * hour)
  expect(ranksOf(goOut(world, hour))).toEqual(['P3', 'P2'])
})

it('a plan too slow to judge two people by is called out within a day when they are half as far apart, and when more is wrong', () => {
  const world = createSlowWorld()
  goOut(world, hour)
  stayHome(world, hour)
  stand(world, 52.2)
  expect(ranksOf(goOut(world, hour))).toEqual(['P3'])
  stayHome(world, hour)
  stand(world, 52.14)
  expect(ranksOf(goOut(world, hour))).toEqual(['P3', 'P2'])
  stayHome(world, hour)
  world.situate('otto', { isInOpenApproach: true })
  expect(ranksOf(goOut(world, hour))).toEqual(['P2'])
})

it('a plan too slow to judge two people by is called out once more within a day when one of them is not seen at all', () => {
  const world = createSlowWorld()
  const goOutUnseen = () => {
    const effects = []
    for (let count = 0; count < 60; count++) {
      if (count % 10 === 0) effects.push(...world.fix('monitor'))
      effects.push(...world.event('pendant', 'heartbeat'), ...world.advance(minute))
    }
    return effects
  }
  goOut(world, hour)
  stayHome(world, hour)
  expect(ranksOf(goOutUnseen())).toContain('P2')
  stayHome(world, hour)
  expect(ranksOf(goOutUnseen())).not.toContain('P2')
  stayHome(world, hour)
  expect(ranksOf(goOut(world, hour))).toEqual(['P3'])
})

it('a plan too slow to judge two people by stays told after a restart', () => {
  const [world, other] = [createSlowWorld(), createSlowWorld()]
  for (const one of [world, other]) {
    goOut(one, hour)
    stayHome(one, hour)
  }
  restoreWatch(other.watch, snapshotWatch(world.watch))
  expect(ranksOf(goOut(other, hour))).toEqual(['P3'])
})

it('a plan too slow to judge two people by is called out within a day where it is the plan of the other, and where another person is protected', () => {
  const world = createSlowWorld()
  stand(world, 52.03)
  goOut(world, hour)
  stayHome(world, hour)
  world.register(device('monitor', 'ankle-monitor'), device('pendant', 'victim-device', 600))
  expect(ranksOf(world.report(['monitor', 'pendant'], hour))).toEqual(['P3', 'P2'])
  world.register(device('pendant', 'victim-device'))
  stayHome(world, hour)
  expect(ranksOf(goOut(world, hour))).toEqual(['P3'])
  stayHome(world, hour)
  world.register(
    person('eva', 'victim'),
    assignment('pendant', 'eva', world.now()),
    orderChange({ version: 2, proximityBans: [{ ...pairBan('eva'), id: 'pair-vera' }] }),
  )
  world.situate('eva', {
    whereabouts: { ...place, longitude: 5, latitude: 52, atMs: world.now() },
  })
  expect(ranksOf(goOut(world, hour))).toEqual(['P3', 'P2'])
})

it('a plan too slow to judge two people by is called out within a day when the other of the two is not seen at all than then', () => {
  const world = createSlowWorld()
  stayHome(world, hour)
  world.register(device('monitor', 'ankle-monitor'), device('pendant', 'victim-device', 600))
  hear(world, 'pendant', 'monitor')
  world.register(device('pendant', 'victim-device'))
  stayHome(world, hour)
  expect(ranksOf(hear(world, 'monitor', 'pendant'))).toContain('P2')
})

it('a plan too slow to judge two people by is called out once of two bans of which one is wider', () => {
  const wide = { ...pairBan('vera'), id: 'a-wide', separationMeters: 2_000, approachMeters: 3_000 }
  const world = createSlowWorld({ proximityBans: [wide, pairBan('vera')] })
  expect(ranksOf(goOut(world, hour))).toEqual(['P3', 'P3', 'P2'])
  stayHome(world, hour)
  expect(ranksOf(goOut(world, hour))).toEqual(['P3', 'P3'])
})

/** Positions of one, and of the other nothing but that it is there. */
function hear(world: World, seen: string, heard: string) {
  const effects = []
  for (let count = 0; count < 240; count++) {
    effects.push(...world.fix(seen))
    effects.push(...world.event(heard, 'heartbeat'), ...world.advance(minute))
  }
  return effects
}
