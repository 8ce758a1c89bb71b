import type {
  LocationBan,
  ProtectionOrder,
  ProximityBan,
  Registry,
} from '../../../src/core/model/registry.ts'
import { blockBans, isRailwayBanned } from './case-bans.ts'
import type { CaseDraft, DraftBan, StoryDraft } from './case-draft.ts'
import { castCase } from './case-people.ts'
import type { CaseCast } from './case-people.ts'
import { createCaseRecords } from './case-records.ts'
import { planStories } from './case-stories.ts'
import type { CaseStream, StoryKind } from './case-stream.ts'
import { dayMs } from '../../../src/core/model/units.ts'
import { bandModels, pickModel, victimModels } from '../devices/device-models.ts'
import { planDevice } from '../devices/device-plan.ts'
import type { DevicePlan } from '../devices/device-plan.ts'
import { createPerson, nowOf, setBlocked, stayUntil } from '../people/simulated-person.ts'
import type { Person } from '../people/simulated-person.ts'
import { liveDay } from '../people/person-days.ts'
import { createRandom, pick, randomUuid } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import { kindOfCase, storyCatalogue } from './story-catalogue.ts'
import { playBanStory } from './stories-in-bans.ts'
import { playOffenderPart, playVictimPart } from './stories-with-victims.ts'
import type { World } from '../world.ts'

/**
 * One case from its number alone: the people live through their days, and
 * their devices are planned.
 */
export function buildCase(world: World, index: number): CaseStream {
  const random = createRandom(mixSeed(world.seed, index + 1))
  const kind = kindOfCase(index)
  const isAlone =
    kind === 'ban-border-living' || kind === 'ban-bus-stop' || kind === 'ban-passed-by'
  const hasVictim = storyCatalogue[kind].needsVictim || (!isAlone && random.next() < 0.6)
  const cast = castCase(random, world.router, kind, hasVictim)
  const key = `case-${String(index + 1).padStart(4, '0')}`
  const draft = draftCase(world, random, kind, key, cast)
  if (draft.victim !== null) liveAll(draft, draft.victim, world, 'victim')
  liveAll(draft, draft.offender, world, 'offender')
  return assemble(world, index, key, draft)
}

/** Neighbouring numbers give unlike streams. */
export function mixSeed(seed: number, number: number): number {
  let mixed = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

function draftCase(
  world: World,
  random: Random,
  kind: StoryKind,
  key: string,
  cast: CaseCast,
): CaseDraft {
  const stories = planStories(random, world, kind, key)
  const bans = cast.bans.map((ban, index) =>
    index === 0 && kind === 'ban-permitted-visit' ? permitVisits(ban, stories) : ban,
  )
  const offender = createPerson(random, world.router, cast.offenderHabits, world.startMs)
  setBlocked(offender, blockBans(world.router.region, bans))
  offender.mayTakeTrain = !isRailwayBanned(world.router.region, bans)
  const victim =
    cast.victimHabits === null
      ? null
      : createPerson(
          createRandom(Math.floor(random.next() * 4_294_967_296)),
          world.router,
          cast.victimHabits,
          world.startMs,
        )
  const proximityBan: ProximityBan | null =
    victim === null
      ? null
      : {
          id: randomUuid(random),
          victimId: randomUuid(random),
          separationMeters: cast.separationMeters,
          approachMeters: 2 * cast.separationMeters,
        }
  const { offenderTown, victimTown } = cast
  const { router, startMs, days } = world
  return {
    random,
    router,
    startMs,
    days,
    bans,
    proximityBan,
    stories,
    offenderTown,
    victimTown,
    offender,
    victim,
  }
}

/** Leave to come, on the day of each story. */
function permitVisits(draft: DraftBan, stories: readonly StoryDraft[]): DraftBan {
  const exceptions = stories
    .filter(({ kind }) => kind === 'ban-permitted-visit')
    .map(({ startMs }) => ({
      fromMs: startMs - 7_200_000,
      untilMs: startMs + 28_800_000,
      reason: 'gesprek met toestemming',
    }))
  const ban: LocationBan = {
    ...draft.ban,
    schedule: { timeZone: 'Europe/Amsterdam', weekly: null, exceptions },
  }
  return { ...draft, ban }
}

function liveAll(
  draft: CaseDraft,
  person: Person,
  world: World,
  role: 'offender' | 'victim',
): void {
  for (let day = 0; day < world.days; day++) {
    const midnightMs = world.startMs + day * dayMs
    const story = draft.stories.find(
      (candidate) =>
        candidate.day === day &&
        storyCatalogue[candidate.kind].form === 'scripted' &&
        (role === 'offender' || candidate.kind.startsWith('pair')),
    )
    // The world begins on a Monday.
    if (story === undefined) liveDay(person, midnightMs, day % 7 < 5)
    else if (role === 'victim') playVictimPart(draft, story)
    else if (story.kind.startsWith('pair')) playOffenderPart(draft, story)
    else playBanStory(draft, story)
  }
  stayUntil(person, Math.max(world.endMs, nowOf(person) + 1))
}

function assemble(world: World, index: number, key: string, draft: CaseDraft): CaseStream {
  const { random, offender, victim, bans, stories } = draft
  const offenderId = randomUuid(random)
  const victimId = draft.proximityBan?.victimId ?? null
  for (const story of stories) {
    if (story.kind === 'pair-apart') story.proximityBanId = draft.proximityBan?.id ?? null
    const isStandingBan = story.kind.startsWith('ban') && story.locationBanId === null
    if (isStandingBan) story.locationBanId = bans.at(-1)?.ban.id ?? null
  }
  const kind = stories[0]?.kind ?? null
  const wearer = {
    personId: offenderId,
    kind: 'ankle-monitor',
    number: 2 * index + 1,
    track: offender.track,
  } as const
  const model = kind === 'battery-neglected' ? bandModels[2]![1] : pickModel(random, bandModels)
  const plans = [planDevice(random, wearer, model, world, stories)]
  if (victim !== null && victimId !== null) {
    const victimWearer = {
      personId: victimId,
      kind: 'victim-device',
      number: 2 * index + 2,
      track: victim.track,
    } as const
    const victimModel =
      kind === 'phone-at-rest' ? victimModels[1]![1] : pickModel(random, victimModels)
    plans.push(planDevice(random, victimWearer, victimModel, world, stories))
  }
  const order = makeOrder(world, random, offenderId, index, draft)
  return createCaseRecords({
    world,
    index,
    key,
    registry: registryOf(world, random, { index, offenderId, victimId, plans, order }),
    order,
    draft,
    plans,
  })
}

function makeOrder(
  world: World,
  random: Random,
  offenderId: string,
  index: number,
  draft: CaseDraft,
): ProtectionOrder {
  return {
    id: randomUuid(random),
    version: 1,
    reference: `${world.router.region.name} 09/${String(index + 1).padStart(6, '0')}-26`,
    legalBasis: pick(random, [
      'prosecutor-behaviour-order',
      'special-condition',
      'pretrial-suspension',
      'conditional-release',
    ]),
    offenderId,
    validFromMs: world.startMs,
    validUntilMs: world.endMs + 150 * dayMs,
    status: 'active',
    locationBans: draft.bans.map(({ ban }) => ban),
    proximityBans: draft.proximityBan === null ? [] : [draft.proximityBan],
    escalation: null,
  }
}

function registryOf(
  world: World,
  random: Random,
  registered: {
    readonly index: number
    readonly offenderId: string
    readonly victimId: string | null
    readonly plans: readonly DevicePlan[]
    readonly order: ProtectionOrder
  },
): Registry {
  const { index, offenderId, victimId, plans, order } = registered
  const number = String(index + 1).padStart(4, '0')
  const { name } = world.router.region
  return {
    vendors: world.vendors,
    persons: [
      { id: offenderId, role: 'offender', reference: `${name}-D${number}` },
      ...(victimId === null
        ? []
        : [{ id: victimId, role: 'victim', reference: `${name}-S${number}` } as const]),
    ],
    devices: plans.map(({ device }) => device),
    deviceAssignments: plans.map(({ device, personId }) => ({
      id: randomUuid(random),
      deviceId: device.id,
      personId,
      validFromMs: world.startMs - wornBeforeMs,
      validUntilMs: null,
    })),
    protectionOrders: [order],
  }
}

/** Fitted some weeks before the order begins, so that a stale first position has a wearer. */
const wornBeforeMs = 20 * dayMs
