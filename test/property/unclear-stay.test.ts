import { expect, it } from 'vitest'
import { distanceMeters } from '../../geo/distance.ts'
import { compileCircle } from '../../geo/ban-shape.ts'
import { probabilityInside, probabilityWithin, sigmaFromAccuracy } from '../../geo/probability.ts'
import { applyFix } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { ProtectionOrder, ProximityBan } from '../../src/core/model/registry.ts'
import { home, makeBan, makeEngine, makeFix, makeOrder, makePair } from '../core/engine-world.ts'
import { createRandom } from './random.ts'
import { apart, believeAll, mayRaise } from './reference-belief.ts'
import type { Judged } from './reference-belief.ts'
import { findRestSeconds, isKnownAway } from './reference-evaluator.ts'
import { runsOr, seedOr } from './seed.ts'

const firstSeed = seedOr(1)
const runs = runsOr(60)

it('the engine keeps of positions too coarse to judge what a plain reading of the whole past says', () => {
  let longest = 0
  let turns = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const { order, radiusMeters, fixes } = makeWorld(seed)
    const engine = makeEngine({ orders: [order], reportIntervalSeconds: 60 })
    const judged = believeAll(fixes, [], () => 'offender', defaultLimits, [order])
    const words: Word[] = []
    for (const [place, { fix }] of judged.entries()) {
      applyFix(engine, fix)
      const rule = engine.dossiers.get('offender')?.state.bans[0] ?? null
      const isApproached = rule?.approach?.episode != null
      const isBreach = rule?.breach?.episode != null
      const isUnderWay = isLastSeenUnderWay(judged.slice(0, place))
      const word = readWord(judged[place]!, radiusMeters, isApproached, isUnderWay)
      words.push(isBreach ? 'told' : word)
      const devices = engine.dossiers.get('offender')?.devices ?? []
      const found = (rule?.unclear ?? []).map(({ deviceSlot, sinceMs, lastMs, count }) => ({
        deviceId: devices[deviceSlot] ?? '',
        sinceMs,
        lastMs,
        count,
      }))
      const expected = readStays(judged.slice(0, place + 1), words)
      expect(
        found.toSorted((one, other) => one.deviceId.localeCompare(other.deviceId)),
        `seed ${seed}, fix ${place}`,
      ).toEqual(expected)
      longest = Math.max(longest, ...expected.map(({ sinceMs, lastMs }) => lastMs - sinceMs))
      const disputes = readDisputes(judged.slice(0, place + 1), words, radiusMeters)
      const known = (rule?.disputes ?? []).map(({ deviceSlot, sinceMs, lastMs, turnCount }) => ({
        deviceId: devices[deviceSlot] ?? '',
        sinceMs,
        lastMs,
        turnCount,
      }))
      expect(
        known.toSorted((one, other) => one.deviceId.localeCompare(other.deviceId)),
        `disputes of seed ${seed}, fix ${place}`,
      ).toEqual(disputes)
      turns = Math.max(turns, ...disputes.map(({ turnCount }) => turnCount))
    }
  }
  expect(longest).toBeGreaterThan(defaultLimits.unclearMsMin)
  expect(turns).toBeGreaterThanOrEqual(defaultLimits.disputedTurnCountMin)
}, 600_000)

/**
 * Of each device: coarse positions with their middle in the area, since the last breach and the
 * last gap, and how many of them a new sighting too far off for them came before.
 */
function readDisputes(judged: readonly Judged[], words: readonly Word[], radiusMeters: number) {
  const deviceIds = [...new Set(judged.map(({ fix }) => fix.deviceId))].toSorted()
  return deviceIds.flatMap((deviceId) => {
    const found = { deviceId, sinceMs: 0, lastMs: -Infinity, turnCount: 0 }
    for (const [at, { fix, doubts, accuracy }] of judged.entries()) {
      if (words[at] === 'told') found.turnCount = 0
      if (fix.deviceId === deviceId && fix.recordedAtMs - found.lastMs > 1_200_000) {
        found.turnCount = 0
      }
      const isPoor =
        doubts.includes('accuracy-too-poor') &&
        doubts.every(
          (doubt) => ['accuracy-too-poor', 'teleport'].includes(doubt) || mayRaise(doubt),
        )
      const meters = distanceMeters(home.longitude, home.latitude, fix.longitude, fix.latitude)
      if (fix.deviceId !== deviceId || !isPoor || meters > radiusMeters) continue
      if (words[at] === 'told') continue
      const seen = judged.slice(0, at).findLast((one) => one.doubts.length === 0)
      const isAgainst =
        seen !== undefined &&
        seen.fix.deviceId === deviceId &&
        fix.recordedAtMs - seen.fix.recordedAtMs <= 1_200_000 &&
        apart(seen.fix, fix) > 2 * accuracy + 150
      if (found.turnCount === 0) {
        if (!isAgainst) continue
        found.sinceMs = fix.recordedAtMs
        found.turnCount = 1
      } else if (isAgainst && seen.fix.recordedAtMs > found.lastMs) found.turnCount++
      found.lastMs = fix.recordedAtMs
    }
    return found.turnCount === 0 ? [] : [found]
  })
}

/** What one position says: `judged` is in the area, and sure enough to be one of two that open. */
type Word = 'told' | 'nothing' | 'about' | 'judged' | 'elsewhere' | 'astray'

function readWord(
  now: Judged,
  radiusMeters: number,
  isApproached: boolean,
  isUnderWay: boolean,
): Word {
  const isCoarse = now.doubts.includes('accuracy-too-poor')
  if (!now.doubts.every((doubt) => doubt === 'accuracy-too-poor' || mayRaise(doubt))) {
    return 'nothing'
  }
  const { longitude, latitude } = now.fix
  const meters = distanceMeters(home.longitude, home.latitude, longitude, latitude) - radiusMeters
  const sigma = sigmaFromAccuracy(now.accuracy)
  const isWide = now.accuracy >= 250 || sigma > radiusMeters
  const poorReach = isApproached ? now.accuracy : isUnderWay ? Math.min(500, now.accuracy / 2) : 0
  const believedReach = !isApproached && isWide ? now.accuracy : 0
  if (meters <= (isCoarse ? poorReach : believedReach)) {
    const shape = compileCircle(home.longitude, home.latitude, radiusMeters)
    const chance = probabilityInside(shape, longitude, latitude, sigma, 0)
    return !isCoarse && chance >= 0.5 ? 'judged' : 'about'
  }
  return !isCoarse && meters > now.accuracy ? 'elsewhere' : 'astray'
}

/** Not at rest when last seen, or away from there since by two coarse positions. */
function isLastSeenUnderWay(earlier: readonly Judged[]): boolean {
  const seen = earlier.findLast(({ doubts }) => doubts.length === 0)
  if (seen === undefined) return false
  return !(findRestSeconds(earlier, seen) >= 120) || isKnownAway(earlier, seen, defaultLimits)
}

it('the engine keeps of two people too coarse to judge what a plain reading of the whole past says', () => {
  let longest = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const { pair, fixes } = makePairWorld(seed)
    const order = makeOrder({ locationBans: [], proximityBans: [pair] })
    const engine = makeEngine({ orders: [order], reportIntervalSeconds: 60 })
    const judged = believeAll(fixes, [], personOf, defaultLimits, [order])
    const words: Word[] = []
    for (const [place, { fix }] of judged.entries()) {
      applyFix(engine, fix)
      const dossier = engine.dossiers.get('offender')
      const rule = dossier?.state.pairs[0] ?? null
      const isTold = rule?.approach?.episode != null || rule?.breach?.episode != null
      words.push(isTold ? 'told' : readWordOfTwo(judged.slice(0, place), judged[place]!, pair))
      const found = (rule?.unclear ?? []).map(({ deviceSlot, sinceMs, lastMs, count }) => ({
        deviceId: dossier?.devices[deviceSlot] ?? '',
        sinceMs,
        lastMs,
        count,
      }))
      const expected = readStays(judged.slice(0, place + 1), words)
      expect(
        found.toSorted((one, other) => one.deviceId.localeCompare(other.deviceId)),
        `seed ${seed}, fix ${place}`,
      ).toEqual(expected)
      longest = Math.max(longest, ...expected.map(({ sinceMs, lastMs }) => lastMs - sinceMs))
    }
  }
  expect(longest).toBeGreaterThan(defaultLimits.unclearMsMin)
}, 600_000)

/** By the circles of both alone; where no approach speaks and both are seen at about one moment. */
function readWordOfTwo(earlier: readonly Judged[], now: Judged, pair: ProximityBan): Word {
  const other = earlier.findLast(
    ({ person, doubts }) => person !== now.person && doubts.length === 0,
  )
  if (now.doubts.length > 0 || other === undefined) return 'nothing'
  if (now.fix.recordedAtMs - other.fix.recordedAtMs > 300_000) return 'nothing'
  const spread = Math.hypot(now.accuracy, other.accuracy)
  const sigma = sigmaFromAccuracy(spread)
  const meters = apart(now.fix, other.fix)
  const isWide = spread >= 250 || sigma > pair.separationMeters
  if (meters > pair.separationMeters + spread) return isWide ? 'astray' : 'elsewhere'
  if (probabilityWithin(meters, sigma, pair.separationMeters) >= 0.5) return 'judged'
  return isWide ? 'about' : 'astray'
}

function makePairWorld(seed: number): { pair: ProximityBan; fixes: Fix[] } {
  const random = createRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)]!
  const separationMeters = pick([100, 350, 500])
  const approachMeters = separationMeters * pick([1, 2])
  const pair = makePair({ separationMeters, approachMeters })
  const fixes: Fix[] = []
  const distances = [0, separationMeters + 250, 2 * separationMeters + 100, 4_000]
  let [seconds, middle] = [0, pick(distances)]
  for (let place = 0; place < 80; place++) {
    seconds += pick([15, 30, 30, 60, 60, 300, 1_500])
    if (random.next() < 0.04) middle = pick(distances)
    const isHers = random.next() < 0.5
    const deviceId = `${isHers ? 'victim' : 'offender'}-device${pick(['', '', '', '-2'])}`
    const east = (isHers ? 0 : middle) + 20 * random.next()
    const accuracyMeters = pick([10, 100, 400, 450, 450, 450, 600])
    fixes.push(makeFix(seconds, east, 20 * random.next(), { deviceId, accuracyMeters }))
  }
  return { pair, fixes }
}

function personOf(fix: Fix): string {
  return fix.deviceId.replace(/-device.*$/, '')
}

/** Of each device: from the last thing that ends a stay, back from now. */
function readStays(judged: readonly Judged[], words: readonly Word[]) {
  const lastTold = words.lastIndexOf('told')
  const since = judged.map(({ fix }, at) => ({ fix, word: words[at]!, at }))
  const deviceIds = [...new Set(judged.map(({ fix }) => fix.deviceId))].toSorted()
  return deviceIds.flatMap((deviceId) => {
    const own = since.filter(
      ({ fix, word, at }) => fix.deviceId === deviceId && word !== 'nothing' && at > lastTold,
    )
    const isIn = (word: Word | undefined): boolean => word === 'about' || word === 'judged'
    const cut = own.findLastIndex(({ word }, at) => {
      if (word === 'elsewhere') return true
      return word === 'astray' && own[at - 1]?.word === 'astray'
    })
    const inside = own.slice(cut + 1).filter(({ word }) => isIn(word))
    const gap = inside.findLastIndex(
      ({ fix }, at) => at > 0 && fix.recordedAtMs - inside[at - 1]!.fix.recordedAtMs > 1_200_000,
    )
    const joined = inside.slice(Math.max(0, gap))
    const stay = joined.slice(joined.findIndex(({ word }) => word === 'about'))
    const last = own.at(-1)
    if (!joined.some(({ word }) => word === 'about') || last === undefined) return []
    const { recordedAtMs: sinceMs } = stay[0]!.fix
    const { recordedAtMs: lastMs } = stay.at(-1)!.fix
    // One astray, too long after: nothing is left of it.
    if (last.fix.recordedAtMs - lastMs > 1_200_000) return []
    return [{ deviceId, sinceMs, lastMs, count: stay.length }]
  })
}

function makeWorld(seed: number): {
  order: ProtectionOrder
  radiusMeters: number
  fixes: Fix[]
} {
  const random = createRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)]!
  const radiusMeters = pick([5, 40, 150, 400, 2_000])
  const approachMeters = pick([0, 500])
  const order = makeOrder({
    locationBans: [makeBan({ area: { type: 'circle', ...home, radiusMeters }, approachMeters })],
  })
  const fixes: Fix[] = []
  let seconds = 0
  let middle = pick([0, 0, radiusMeters + 300, 4_000])
  // The receiver of some says that its wearer is elsewhere, whatever the networks say.
  const elsewhere = pick([0, 0, 4_000 + radiusMeters])
  for (let place = 0; place < 80; place++) {
    seconds += pick([15, 60, 60, 60, 120, 300, 1_500])
    if (random.next() < 0.05) middle = pick([0, 0, radiusMeters + 300, 4_000])
    const away = random.next() < 0.1 ? pick([900, 3_000]) : 0
    const accuracyMeters = pick([10, 100, 400, 600, 600, 900, 3_000])
    const east = middle + away + (accuracyMeters <= 100 ? elsewhere : 0)
    fixes.push(
      makeFix(seconds, east + 20 * random.next(), 20 * random.next(), {
        deviceId: random.next() < 0.8 ? 'offender-device' : 'offender-device-2',
        accuracyMeters,
      }),
    )
  }
  return { order, radiusMeters, fixes }
}
