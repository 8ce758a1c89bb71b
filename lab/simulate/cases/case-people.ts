import { banAroundHome, banAroundWork, banOnNeighbourhood } from './case-bans.ts'
import type { DraftBan } from './case-draft.ts'
import {
  banBesideBusStop,
  banBesideHome,
  banBesideWay,
  isOutside,
  placesOf,
} from './case-special-bans.ts'
import type { StoryKind } from './case-stream.ts'
import type { Habits, Place } from '../people/simulated-person.ts'
import { makePlace, planeMetersBetween, pickNode } from '../people/simulated-person.ts'
import { chooseHabits } from '../people/person-days.ts'
import { between, pick } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Region, Town } from '../region/region.ts'
import { findWay } from '../region/region-route.ts'
import type { Router } from '../region/region-route.ts'

/** Who a case is about, where they live and go, and where the offender may not be. */
export function castCase(
  random: Random,
  router: Router,
  kind: StoryKind,
  hasVictim: boolean,
): CaseCast {
  const { region } = router
  const [victimTown, offenderTown] = chooseTowns(random, region.towns, kind)
  const others = region.towns.filter((town) => town !== offenderTown && town !== victimTown)
  // Each has a further town, not the same, so that they seldom meet by chance.
  const herOthers = others.slice(0, 1)
  const hisOthers = others.slice(1)
  const everywhere = chooseHabits(
    random,
    { region, homeTown: victimTown, otherTowns: herOthers, home: null },
    () => true,
  )
  const victimHabits = kind === 'pair-apart' ? stayNearHome(random, region, everywhere) : everywhere
  const separationMeters = kind === 'pair-apart' ? 500 : pick(random, [300, 500, 500, 500, 1_000])
  const bans = isStandingBan(kind) ? [] : orderBans(random, region, victimHabits)
  const keepAway = hasVictim ? placesOf(victimHabits) : []
  const isFit = (place: Place, attempt: number): boolean => {
    const sternness = attempt < 200 ? 1 : attempt < 400 ? 0.5 : 0.2
    const apartMeters = sternness * (separationMeters + 1_000)
    return (
      bans.every((ban) => isOutside(region, ban, place, 700 * sternness)) &&
      keepAway.every((other) => planeMetersBetween(place, other) > apartMeters)
    )
  }
  const home =
    kind === 'pair-apart'
      ? homeAtTwoKilometers(random, region, victimTown, victimHabits.home)
      : null
  const chosen = chooseHabits(
    random,
    { region, homeTown: offenderTown, otherTowns: hisOthers, home },
    isFit,
  )
  const habits = kind === 'pair-apart' ? stayNearHome(random, region, chosen) : chosen
  const special = addStandingBan(random, router, kind, habits)
  if (special.ban !== null) bans.push(special.ban)
  return {
    offenderTown,
    victimTown,
    offenderHabits: special.habits,
    victimHabits: hasVictim ? victimHabits : null,
    bans,
    separationMeters,
  }
}

export type CaseCast = {
  readonly offenderTown: Town
  readonly victimTown: Town
  readonly offenderHabits: Habits
  readonly victimHabits: Habits | null
  readonly bans: DraftBan[]
  readonly separationMeters: number
}

function chooseTowns(
  random: Random,
  towns: readonly Town[],
  kind: StoryKind,
): readonly [victimTown: Town, offenderTown: Town] {
  const victimTown = Math.floor(random.next() * towns.length)
  const isSame = kind === 'pair-apart' || (!kind.startsWith('pair') && random.next() < 0.06)
  if (isSame || towns.length === 1) return [towns[victimTown]!, towns[victimTown]!]
  // Far enough for the motorway to be the way, not the country road.
  const apartMin = kind === 'pair-same-motorway' || kind === 'pair-opposite-lanes' ? 2 : 1
  const fit = towns.filter((_, offenderTown) => Math.abs(offenderTown - victimTown) >= apartMin)
  return [towns[victimTown]!, pick(random, fit)]
}

/** Two people at two kilometres: near enough to be asked about, too far to be a breach. */
function homeAtTwoKilometers(random: Random, region: Region, town: Town, victimHome: Place): Place {
  const target = between(random, 1_950, 2_150)
  let best = makePlace(random, region, pickNode(random, town), 'indoors')
  for (let attempt = 0; attempt < 300; attempt++) {
    const place = makePlace(random, region, pickNode(random, town), 'indoors')
    const miss = (candidate: Place): number =>
      Math.abs(planeMetersBetween(candidate, victimHome) - target)
    if (miss(place) < miss(best)) best = place
  }
  return best
}

/** A life on foot around the corner. */
function stayNearHome(random: Random, region: Region, habits: Habits): Habits {
  const { home } = habits
  const near: number[] = []
  for (const town of region.towns) {
    for (const node of town.nodes) {
      const east = region.nodeEast[node]! - home.eastMeters
      const north = region.nodeNorth[node]! - home.northMeters
      const meters = Math.hypot(east, north)
      if (meters > 60 && meters < 450) near.push(node)
    }
  }
  const around = (isIndoors: boolean): Place =>
    makePlace(random, region, pick(random, near), isIndoors ? 'indoors' : 'open')
  return {
    ...habits,
    work: null,
    errands: [around(true), around(true), around(false)],
    friends: [around(true)],
    hasCar: false,
  }
}

function isStandingBan(kind: StoryKind): boolean {
  return kind === 'ban-border-living' || kind === 'ban-bus-stop' || kind === 'ban-passed-by'
}

/**
 * What courts impose: her home always, her work or a school often, a neighbourhood now and then.
 */
function orderBans(random: Random, region: Region, habits: Habits): DraftBan[] {
  const bans = [banAroundHome(random, region, habits.home)]
  if (habits.work !== null && random.next() < 0.5) {
    bans.push(banAroundWork(random, region, habits.work))
  }
  if (random.next() < 0.12) bans.push(banOnNeighbourhood(random, region, habits.errands[1]!))
  return bans
}

function addStandingBan(
  random: Random,
  router: Router,
  kind: StoryKind,
  habits: Habits,
): { readonly habits: Habits; readonly ban: DraftBan | null } {
  const { region } = router
  if (kind === 'ban-border-living') return { habits, ban: banBesideHome(random, region, habits) }
  if (kind === 'ban-bus-stop') {
    const working = withWork(random, router, habits)
    const stop = stopOnTheWay(random, router, working)
    const waiting = { ...working, busStop: stop }
    return { habits: waiting, ban: banBesideBusStop(random, region, waiting, stop) }
  }
  if (kind === 'ban-passed-by') {
    const working = { ...withWork(random, router, habits), hasCar: true, likesBicycle: 0 }
    const way = findWay(router, working.home.node, working.work.node, 'car', null) ?? []
    return { habits: working, ban: banBesideWay(random, region, working, way) }
  }
  return { habits, ban: null }
}

function withWork(
  random: Random,
  router: Router,
  habits: Habits,
): Habits & { readonly work: Place } {
  const { region } = router
  let work = habits.work
  for (let attempt = 0; attempt < 100; attempt++) {
    if (work !== null && planeMetersBetween(work, habits.home) > 1_800) break
    const town = region.towns.find((candidate) => candidate.nodes.includes(habits.home.node))
    work = makePlace(random, region, pickNode(random, town ?? region.towns[0]!), 'indoors')
  }
  return { ...habits, work: work ?? habits.errands[0]! }
}

/** A few hundred metres from home, on the way to work. */
function stopOnTheWay(
  random: Random,
  router: Router,
  habits: Habits & { readonly work: Place },
): Place {
  const { region } = router
  const way = findWay(router, habits.home.node, habits.work.node, 'bus', null) ?? []
  let meters = 0
  for (const arc of way) {
    meters += region.arcMeters[arc]!
    if (meters > 550) return makePlace(random, region, region.arcTo[arc]!, 'open')
  }
  return makePlace(random, region, habits.home.node, 'open')
}
