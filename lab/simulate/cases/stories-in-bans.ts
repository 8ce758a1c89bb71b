import type { CaseDraft, DraftBan, StoryDraft } from './case-draft.ts'
import { nodesByBorder } from './case-draft.ts'
import { middleOfBan } from './case-bans.ts'
import type { StoryKind } from './case-stream.ts'
import type { Person, Place } from '../people/simulated-person.ts'
import {
  makePlace,
  planeMetersBetween,
  nowOf,
  setBlocked,
  stayUntil,
} from '../people/simulated-person.ts'
import { goByRoad, goTo } from '../people/person-travel.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { RoadMode } from '../region/region.ts'

/** Plays a story about a ban: from home at its time, and home again. */
export function playBanStory(draft: CaseDraft, story: StoryDraft): void {
  const { offender } = draft
  const target = draft.bans[0]!
  story.locationBanId = target.ban.id
  stayUntil(offender, story.startMs)
  story.startMs = Math.max(story.startMs, nowOf(offender))
  banScripts[story.kind]?.(draft, target)
  goHome(offender)
  story.endMs = nowOf(offender)
}

export function goHome(person: Person): void {
  const { home } = person.habits
  goByRoad(person, home, modeTo(person, home))
}

export function modeTo(person: Person, place: Place): RoadMode {
  return planeMetersBetween(person.place, place) < 1_500 ? 'bicycle' : 'car'
}

/** From home to where it happens, and out of the ban again. */
const banScripts: Partial<Record<StoryKind, (draft: CaseDraft, target: DraftBan) => void>> = {
  'ban-stay-short': (draft, target) =>
    visitInside(draft, target, 'open', between(draft.random, 75, 240) * 1000),
  'ban-stay-long': (draft, target) =>
    visitInside(draft, target, 'indoors', between(draft.random, 30, 180) * 60_000),
  'ban-permitted-visit': (draft, target) =>
    visitInside(draft, target, 'indoors', between(draft.random, 30, 180) * 60_000),
  'ban-stay-late-upload': (draft, target) =>
    visitInside(draft, target, 'open', between(draft.random, 5, 40) * 60_000),
  'ban-passage': driveThrough,
  'ban-approach-stopped': goNear,
}

const deepMeters = 160

/** For once, bans are no reason to go round. */
function visitInside(
  draft: CaseDraft,
  target: DraftBan,
  around: 'open' | 'indoors',
  durationMs: number,
): void {
  const { offender, random, router } = draft
  const { region } = router
  const place = makePlace(random, region, pickDeepNode(draft, target), around)
  const { blocked } = offender
  setBlocked(offender, null)
  goByRoad(offender, place, modeTo(offender, place))
  stayUntil(offender, nowOf(offender) + durationMs)
  // Out of the ban the shortest way, too.
  goByRoad(offender, makePlace(random, region, pickBeyond(draft, target), 'open'), 'bicycle')
  setBlocked(offender, blocked)
}

function driveThrough(draft: CaseDraft, target: DraftBan): void {
  const { offender, random, router } = draft
  const { region } = router
  const before = makePlace(random, region, pickBeyond(draft, target), 'open')
  goByRoad(offender, before, 'car')
  const { blocked } = offender
  setBlocked(offender, null)
  const middle = makePlace(random, region, pickDeepNode(draft, target), 'open')
  const after = makePlace(random, region, pickOpposite(draft, target, before), 'open')
  goByRoad(offender, middle, 'car')
  goByRoad(offender, after, 'car')
  setBlocked(offender, blocked)
}

/** Up to the border, a while there, and away. */
function goNear(draft: CaseDraft, target: DraftBan): void {
  const { offender, random, router } = draft
  const { region } = router
  const middle = middleOfBan(region, target.ban)
  const node = pickOf(draft, nodesByBorder(region, target.shape, middle, 60, 260))
  if (node === null) return
  const place = makePlace(random, region, node, 'open')
  goTo(offender, place, modeTo(offender, place))
  stayUntil(offender, nowOf(offender) + between(random, 5, 15) * 60_000)
}

function pickDeepNode(draft: CaseDraft, target: DraftBan): number {
  const { region } = draft.router
  const middle = middleOfBan(region, target.ban)
  const deep = nodesByBorder(region, target.shape, middle, -Infinity, -deepMeters)
  const inside =
    deep.length > 0 ? deep : nodesByBorder(region, target.shape, middle, -Infinity, -40)
  return pickOf(draft, inside) ?? draft.victim?.habits.home.node ?? draft.offender.place.node
}

/** Outside, but not far. */
function pickBeyond(draft: CaseDraft, target: DraftBan): number {
  const { region } = draft.router
  const middle = middleOfBan(region, target.ban)
  const nodes = nodesByBorder(region, target.shape, middle, 350, 750)
  return pickOf(draft, nodes) ?? draft.offender.place.node
}

function pickOpposite(draft: CaseDraft, target: DraftBan, before: Place): number {
  const { region } = draft.router
  const middle = middleOfBan(region, target.ban)
  const nodes = nodesByBorder(region, target.shape, middle, 350, 750)
  const east = 2 * middle.eastMeters - before.eastMeters
  const north = 2 * middle.northMeters - before.northMeters
  const distance = (node: number): number =>
    Math.hypot(region.nodeEast[node]! - east, region.nodeNorth[node]! - north)
  return nodes.toSorted((one, other) => distance(one) - distance(other))[0] ?? before.node
}

function pickOf(draft: CaseDraft, nodes: readonly number[]): number | null {
  if (nodes.length === 0) return null
  return nodes[Math.floor(draft.random.next() * nodes.length)]!
}
