import { expect, it } from 'vitest'
import { compileCircle } from '../../geo/ban-shape.ts'
import { probabilityInside, probabilityWithin, sigmaFromAccuracy } from '../../geo/probability.ts'
import { applyFix } from '../../src/core/engine/engine.ts'
import type { AlertDraft, Effect } from '../../src/core/model/alert.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import {
  home,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  place,
  startMs,
} from '../core/engine-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { evaluateFromScratch, readPlaces } from './reference-evaluator.ts'
import { rankApproaches } from './reference-ranks.ts'
import type { Reading, Terms } from './reference-tellings.ts'
import { listTellings } from './reference-tellings.ts'
import { isOwnSeed, runsOr, seedOr } from './seed.ts'

const usualRuns = 45
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)
const intervalSeconds = 60
const innerMeters = 300
const bandMeters = 700
const separationMeters = 800

const area = makeOrder({
  locationBans: [
    makeBan({ area: { type: 'circle', ...home, radiusMeters: innerMeters }, approachMeters: 0 }),
  ],
})
const areaWithBand = makeOrder({
  locationBans: [
    makeBan({
      area: { type: 'circle', ...home, radiusMeters: innerMeters },
      approachMeters: bandMeters,
    }),
  ],
})
const pair = makeOrder({
  locationBans: [],
  proximityBans: [makePair({ separationMeters, approachMeters: separationMeters })],
})

type Step = {
  readonly seconds: number
  readonly meters: number
  readonly jitter: number
  readonly deviceId: string
}

const worlds: readonly World[] = [
  {
    name: 'a breach of an area',
    kind: 'location-ban-breach',
    order: area,
    terms: { unseenMs: 1_200_000, marks: [], canComeNearer: false },
    isRanked: false,
    turnMax: 0,
    // Deep inside, beside the border where it cannot be said or hardly is, surely outside.
    ranges: [
      [0, 220],
      [0, 220],
      [307, 345],
      [360, 700],
    ],
    readingsOf: (steps, seen) => steps.map((step, at) => readArea(step, innerMeters, seen, at)),
  },
  {
    name: 'a breach of an area by one of two devices',
    kind: 'location-ban-breach',
    order: area,
    terms: { unseenMs: 1_200_000, marks: [], canComeNearer: false, isByDevice: true },
    isRanked: false,
    deviceCount: 2,
    turnMax: 0,
    ranges: [
      [0, 220],
      [0, 220],
      [307, 345],
      [360, 700],
    ],
    readingsOf: (steps, seen) => steps.map((step, at) => readArea(step, innerMeters, seen, at)),
  },
  {
    name: 'an approach that leads anywhere',
    kind: 'location-ban-approach',
    order: areaWithBand,
    terms: { unseenMs: 7_200_000, marks: [], canComeNearer: true },
    isRanked: true,
    turnMax: 0.4,
    ranges: [
      [360, 900],
      [360, 900],
      [360, 500],
      [1_007, 1_045],
      [1_060, 1_600],
    ],
    readingsOf: readAreaWithBand,
  },
  {
    // Along the edge of the band, at a walk: many pass by, and some come far in.
    name: 'an approach that is mostly at the edge',
    kind: 'location-ban-approach',
    order: areaWithBand,
    terms: { unseenMs: 7_200_000, marks: [], canComeNearer: true },
    isRanked: true,
    turnMax: 0.12,
    ranges: [
      [960, 998],
      [960, 998],
      [1_060, 1_075],
      [500, 998],
    ],
    readingsOf: readAreaWithBand,
  },
  {
    name: 'a breach between two people',
    kind: 'proximity-breach',
    order: pair,
    terms: { unseenMs: 1_200_000, marks: [350, 100, 50], canComeNearer: true },
    isRanked: false,
    turnMax: 0,
    ranges: [
      [20, 700],
      [20, 700],
      [20, 120],
      [1_200, 2_000],
    ],
    readingsOf: readPair,
  },
]

it.each(worlds)('what is told again of $name is what a plain reading of it tells', (world) => {
  const causes = findSameTellings(world, 10, runs)
  if (runs < usualRuns) return
  // Of 45 seeds from 1 on some pass by; of those from 7,000 on none does.
  if (world.isRanked && !isOwnSeed()) causes.add('passing')
  expect([...causes].toSorted()).toEqual([
    'again',
    ...(world.isRanked ? ['called', 'day'] : []),
    'inside-again',
    ...(world.terms.canComeNearer ? ['nearer'] : []),
    ...(world.terms.isByDevice === true ? ['not-known', 'other-device'] : []),
    ...(world.isRanked ? ['passing', 'risen'] : ['raised']),
  ])
})

const coarse = [60, 90, 130, 200].flatMap((radius) => worlds.map((world) => ({ world, radius })))

it.each(coarse)(
  'what is told again of $world.name is what a plain reading of it tells, by receivers that err by $radius m',
  ({ world, radius }) => {
    const causes = findSameTellings(world, radius, Math.ceil(runs / 22))
    expect([...causes]).not.toEqual([])
  },
)

/** The words that were met on the way. */
function findSameTellings(world: World, radius: number, count: number): Set<string> {
  const causes = new Set<string>()
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const steps = makeSteps(createRandom(seed), world)
    const fixes = steps.flatMap((step) => fixesOf(step, world.order, radius))
    const engine = makeEngine({ orders: [world.order], reportIntervalSeconds: intervalSeconds })
    const listTold = createTold(world)
    const found = fixes.flatMap((fix) => listTold(applyFix(engine, fix), fix))
    const personOf = ({ deviceId }: Fix): string => deviceId.replace(/-device.*$/, '')
    const places = readPlaces(world.order, fixes, personOf, intervalSeconds, defaultLimits)
    const stays = evaluateFromScratch(
      [world.order],
      fixes,
      [],
      personOf,
      intervalSeconds,
      defaultLimits,
    ).filter(({ kind }) => kind === world.kind)
    const readings = world.readingsOf(steps, { radius, places })
    const inOrder = stays.toSorted((one, other) => one.startMs - other.startMs)
    const expected = world.isRanked
      ? rankApproaches(readings, inOrder, world.terms)
      : inOrder.flatMap((stay) => [
          `raised ${stay.startMs}`,
          ...listTellings(readings, stay, world.terms),
        ])
    expect(found, `seed ${seed}`).toEqual(expected)
    for (const line of expected) causes.add(line.split(' ')[0]!)
    if (inOrder.some(({ endMs, leftMs }) => endMs !== leftMs)) causes.add('not-known')
  }
  return causes
}

type World = {
  readonly name: string
  readonly kind: string
  readonly order: ProtectionOrder
  readonly terms: Terms
  /** What it calls for depends on those before it, and on the way gone. */
  readonly isRanked: boolean
  /** Worn in turn; left out: one. */
  readonly deviceCount?: number
  /** Seen from the middle of the area, so far to either side. */
  readonly turnMax: number
  /** From how many metres to how many: one is taken for each stretch of steps. */
  readonly ranges: readonly (readonly [number, number])[]
  readonly readingsOf: (steps: readonly Step[], seen: Seen) => Reading[]
}

function makeSteps(random: Random, { ranges, turnMax, deviceCount = 1 }: World): Step[] {
  const steps: Step[] = []
  let seconds = 0
  let range = ranges[0]!
  let deviceId = 'offender-device'
  for (let count = 0; count < 80; count++) {
    seconds += [45, 60, 60, 60, 90, 120, 280, 700, 1_500, 8_000][random.integer(0, 9)]!
    // From noon on, so that there is no third day, from which on there are habits.
    if (seconds > 36 * 3_600) break
    if (random.chance(0.4)) range = ranges[random.integer(0, ranges.length - 1)]!
    const meters = random.between(range[0], range[1])
    // To one side of the area, so that no way leads across it.
    const turn = random.between(-turnMax, turnMax)
    if (deviceCount > 1 && random.chance(0.15)) {
      deviceId = `offender-device${random.chance(0.5) ? '-2' : ''}`
    }
    steps.push({
      seconds,
      deviceId,
      meters: meters * Math.cos(turn),
      jitter: meters * Math.sin(turn) + random.between(0, 30),
    })
  }
  return steps
}

/** Never at rest, so that no place is held for where somebody is. */
function fixesOf(
  { seconds, meters, jitter, deviceId }: Step,
  order: ProtectionOrder,
  radius: number,
): Fix[] {
  const values = { accuracyMeters: radius }
  if (order.proximityBans.length === 0)
    return [makeFix(seconds, meters, jitter, { ...values, deviceId })]
  return [
    makeVictimFix(seconds - 5, jitter, 0, { ...values, speedMetersPerSecond: pace }),
    makeFix(seconds, meters + jitter, 0, { ...values, speedMetersPerSecond: pace }),
  ]
}
const pace = 2.6

const circle = compileCircle(home.longitude, home.latitude, innerMeters)

/** By receivers of this radius; and what the fixes say together, one by one. */
type Seen = { readonly radius: number; readonly places: ReturnType<typeof readPlaces> }

function readArea(step: Step, borderMeters: number, seen: Seen, at: number): Reading {
  const { radius } = seen
  const outside = fromMiddle(step) - borderMeters
  const { longitude, latitude } = place(step.meters, step.jitter)
  const grownMeters = borderMeters - innerMeters
  const sigma = sigmaFromAccuracy(radius)
  const alone = probabilityInside(circle, longitude, latitude, sigma, grownMeters)
  // What is said together is of the area itself, not of its band.
  const together = grownMeters === 0 ? seen.places[at]!.chance : 0
  const chance = together >= 0.95 ? Math.max(alone, together) : alone
  return {
    atMs: startMs + 1000 * step.seconds,
    device: step.deviceId,
    // At the very edge a circle holds less than half of what may be there.
    isInside: chance >= 0.5,
    isClear: outside >= Math.max(defaultLimits.clearMarginMeters, 2 * radius),
    meters: Math.max(0, fromMiddle(step) - innerMeters),
    noiseMeters: radius,
    closing: 0,
    ahead: null,
    towards: 0,
  }
}

function readAreaWithBand(steps: readonly Step[], seen: Seen): Reading[] {
  return steps.map((step, place) => ({
    ...readArea(step, innerMeters + bandMeters, seen, place),
    ...readWay(
      steps.slice(0, place).findLast(({ deviceId }) => deviceId === step.deviceId),
      step,
      seen.radius,
    ),
  }))
}

/** By the sighting before, of five minutes ago at most; less than both radii is standing. */
function readWay(
  before: Step | undefined,
  now: Step,
  radius: number,
): Pick<Reading, 'closing' | 'ahead' | 'towards'> {
  const unknown = { closing: 0, ahead: null, towards: 0 }
  if (before === undefined || now.seconds - before.seconds > 300) return unknown
  const seconds = now.seconds - before.seconds
  const moved = Math.hypot(before.meters - now.meters, before.jitter - now.jitter)
  if (moved <= 2 * radius) return unknown
  const share = 20 / moved
  const soon = {
    meters: now.meters + share * (now.meters - before.meters),
    jitter: now.jitter + share * (now.jitter - before.jitter),
  }
  const nearer = (fromMiddle(now) - fromMiddle(soon)) / 20
  return {
    closing: (fromMiddle(before) - fromMiddle(now)) / seconds,
    ahead: (moved / seconds) * (nearer + (2 * radius) / moved),
    towards: nearer,
  }
}

function fromMiddle({ meters, jitter }: Pick<Step, 'meters' | 'jitter'>): number {
  return Math.hypot(meters, jitter)
}

/** A reading by each fix of either, with the last of the other while that says something of now. */
function readPair(steps: readonly Step[], { radius, places }: Seen): Reading[] {
  return steps.flatMap((step, place) => {
    const before = steps[place - 1]
    // Each step is a fix of the protected person, and one of the other five seconds later.
    const [victims, own] = [places[2 * place]!, places[2 * place + 1]!]
    const now = readApart(step.seconds, step.meters, 5, radius, own)
    const gap = before === undefined ? Infinity : step.seconds - 5 - before.seconds
    if (before === undefined || gap > 300) return [now]
    const apart = before.meters + before.jitter - step.jitter
    return [readApart(step.seconds - 5, apart, gap, radius, victims), now]
  })
}

function readApart(
  seconds: number,
  meters: number,
  gapSeconds: number,
  radius: number,
  { chance: together, apartMeters }: Seen['places'][number],
): Reading {
  const spread = Math.hypot(radius, radius, gapSeconds * pace)
  const alone = probabilityWithin(meters, sigmaFromAccuracy(spread), separationMeters)
  const isTogether = together >= 0.95 && together > alone
  return {
    atMs: startMs + 1000 * seconds,
    isInside: (isTogether ? together : alone) >= 0.5,
    isClear: meters - separationMeters >= Math.max(50, 2 * spread),
    meters: isTogether && apartMeters !== null ? apartMeters : meters,
    noiseMeters: Math.hypot(radius, radius),
    closing: 0,
    ahead: null,
    towards: 0,
  }
}

/** Of one kind of alert: when each is raised, or how if that is ranked, and what is told again. */
function createTold({ kind, isRanked }: World): (effects: readonly Effect[], fix: Fix) => string[] {
  const ids = new Set<string>()
  return (effects, { recordedAtMs }) =>
    effects.flatMap((effect) => {
      if (effect.type === 'alert-raised' && effect.alert.kind === kind) {
        ids.add(effect.alert.id)
        const { occurredAtMs } = effect.alert
        return [isRanked ? `${nameRank(effect.alert)} ${recordedAtMs}` : `raised ${occurredAtMs}`]
      }
      if (effect.type !== 'alert-revised' || !ids.has(effect.alertId)) return []
      const { revision } = effect
      if (revision.kind === 'priority') return [`risen ${recordedAtMs}`]
      if (revision.kind !== 'repeated' || !('cause' in revision)) return []
      return [`${revision.cause} ${revision.recordedAtMs}`]
    })
}

function nameRank({ priority, evidence }: AlertDraft): string {
  if (priority !== 'P3') return 'called'
  return evidence.facts['isPassingBy'] === true ? 'passing' : 'day'
}
