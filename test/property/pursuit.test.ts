import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Situation } from '../../src/core/watch/situation.ts'
import {
  assignment,
  createWorld,
  device,
  locationBan,
  orderChange,
  pairBan,
  person,
  second,
  startMs,
} from '../core/watch-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import type { Known } from './reference-watch.ts'
import {
  listIncidents,
  listVendorTellings,
  listLosses,
  listSilences,
  listTampers,
} from './reference-watch.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 50
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)
const hours = 5

it('what is told of a silent monitor in an approach, and while its whole vendor is silent, is what a plain reading tells', () => {
  const words = new Set<string>()
  let coveredCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const devices = ['monitor', 'one', 'two', 'three', 'four'].map((id) => {
      const intervalMs = second * [15, 60, 300][random.integer(0, 2)]!
      return { id, intervalMs }
    })
    const outages = Array.from({ length: random.integer(0, 3) }, () => {
      const fromMs = startMs + second * random.integer(600, hours * 3_600)
      return { fromMs, untilMs: fromMs + second * random.integer(100, 1_500) }
    })
    // One that comes and goes.
    for (let count = random.chance(0.5) ? random.integer(2, 5) : 0; count > 0; count--) {
      const beforeMs = outages.at(-1)?.untilMs ?? startMs + second * 900
      const fromMs = beforeMs + second * random.integer(60, 2_200)
      outages.push({ fromMs, untilMs: fromMs + second * random.integer(100, 1_500) })
    }
    const heard = devices.map(({ intervalMs }) => makeReports(random, intervalMs, outages))
    const changes = makeChanges(random)
    const { effects, untilMs } = play(devices, heard, changes)
    const fleet = devices.map(({ intervalMs }, at) => ({ intervalMs, heardMs: heard[at]! }))
    const incidents = listIncidents(fleet, untilMs)
    const situationAt = (ms: number) => changes.findLast(({ atMs }) => atMs < ms)?.known ?? far
    const expected = listSilences(fleet[0]!, untilMs, { situationAt, incidents })
    const alone = listSilences(fleet[0]!, untilMs, { situationAt, incidents: [] })
    if (expected.join() !== alone.join()) coveredCount++
    expect(tell(effects, 'device-silent', 'monitor'), `seed ${seed}`).toEqual(expected)
    const told = listVendorTellings(incidents, untilMs)
    expect(tell(effects, 'vendor-silent', null), `seed ${seed}`).toEqual(told)
    for (const line of [...expected, ...told]) words.add(line.replace(/ \d+$/, ''))
  }
  if (runs < usualRuns) return
  const all = ['P1', 'P2', 'ended', 'raised P1', 'raised P2', 'raised P3', 'repeated']
  expect([...words].toSorted()).toEqual(all)
  expect(coveredCount).toBeGreaterThan(runs / 10)
})

it('what is told of a strap in an approach, and before one, is what a plain reading tells', () => {
  const words = new Set<string>()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const intervalSeconds = [60, 300, 600][random.integer(0, 2)]!
    const isOfTwo = random.chance(0.5)
    const world = createTown([{ id: 'monitor', intervalMs: intervalSeconds * second }], isOfTwo)
    const effects: Effect[] = []
    const reports: { atMs: number; kind: 'flag' | 'position' | 'approach' }[] = []
    const known: { atMs: number; isGrave: boolean; isOpen: boolean }[] = []
    for (let count = 0; count < 150; count++) {
      effects.push(...world.advance(second * random.integer(20, intervalSeconds + 20)))
      const atMs = world.now()
      if (random.chance(0.1)) {
        const isNearDanger = [true, false, false, null][random.integer(0, 3)]!
        const isOpen = random.chance(0.3)
        world.situate('monitor wearer', {
          ...situate('far'),
          isNearDanger,
          isInOpenApproach: isOpen,
        })
        const isGrave = isOpen || (isNearDanger ?? isOfTwo)
        if (isOpen && known.at(-1)?.isOpen !== true) reports.push({ atMs, kind: 'approach' })
        known.push({ atMs, isOpen, isGrave })
        // It is looked for again within five seconds.
        effects.push(...world.advance(5 * second))
      }
      const kind = (['flag', 'position', null] as const)[random.integer(0, 2)]!
      if (kind !== null) reports.push({ atMs: world.now(), kind })
      if (kind === 'flag') effects.push(...world.event('monitor', 'strap-tamper'))
      else if (kind === 'position') effects.push(...world.fix('monitor'))
    }
    const isGraveAt = (ms: number) => known.findLast(({ atMs }) => atMs < ms)?.isGrave ?? false
    const expected = listTampers(reports, intervalSeconds * second, isGraveAt)
    // That an approach opened is told within five seconds.
    const found = tell(effects, 'device-tamper', 'monitor').map((line) => {
      const opened = reports.find(({ atMs, kind }) => {
        const ms = Number(line.split(' ').at(-1))
        return kind === 'approach' && ms > atMs && ms <= atMs + 5 * second
      })
      return line.startsWith('P1 ') && opened !== undefined ? `P1 ${opened.atMs}` : line
    })
    expect(found, `seed ${seed}`).toEqual(expected)
    for (const line of expected) words.add(line.replace(/ \d+$/, ''))
  }
  if (runs < usualRuns) return
  expect([...words].toSorted()).toEqual(['P1', 'raised P1', 'raised P2', 'repeated'])
})

it('what is told of a position that is lost in one approach after the other is what a plain reading tells', () => {
  const words = new Set<string>()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const world = createTown([{ id: 'monitor', intervalMs: 60_000 }], false)
    const effects: Effect[] = []
    const seenMs: number[] = []
    const openedMs: number[] = []
    const open = (): void => {
      openedMs.push(world.now())
      const approach = { ...situate('unusual'), openSinceMs: world.now() }
      world.situate('monitor wearer', { ...approach, isNearDanger: true })
    }
    open()
    for (let count = 0; count < 25; count++) {
      effects.push(...world.advance(1_000), ...world.fix('monitor'))
      seenMs.push(world.now())
      if (random.chance(0.2)) open()
      const minutes = random.chance(0.1) ? random.integer(600, 1_600) : random.integer(2, 30)
      for (let minute = 0; minute < minutes; minute++) {
        effects.push(...world.advance(60_000), ...world.event('monitor', 'heartbeat'))
      }
    }
    effects.push(...world.advance(1_000), ...world.fix('monitor'))
    effects.push(...world.advance(1_000))
    const untilMs = world.now() - 1_000
    const expected = listLosses(seenMs, openedMs, untilMs)
    expect(tell(effects, 'position-unreliable', 'monitor'), `seed ${seed}`).toEqual(expected)
    for (const line of expected) words.add(line.replace(/ \d+$/, ''))
  }
  if (runs < usualRuns) return
  expect([...words].toSorted()).toEqual(['ended', 'lost-again', 'raised P2'])
})

type Device = { readonly id: string; readonly intervalMs: number }
type Change = { readonly atMs: number; readonly known: Known }
type Stretch = { readonly fromMs: number; readonly untilMs: number }

/** By its plan, now and then late or not at all, and mostly silent while its vendor is. */
function makeReports(random: Random, intervalMs: number, outages: readonly Stretch[]): number[] {
  const heardMs: number[] = []
  const [early, late] = [random.integer(-20, 20), random.integer(-20, 20)]
  const isOfAll = random.chance(0.85)
  let atMs = startMs + second * random.integer(1, 60)
  while (atMs < startMs + hours * 3_600_000) {
    const isMuted = outages.some(
      ({ fromMs, untilMs }) => atMs >= fromMs + early * second && atMs < untilMs + late * second,
    )
    if (!isMuted || !isOfAll) heardMs.push(atMs)
    const share = random.chance(0.08) ? [2.2, 3.1, 6, 9][random.integer(0, 3)]! : 1
    const gapMs = random.chance(0.02) ? 1_800_000 : share * intervalMs
    atMs += Math.round(gapMs / second) * second
  }
  return heardMs
}

function makeChanges(random: Random): Change[] {
  const changes: Change[] = []
  let atMs = startMs
  while (atMs < startMs + hours * 3_600_000) {
    atMs += second * random.integer(20, 1_200)
    const state = (['far', 'far', 'usual', 'unusual'] as const)[random.integer(0, 3)]!
    const isNear = random.chance(0.3)
    const isLed = state === 'usual' && random.chance(0.3)
    const meters = random.integer(300, 6_000)
    const closing = state !== 'usual' && random.chance(0.2) ? { seenMs: atMs, meters } : null
    changes.push({ atMs, known: { state, isNear, isLed, closing } })
  }
  return changes
}

const far: Known = { state: 'far', isNear: false, isLed: false, closing: null }

function play(
  devices: readonly Device[],
  heard: readonly (readonly number[])[],
  changes: readonly Change[],
): { effects: Effect[]; untilMs: number } {
  const world = createTown(devices, false)
  const effects: Effect[] = []
  const events = [
    ...changes.map(({ atMs, known }) => ({ atMs, happen: () => note(known) })),
    ...devices.flatMap(({ id }, at) =>
      heard[at]!.map((atMs) => ({
        atMs,
        happen: () => effects.push(...world.event(id, 'heartbeat')),
      })),
    ),
  ]
  const note = ({ state, isNear, isLed, closing }: Known): void => {
    const soon = isLed ? 1_000 : (closing?.meters ?? Infinity)
    world.situate('monitor wearer', {
      ...situate(state),
      isNearDanger: isNear,
      danger: { bandMeters: soon, leftMeters: soon, closingMeters: soon },
      whereabouts: { ...nowhere, atMs: closing?.seenMs ?? world.now() },
    })
  }
  for (const { atMs, happen } of events.toSorted((one, other) => one.atMs - other.atMs)) {
    if (atMs > world.now()) effects.push(...world.advanceTo(atMs))
    happen()
  }
  effects.push(...world.advance(3_600_000))
  return { effects, untilMs: world.now() }
}

const nowhere = {
  longitude: 5,
  latitude: 52,
  radiusMeters: 0,
  paceMetersPerSecond: 10,
  isStanding: false,
  agreed: null,
} as const

function situate(state: Known['state']): Partial<Situation> {
  return { isInOpenApproach: state !== 'far', isInUnusualApproach: state === 'unusual' }
}

/** Each device on somebody of their own, with an order; the first perhaps beside somebody else. */
function createTown(devices: readonly Device[], isOfTwo: boolean) {
  const world = createWorld()
  for (const { id, intervalMs } of devices) {
    const offenderId = `${id} wearer`
    world.register(
      person(offenderId, 'offender'),
      device(id, 'ankle-monitor', intervalMs / second),
      assignment(id, offenderId),
      orderChange({
        id: `order of ${id}`,
        offenderId,
        locationBans: [locationBan],
        proximityBans: isOfTwo ? [pairBan('vera')] : [],
      }),
    )
  }
  return world
}

/** Of one kind of alert, and of one device. */
function tell(
  effects: readonly Effect[],
  kind: 'device-silent' | 'device-tamper' | 'position-unreliable' | 'vendor-silent',
  deviceId: string | null,
): string[] {
  const ids = new Set<string>()
  return effects.flatMap((effect) => {
    if (effect.type === 'alert-raised') {
      const { alert } = effect
      if (alert.kind !== kind || alert.deviceId !== deviceId) return []
      ids.add(alert.id)
      return [`raised ${alert.priority} ${alert.learnedAtMs}`]
    }
    if (effect.type === 'alert-ended' && ids.has(effect.alertId)) {
      return [`ended ${effect.clearedAtMs}`]
    }
    if (effect.type !== 'alert-revised' || !ids.has(effect.alertId)) return []
    const { revision, learnedAtMs } = effect
    if (revision.kind === 'priority') return [`${revision.priority} ${learnedAtMs}`]
    if (revision.kind !== 'repeated') return []
    return [`${'cause' in revision ? revision.cause : 'repeated'} ${learnedAtMs}`]
  })
}
