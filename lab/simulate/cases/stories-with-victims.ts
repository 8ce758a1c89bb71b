import type { CaseDraft, StoryDraft } from './case-draft.ts'
import { blockArcs } from './case-draft.ts'
import { addKnot, knotAt } from '../people/person-track.ts'
import { surroundings, travelModes } from './case-stream.ts'
import type { StoryKind } from './case-stream.ts'
import type { Person, Place } from '../people/simulated-person.ts'
import {
  makePlace,
  planeMetersBetween,
  nowOf,
  pickNode,
  setBlocked,
  stayUntil,
} from '../people/simulated-person.ts'
import { goByRoad } from '../people/person-travel.ts'
import { nearestStation, rideTrain } from '../people/person-train.ts'
import { goHome, modeTo } from './stories-in-bans.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import { nearestOfAll } from '../region/region.ts'
import { minOf } from '../../../src/core/model/lists.ts'

/** The victim's side, played first: what she does does not depend on him. */
export function playVictimPart(draft: CaseDraft, story: StoryDraft): void {
  const { victim, router } = draft
  if (victim === null) return
  const { habits } = victim
  const hasRailway = router.region.railway !== null
  if (story.kind === 'pair-same-train' && hasRailway) {
    takeTrain(draft, victim, story.startMs)
    stayUntil(victim, nowOf(victim) + 3_600_000)
    goHome(victim)
    return
  }
  if (carStories.has(story.kind)) {
    driveToOffenderTown(draft, story)
    return
  }
  // Out in the street, where he can come near.
  const errand = habits.errands[2]!
  stayUntil(victim, story.startMs - 2_400_000)
  goByRoad(victim, errand, modeTo(victim, errand))
  stayUntil(victim, story.startMs + 5_400_000)
  if (story.kind === 'pair-following') goByRoad(victim, habits.home, 'walk')
  else goHome(victim)
}

/** The offender's side, knowing where she goes. */
export function playOffenderPart(draft: CaseDraft, story: StoryDraft): void {
  const { offender, victim } = draft
  if (victim === null) return
  story.proximityBanId = draft.proximityBan?.id ?? null
  const { blocked } = offender
  setBlocked(offender, null)
  stayUntil(offender, story.startMs - 3_000_000)
  offenderScripts[story.kind]?.(draft, story)
  story.endMs = nowOf(offender)
  goHome(offender)
  setBlocked(offender, blocked)
  // Turning back at once he may yet meet her for true; the story is over by then.
  if (story.kind !== 'pair-opposite-lanes') story.endMs = nowOf(offender)
}

/** In a region without a railway, the story of the train is told by car. */
const carStories: ReadonlySet<StoryKind> = new Set([
  'pair-same-train',
  'pair-same-motorway',
  'pair-opposite-lanes',
])

const offenderScripts: Partial<Record<StoryKind, (draft: CaseDraft, story: StoryDraft) => void>> = {
  'pair-encounter': meet,
  'pair-following': follow,
  'pair-approach-stopped': stopShort,
  'pair-same-train': (draft, story) => {
    if (draft.router.region.railway === null) driveBehind(draft, story)
    else takeTrain(draft, draft.offender, story.startMs)
  },
  'pair-same-motorway': driveBehind,
  'pair-opposite-lanes': driveAgainst,
}

function meet(draft: CaseDraft, story: StoryDraft): void {
  const { offender, victim, random } = draft
  const errand = victim!.habits.errands[2]!
  stayUntil(offender, story.startMs)
  goByRoad(offender, errand, modeTo(offender, errand))
  stayUntil(offender, nowOf(offender) + between(random, 4, 20) * 60_000)
}

/** Moves as the other moved, a little later: on foot behind her, or in the next car. */
function copyMoves(draft: CaseDraft, fromMs: number, untilMs: number, delayMs: number): void {
  const { offender, victim } = draft
  const source = victim!.track
  let knot = knotAt(source, fromMs, 0)
  for (; knot + 1 < source.count && source.atMs[knot]! < untilMs; knot++) {
    addKnot(offender.track, {
      atMs: source.atMs[knot + 1]! + delayMs,
      east: source.east[knot + 1]!,
      north: source.north[knot + 1]!,
      mode: travelModes[source.modes[knot]!]!,
      around: surroundings[source.surroundings[knot]!]!,
    })
  }
}

/** Waits some way off and walks behind her when she goes home. */
function follow(draft: CaseDraft, story: StoryDraft): void {
  const { offender, victim } = draft
  const errand = victim!.habits.errands[2]!
  goByRoad(offender, errand, modeTo(offender, errand))
  const leavesMs = story.startMs + 5_400_000
  if (nowOf(offender) >= leavesMs) return
  stayUntil(offender, leavesMs)
  copyMoves(draft, leavesMs, leavesMs + 900_000, 60_000)
  // Where he now stands, an arc or less from the last crossing.
  leaveTrackAt(offender)
}

function stopShort(draft: CaseDraft, story: StoryDraft): void {
  const { offender, victim, random, router } = draft
  const errand = victim!.habits.errands[2]!
  const separation = draft.proximityBan!.separationMeters
  setBlocked(offender, keepAwayFrom(draft, errand))
  stayUntil(offender, story.startMs)
  let best: Place | null = null
  for (let attempt = 0; attempt < 400; attempt++) {
    const place = makePlace(random, router.region, pickNode(random, draft.victimTown), 'open')
    const meters = planeMetersBetween(place, errand)
    if (meters < separation + 130) continue
    if (best === null || meters < planeMetersBetween(best, errand)) best = place
    if (meters < separation + 350) break
  }
  if (best === null) return
  goByRoad(offender, best, modeTo(offender, best))
  stayUntil(offender, nowOf(offender) + between(random, 5, 15) * 60_000)
  // Back out the way he came, before he thinks of going round bans again.
  goHome(offender)
}

function keepAwayFrom(draft: CaseDraft, place: Place): Uint8Array {
  const meters = draft.proximityBan!.separationMeters + 100
  const { eastMeters, northMeters } = place
  return blockArcs(
    draft.router.region,
    (east, north) => Math.hypot(east - eastMeters, north - northMeters) < meters,
    {
      west: eastMeters - meters,
      east: eastMeters + meters,
      south: northMeters - meters,
      north: northMeters + meters,
    },
  )
}

/**
 * From the station of her town, two stops on; whoever boards at the same
 * time sits in the same train.
 */
function takeTrain(draft: CaseDraft, person: Person, departMs: number): void {
  const railway = draft.router.region.railway!
  const boarding = nearestStation(person, draft.victim!.habits.home)!
  const leaving = boarding >= 4 ? boarding - 3 : boarding + 3
  const platform = makePlace(
    person.random,
    draft.router.region,
    railway.stationNodes[boarding]!,
    'open',
  )
  stayUntil(person, departMs - 2_700_000)
  goByRoad(person, platform, modeTo(person, platform))
  stayUntil(person, departMs)
  rideTrain(person, railway, boarding, leaving)
  leaveTrackAt(person, railway.stationNodes[leaving]!)
}

/**
 * The track ended on the road: the person stands there, with this node or the
 * nearest as the next to go to.
 */
function leaveTrackAt(person: Person, node: number | null = null): void {
  const { track } = person
  const last = track.count - 1
  const eastMeters = track.east[last]!
  const northMeters = track.north[last]!
  const nearest = node ?? nearestOfAll(person.router.region, eastMeters, northMeters)
  person.place = { node: nearest, eastMeters, northMeters, around: 'open' }
}

/** The place in the other town that both drives are about. */
function farPlace(draft: CaseDraft): Place {
  return draft.offender.habits.errands[0]!
}

function driveToOffenderTown(draft: CaseDraft, story: StoryDraft): void {
  const victim = draft.victim!
  stayUntil(victim, story.startMs)
  story.victimLeavesMs = nowOf(victim)
  goByRoad(victim, makeVisit(draft), 'car')
  story.victimArrivesMs = nowOf(victim)
  stayUntil(victim, nowOf(victim) + 3_600_000)
  goByRoad(victim, victim.habits.home, 'car')
}

/** Where she drives to: in his town, but as far as can be from where he lives and sets out. */
function makeVisit(draft: CaseDraft): Place {
  const { region } = draft.router
  const { nodes } = draft.offenderTown
  const avoided = [farPlace(draft), draft.offender.habits.home]
  let node = nodes[0]!
  let farthest = -1
  for (let index = 0; index < nodes.length; index += 7) {
    const candidate = nodes[index]!
    const meters = minOf(
      avoided.map((place) =>
        Math.hypot(
          region.nodeEast[candidate]! - place.eastMeters,
          region.nodeNorth[candidate]! - place.northMeters,
        ),
      ),
    )
    if (meters > farthest) {
      farthest = meters
      node = candidate
    }
  }
  return makePlace(draft.victim!.random, region, node, 'indoors')
}

/**
 * Joins the road she drives on shortly after she has passed, and stays a few hundred metres behind.
 */
function driveBehind(draft: CaseDraft, story: StoryDraft): void {
  const { offender, victim, router } = draft
  const source = victim!.track
  const { victimLeavesMs, victimArrivesMs } = story
  const lengthMs = victimArrivesMs - victimLeavesMs
  const joinKnot = knotAt(source, victimLeavesMs + 0.3 * lengthMs, 0)
  const joinMs = source.atMs[joinKnot]!
  const eastMeters = source.east[joinKnot]!
  const northMeters = source.north[joinKnot]!
  const node = nearestOfAll(router.region, eastMeters, northMeters)
  goByRoad(offender, { node, eastMeters, northMeters, around: 'open' }, 'car')
  const delayMs = 9_000
  if (nowOf(offender) > joinMs + delayMs) return
  stayUntil(offender, joinMs + delayMs)
  copyMoves(draft, joinMs, victimLeavesMs + 0.85 * lengthMs, delayMs)
  leaveTrackAt(offender)
}

/** Sets out from her goal to her town at the time she sets out to his. */
function driveAgainst(draft: CaseDraft, story: StoryDraft): void {
  const { offender, random, router, victim } = draft
  goByRoad(offender, farPlace(draft), modeTo(offender, farPlace(draft)))
  stayUntil(offender, story.startMs)
  let goal: Place | null = null
  for (let attempt = 0; attempt < 60; attempt++) {
    const place = makePlace(random, router.region, pickNode(random, draft.victimTown), 'open')
    if (goal === null || awayFrom(place, victim!) > awayFrom(goal, victim!)) goal = place
  }
  goByRoad(offender, goal!, 'car')
}

function awayFrom(place: Place, victim: Person): number {
  return planeMetersBetween(place, victim.habits.home)
}
