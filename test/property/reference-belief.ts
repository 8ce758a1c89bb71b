import { distanceMeters, metersPerDegree } from '../../geo/distance.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type { Limits } from '../../src/core/model/limits.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import { createBanRule } from '../../src/core/rules/ban-versions.ts'
import { countSatellites as countOfSky } from './reference-satellites.ts'

/**
 * Which fixes are believed, by the policy: everything sorted, and for every fix the whole past of
 * the person read again. Slow, and written from the policy, not from the engine.
 */
export function believeAll(
  fixes: readonly Fix[],
  events: readonly DeviceEvent[],
  personOf: (fix: Fix) => string,
  limits: Limits,
  orders: readonly ProtectionOrder[],
): Judged[] {
  const key = (fix: Fix) => [personOf(fix), fix.deviceId] as const
  const sorted = fixes.toSorted((one, other) => {
    if (one.recordedAtMs !== other.recordedAtMs) return one.recordedAtMs - other.recordedAtMs
    if (key(one)[0] !== key(other)[0]) return key(one)[0] < key(other)[0] ? -1 : 1
    if (key(one)[1] !== key(other)[1]) return key(one)[1] < key(other)[1] ? -1 : 1
    return (
      accuracyOf(one, limits) - accuracyOf(other, limits) ||
      (one.sequence ?? -1) - (other.sequence ?? -1) ||
      one.longitude - other.longitude ||
      one.latitude - other.latitude ||
      (one.speedMetersPerSecond ?? -1) - (other.speedMetersPerSecond ?? -1) ||
      countSatellites(one, limits) - countSatellites(other, limits)
    )
  })
  const places = listPlaces(orders)
  const judged: Judged[] = []
  for (const fix of sorted) {
    const person = personOf(fix)
    const accuracy = accuracyOf(fix, limits)
    const own = judged.filter((other) => other.person === person)
    const last = own.at(-1)
    if (last !== undefined && isSameReport(last.fix, fix)) continue
    const doubts: string[] = []
    const now = { fix, person, accuracy, doubts }
    judged.push(now)
    if (Math.abs(fix.longitude) < 0.01 && Math.abs(fix.latitude) < 0.01) {
      doubts.push('null-island')
      continue
    }
    if (isNoPosition(fix, limits)) doubts.push('no-position')
    if (accuracy >= limits.accuracyMetersTooPoorMin) doubts.push('accuracy-too-poor')
    // Of one moment and device the surest stands; what is no position, or could be
    // anywhere, has no say in it.
    const standing = own.find(
      (other) =>
        other.fix.recordedAtMs === fix.recordedAtMs &&
        isSameDevice(other, now) &&
        !other.doubts.includes('null-island') &&
        !other.doubts.includes('no-position') &&
        !other.doubts.includes('accuracy-too-poor'),
    )
    const isElsewhere =
      standing !== undefined &&
      (standing.fix.longitude !== fix.longitude || standing.fix.latitude !== fix.latitude)
    const heard = own.filter((other) => !other.doubts.includes('null-island'))
    const isContradicted = isElsewhere || isInTwoPlaces(heard, now, limits)
    if (isContradicted && !doubts.includes('accuracy-too-poor')) {
      doubts.push('contradicts-same-moment')
    }
    if (isAhead(fix, limits)) doubts.push('future-clock')
    const found = [
      findJump(heard, now, limits),
      isStale(heard, now, limits) && 'stale-repeat',
      isFrozen([...heard, now], limits) && 'frozen',
      findMirror(heard, now, places, limits),
      isJammed(events, fix, limits) && 'jamming-suspected',
      isWithoutSatellites(heard, now, limits) && 'satellites-lost',
    ]
    doubts.push(...found.filter((doubt) => doubt !== false))
  }
  return judged
}

/** At the last two moments that were contradicted, within five minutes of each other and of now. */
function isInTwoPlaces(heard: readonly Judged[], now: Judged, limits: Limits): boolean {
  const weightless = ['accuracy-too-poor', 'no-position']
  let moments: Judged[] = []
  for (const [at, before] of heard.entries()) {
    if (!before.doubts.includes('contradicts-same-moment')) continue
    const first = heard
      .slice(0, at)
      .find(
        (other) =>
          other.fix.recordedAtMs === before.fix.recordedAtMs &&
          isSameDevice(other, before) &&
          !other.doubts.some((doubt) => weightless.includes(doubt)),
      )
    if (first === undefined || !isTooFar(first, before, limits)) continue
    if (moments.some((other) => !isSameDevice(other, before))) moments = []
    if (moments.at(-1)?.fix.recordedAtMs !== before.fix.recordedAtMs) moments.push(before)
  }
  const [one, two] = moments.slice(-2)
  if (one === undefined || two === undefined || !isSameDevice(two, now)) return false
  const isRecent = secondsBetween(two, now) > 0 && secondsBetween(two, now) <= witnessOf(limits)
  return isRecent && secondsBetween(one, two) <= witnessOf(limits)
}

function isSameReport(one: Fix, other: Fix): boolean {
  return (
    one.deviceId === other.deviceId &&
    one.recordedAtMs === other.recordedAtMs &&
    one.longitude === other.longitude &&
    one.latitude === other.latitude
  )
}

export type Judged = {
  readonly fix: Fix
  readonly person: string
  readonly accuracy: number
  readonly doubts: readonly string[]
}

export function apart(one: Fix, other: Fix): number {
  return distanceMeters(one.longitude, one.latitude, other.longitude, other.latitude)
}

const isBelieved = ({ doubts }: Judged): boolean => doubts.length === 0
const secondsBetween = (before: Judged, now: Judged): number =>
  (now.fix.recordedAtMs - before.fix.recordedAtMs) / 1000
const isSameDevice = (one: Judged, other: Judged): boolean =>
  one.fix.deviceId === other.fix.deviceId
const isSamePlace = (one: Judged, other: Judged): boolean =>
  Math.abs(one.fix.longitude - other.fix.longitude) < 1.000_001e-6 &&
  Math.abs(one.fix.latitude - other.fix.latitude) < 1.000_001e-6

export function isTooFar(before: Judged, now: Judged, limits: Limits): boolean {
  const allowed = secondsBetween(before, now) * limits.plausibleSpeedMetersPerSecondMax
  return apart(before.fix, now.fix) > allowed + 2 * (before.accuracy + now.accuracy)
}

/**
 * Too far from the last sighting: `teleport` when nothing bears it out; `unreachable` when
 * something does and the place still cannot be reached, or when it denies what the device said
 * within minutes and bore out.
 */
function findJump(heard: readonly Judged[], now: Judged, limits: Limits): string | false {
  const believed = heard.filter(isBelieved)
  const sighting = believed.at(-1)
  if (sighting === undefined) return false
  if (isSameDevice(sighting, now) && secondsBetween(sighting, now) === 0) return false
  const doubtful = listDoubtful(heard, limits).filter(
    (other) => secondsBetween(other, now) <= witnessOf(limits),
  )
  if (!isTooFar(sighting, now, limits)) {
    const isDenied = doubtful.some(
      (other) =>
        isSameDevice(other, now) && secondsBetween(other, now) > 0 && isTooFar(other, now, limits),
    )
    return isDenied && 'unreachable'
  }
  const own = findOwn(heard, now)
  const seconds = own === undefined ? 0 : secondsBetween(own, now)
  const isByAir =
    own === undefined ||
    apart(own.fix, now.fix) <= seconds * 350 + 2 * (own.accuracy + now.accuracy)
  const chain = heard.filter(({ doubts }) => doubts.every(isOfDistance))
  if (isFlight(chain.at(-2), chain.at(-1), now, limits)) return !isByAir && 'unreachable'
  // Of two devices that were put apart each tells its own story.
  if (own !== undefined && !isTooFar(own, now, limits)) return false
  const witnesses = [...doubtful, ...listSuspects(heard, limits)]
  const isBorneOut = witnesses.some(
    (other) => other.fix.recordedAtMs !== now.fix.recordedAtMs && !isTooFar(other, now, limits),
  )
  if (!isBorneOut) {
    const mayBeThere = isOftenJumping(heard, now, limits) && !isOldJump(heard, now)
    return mayBeThere ? 'unreachable' : 'teleport'
  }
  const isReached = own === undefined || (seconds >= 7200 && isByAir)
  return !isReached && 'unreachable'
}

/** The third of its device in half an hour needs nobody to bear it out. */
export function isOftenJumping(heard: readonly Judged[], now: Judged, limits: Limits): boolean {
  const jumps = heard.filter((other) => isSameDevice(other, now) && isDoubtedForDistance(other))
  const isThird = jumps
    .slice(-2)
    .filter((other) => secondsBetween(other, now) <= Math.max(1800, witnessOf(limits)))
  // Or in a day, of those that led away, and elsewhere than its last one of five minutes.
  const leads = jumps.filter((jump) => {
    const earlier = heard.slice(0, heard.indexOf(jump))
    const seen = findOwn(earlier, jump)
    if (seen === undefined || !isTooFar(seen, jump, limits)) return false
    return listSuspects(earlier, limits).every(
      (other) =>
        !isSameDevice(other, jump) ||
        secondsBetween(other, jump) > witnessOf(limits) ||
        isTooFar(other, jump, limits),
    )
  })
  const isThirdLead = leads.slice(-2).filter((other) => secondsBetween(other, now) <= 86_400)
  return isThird.length === 2 || isThirdLead.length === 2
}

/** To where it jumped within the day, to the last digit, and not within the hour. */
function isOldJump(heard: readonly Judged[], now: Judged): boolean {
  let places: { readonly opened: Judged; readonly last: Judged }[] = []
  for (const before of heard.filter(isDoubtedForDistance)) {
    const known = places.find(({ opened }) => sameAs(before)(opened))
    const isOfDay = known !== undefined && secondsBetween(known.opened, before) <= 86_400
    if (!isOfDay && !before.doubts.includes('unreachable')) continue
    const opened = isOfDay ? known.opened : before
    places = [...places.filter((place) => place !== known), { opened, last: before }].slice(-8)
  }
  return places.some(
    ({ opened, last }) =>
      sameAs(now)(opened) &&
      secondsBetween(opened, now) <= 86_400 &&
      secondsBetween(last, now) > 3600,
  )
}

/** The last believed fix of this device, where no two others came after it. */
function findOwn(heard: readonly Judged[], now: Judged): Judged | undefined {
  const sighting = heard.findLast(isBelieved)
  if (sighting === undefined || isSameDevice(sighting, now)) return sighting
  const other = heard.findLast((one) => isBelieved(one) && !isSameDevice(one, sighting))
  return other !== undefined && isSameDevice(other, now) ? other : undefined
}

const witnessOf = (limits: Limits): number => limits.witnessMsMax / 1000
const isDoubtedForDistance = ({ doubts }: Judged): boolean =>
  doubts.some(isOfDistance) &&
  doubts.every((doubt) => isOfDistance(doubt) || doubt === 'stale-repeat')
const isOfDistance = (doubt: string): boolean => ['teleport', 'unreachable'].includes(doubt)

/**
 * The last fix doubted for its distance alone, unless its device was believed again later than a
 * witness counts. None or one.
 */
function listSuspects(heard: readonly Judged[], limits: Limits): Judged[] {
  const at = heard.findLastIndex(isDoubtedForDistance)
  const suspect = heard[at]
  if (suspect === undefined) return []
  const isOver = heard
    .slice(at + 1)
    .some(
      (other) =>
        isBelieved(other) &&
        isSameDevice(other, suspect) &&
        secondsBetween(suspect, other) > witnessOf(limits),
    )
  return isOver ? [] : [suspect]
}

/** Where a person may be as well: of fixes that open and clear nothing, the last of each place. */
export function listDoubtful(heard: readonly Judged[], limits: Limits): Judged[] {
  let places: Judged[] = []
  for (const now of heard) {
    const isElsewhere = ['unreachable', 'contradicts-same-moment'].some((doubt) =>
      now.doubts.includes(doubt),
    )
    if (!isElsewhere || !now.doubts.every(mayRaise)) continue
    const others = places.filter(
      (other) => secondsBetween(other, now) <= witnessOf(limits) && isTooFar(other, now, limits),
    )
    places = [...others, now].slice(-8)
  }
  return places
}

/** Where a person is by a clock that is ahead, until that device is believed again. */
export function listAhead(heard: readonly Judged[], limits: Limits): Judged[] {
  let places: Judged[] = []
  for (const now of heard) {
    if (isBelieved(now)) places = places.filter((other) => !isSameDevice(other, now))
    const isElsewhere = ['unreachable', 'contradicts-same-moment'].some((doubt) =>
      now.doubts.includes(doubt),
    )
    if (!isAhead(now.fix, limits) || isElsewhere || !now.doubts.every(mayRaise)) continue
    const others = places.filter(
      (other) => secondsBetween(other, now) <= witnessOf(limits) && isTooFar(other, now, limits),
    )
    places = [...others, now].slice(-8)
  }
  return places
}

/** Received before it was recorded. */
function isAhead({ recordedAtMs, receivedAtMs }: Fix, limits: Limits): boolean {
  return recordedAtMs - receivedAtMs > limits.clockAheadMsTolerated
}

/** Doubts that do not keep a fix from raising. */
export function mayRaise(doubt: string): boolean {
  return [
    'future-clock',
    'jamming-suspected',
    'satellites-lost',
    'stale-repeat',
    'unreachable',
    'contradicts-same-moment',
  ].includes(doubt)
}

function isFlight(
  first: Judged | undefined,
  second: Judged | undefined,
  now: Judged,
  limits: Limits,
): boolean {
  if (first === undefined || second === undefined) return false
  if (!isSameDevice(first, now) || !isSameDevice(second, now)) return false
  const legs = [
    [first, second],
    [second, now],
  ] as const
  const seconds = legs.map(([from, to]) => secondsBetween(from, to))
  if (seconds.some((passed) => passed <= 0 || passed * 1000 > limits.passageGapMsMax)) return false
  const velocities = legs.map(([from, to]) => {
    const scale = metersPerDegree((from.fix.latitude + to.fix.latitude) / 2)
    return {
      east: (eastOf(from.fix, to.fix) * scale.longitude) / secondsBetween(from, to),
      north: ((to.fix.latitude - from.fix.latitude) * scale.latitude) / secondsBetween(from, to),
    }
  })
  const pace = Math.max(...velocities.map(({ east, north }) => Math.hypot(east, north)))
  const [before, after] = velocities
  const change = Math.hypot(after!.east - before!.east, after!.north - before!.north)
  const noise =
    (first.accuracy + second.accuracy) / seconds[0]! +
    (second.accuracy + now.accuracy) / seconds[1]!
  const lastPace =
    Math.hypot(after!.east, after!.north) - (second.accuracy + now.accuracy) / seconds[1]!
  if (lastPace <= limits.plausibleSpeedMetersPerSecondMax) return false
  return pace <= limits.flightSpeedMetersPerSecondMax && change <= pace / 4 + noise
}

/** In degrees, the short way round. */
export function eastOf(from: Fix, to: Fix): number {
  const degrees = to.longitude - from.longitude
  return Math.abs(degrees) > 180 ? degrees - 360 * Math.sign(degrees) : degrees
}

function isStale(heard: readonly Judged[], now: Judged, limits: Limits): boolean {
  const believed = heard.filter(isBelieved)
  const sighting = believed.at(-1)
  if (sighting === undefined) return false
  const moved = apart(sighting.fix, now.fix)
  if (moved <= limits.staleJumpMetersMin || moved <= 2 * (sighting.accuracy + now.accuracy)) {
    return false
  }
  const isKnown = listRemembered(believed).some(
    (place) =>
      isSameDevice(place, now) &&
      isSamePlace(place, now) &&
      secondsBetween(place, now) * 1000 <= limits.beliefMemoryMsMax,
  )
  if (!isKnown || !isJump(believed, now, limits)) return false
  let repeat: Judged | null = null
  for (const before of heard) {
    if (isBelieved(before)) {
      if (repeat !== null && isSameDevice(repeat, before)) repeat = null
    } else if (before.doubts.includes('stale-repeat')) {
      const isRun = repeat !== null && isSameDevice(repeat, before) && isSamePlace(repeat, before)
      if (!isRun) repeat = before
    }
  }
  const isHeld =
    repeat !== null &&
    isSameDevice(repeat, now) &&
    isSamePlace(repeat, now) &&
    secondsBetween(repeat, now) * 1000 >= limits.staleDoubtMsMax
  return !isHeld
}

/**
 * When what this fix says was first given: places of before again and again, to which a jump led
 * back, are as old as the first, for three hours. `earlier` is what was told of its wearer before.
 */
export function givenSince(earlier: readonly Judged[], now: Judged, limits: Limits): number {
  let row: Judged[] = []
  const believed: Judged[] = []
  const mine = earlier.filter(({ person }) => person === now.person)
  for (const next of [...mine.filter(isBelieved), now]) {
    const [first] = row
    const isOfOther = first !== undefined && !isSameDevice(first, next)
    const isDoubted = first !== undefined && isDoubtedStill(first, next, limits)
    if (!isOfOther || !isDoubted) {
      const isRow = first !== undefined && !isOfOther
      const isCalled = isRow ? sameAs(next)(first) : false
      if (isRow && (isCalled || wasGiven(believed, next, limits))) row.push(next)
      else if (!isRow && isBackFromAfar(believed, next, limits)) {
        row = wasGiven(believed, next, limits) ? [next] : []
      } else row = []
    }
    believed.push(next)
  }
  const [first] = row
  const isGiven = row.at(-1) === now && isDoubtedStill(first!, now, limits)
  return isGiven ? first!.fix.recordedAtMs : now.fix.recordedAtMs
}

const sameAs =
  (now: Judged) =>
  (other: Judged): boolean =>
    isSameDevice(other, now) && isSamePlace(other, now)
const isDoubtedStill = (first: Judged, now: Judged, limits: Limits): boolean =>
  secondsBetween(first, now) * 1000 < limits.givenMsMax

/** Within the hour to the last digit, or within the day and two metres of a place of rest. */
function wasGiven(believed: readonly Judged[], now: Judged, limits: Limits): boolean {
  const isRemembered = listRemembered(believed).some(
    (place) => sameAs(now)(place) && secondsBetween(place, now) * 1000 <= limits.beliefMemoryMsMax,
  )
  return isRemembered || isOfRest(believed, now, limits)
}

function isOfRest(believed: readonly Judged[], now: Judged, limits: Limits): boolean {
  const rests = listRests(believed, limits).filter(
    ({ first, last }) => secondsBetween(first, last) * 1000 >= limits.restMsMin,
  )
  // Several at one home are measured.
  const isOne = rests.filter(({ last }) => isNearby(last, now)).length < 3
  return rests.some(
    ({ last }) =>
      isAtRestPlace(last, now) &&
      secondsBetween(last, now) * 1000 <= limits.restPlaceMsMax &&
      (isOne || sameAs(now)(last)),
  )
}

const isNearby = (one: Judged, other: Judged): boolean =>
  isSameDevice(one, other) &&
  Math.abs(one.fix.longitude - other.fix.longitude) <= 0.0003 &&
  Math.abs(one.fix.latitude - other.fix.latitude) <= 0.0003

function isBackFromAfar(believed: readonly Judged[], now: Judged, limits: Limits): boolean {
  const before = believed.at(-1)
  if (before === undefined) return false
  const meters = apart(before.fix, now.fix)
  const isFar = meters > limits.staleJumpMetersMin && meters > 2 * (before.accuracy + now.accuracy)
  if (!isFar) return false
  // On the way from there when last seen, where it is a place of rest.
  const earlier = believed.findLast((one) => secondsBetween(one, before) > 0)
  const isLeft = earlier !== undefined && apart(earlier.fix, now.fix) < meters
  return isJump(believed, now, limits) || (isLeft && isOfRest(believed, now, limits))
}

const isAtRestPlace = (one: Judged, other: Judged): boolean =>
  isSameDevice(one, other) &&
  Math.abs(one.fix.longitude - other.fix.longitude) <= 0.000_025 &&
  Math.abs(one.fix.latitude - other.fix.latitude) <= 0.000_025

/**
 * Each place as it was given first and last, and it lies where it was given last, one fix of each
 * minute of the clock: those given for five minutes, and of each device the last two of which that
 * is not known yet.
 */
function listRests(believed: readonly Judged[], limits: Limits): Rest[] {
  const minuteOf = ({ fix }: Judged) => Math.floor(fix.recordedAtMs / 60_000)
  const isRest = ({ first, last }: Rest) => secondsBetween(first, last) * 1000 >= limits.restMsMin
  let places: Rest[] = []
  for (const now of believed) {
    const own = places.filter(({ first }) => isSameDevice(first, now))
    const known = own.findLast(({ last }) => isAtRestPlace(last, now))
    const isOfMinute = ({ last }: Rest) => minuteOf(last) >= minuteOf(now)
    if (known === undefined ? own.some(isOfMinute) : isOfMinute(known)) continue
    const open = own.filter((place) => !isRest(place))
    const dropped = known ?? (open.length >= 2 ? open[0] : undefined)
    places = places.filter((place) => place !== dropped)
    places = [...places, { first: known?.first ?? now, last: now }].slice(-16)
    if (known === undefined) continue
    const nearby = places.filter((place) => isRest(place) && isNearby(place.last, now))
    if (nearby.length > 3) places = places.filter((place) => place !== nearby[0])
  }
  return places
}

type Rest = { readonly first: Judged; readonly last: Judged }

/**
 * The first believed fix of each minute of the clock, and any that repeats the one
 * before; the last sixteen places.
 */
function listRemembered(believed: readonly Judged[]): Judged[] {
  const places: Judged[] = []
  const minuteOf = ({ fix }: Judged) => Math.floor(fix.recordedAtMs / 60_000)
  for (const [index, place] of believed.entries()) {
    const newest = places.at(-1)
    const before = believed[index - 1]
    const isNewMinute = newest === undefined || minuteOf(newest) < minuteOf(place)
    const isTwice =
      before !== undefined && isSameDevice(before, place) && isSamePlace(before, place)
    if (newest !== undefined && isSameDevice(newest, place) && isSamePlace(newest, place)) {
      if (isNewMinute) places[places.length - 1] = place
    } else if (isNewMinute || isTwice) {
      places.push(place)
    }
  }
  return places.slice(-16)
}

function isJump(believed: readonly Judged[], now: Judged, limits: Limits): boolean {
  const sighting = believed.at(-1)!
  const previous = believed.findLast((before) => secondsBetween(before, sighting) > 0)
  const gap = secondsBetween(sighting, now)
  if (gap * 1000 > limits.passageGapMsMax) return true
  const seen =
    previous === undefined
      ? 0
      : apart(previous.fix, sighting.fix) / secondsBetween(previous, sighting)
  const told = [sighting.fix.speedMetersPerSecond ?? 0, now.fix.speedMetersPerSecond ?? 0]
  const pace = Math.max(seen, ...told, limits.ageingSpeedMetersPerSecondMin)
  return apart(sighting.fix, now.fix) > 1.5 * pace * gap
}

/**
 * Reads the device that is followed: another takes its place when it has not
 * been heard for five minutes.
 */
function isFrozen(heard: readonly Judged[], limits: Limits): boolean {
  let run: Judged[] = []
  let movedAtMs = -Infinity
  for (const fix of heard) {
    const held = run.at(-1)
    const isOther = held !== undefined && !isSameDevice(held, fix)
    if (isOther && secondsBetween(held, fix) * 1000 <= limits.passageGapMsMax) continue
    if (held !== undefined && !isOther && isSamePlace(held, fix)) run.push(fix)
    else {
      run = [fix]
      movedAtMs = -Infinity
    }
    let steps = 0
    let meters = 0
    for (let at = run.length - 1; at > 0; at--) {
      const seconds = secondsBetween(run[at - 1]!, run[at]!)
      const [before, after] = [run[at - 1]!, run[at]!].map((one) => one.fix.speedMetersPerSecond)
      const pace = Math.min(before ?? 0, after ?? 0)
      const isMove = seconds > 0 && seconds * 1000 <= limits.passageGapMsMax
      if (!isMove || pace < limits.frozenSpeedMetersPerSecondMin) break
      steps++
      meters += pace * seconds
    }
    const enough = limits.frozenMetersMin + 2 * fix.accuracy
    if (steps >= limits.frozenMoveCountMin && meters > enough) movedAtMs = fix.fix.recordedAtMs
  }
  const now = heard.at(-1)!
  const isFollowed = run.at(-1) === now
  return isFollowed && now.fix.recordedAtMs - movedAtMs <= limits.beliefMemoryMsMax
}

const beginning = { fromMs: 0, limits: defaultLimits }

/** The middle of each ban with its band, and how far it reaches. */
function listPlaces(orders: readonly ProtectionOrder[]): Place[] {
  return orders.flatMap((order) =>
    order.locationBans.flatMap((ban) => {
      const { nearBoxes } = createBanRule(0, order, ban, beginning).versions[0]!
      return Array.from({ length: nearBoxes.length / 4 }, (_, index): Place => {
        const [west, south, east, north] = nearBoxes.subarray(4 * index, 4 * index + 4)
        const middle = { longitude: (west! + east!) / 2, latitude: (south! + north!) / 2 }
        const corner = distanceMeters(west!, south!, middle.longitude, middle.latitude)
        return { ...middle, reachMeters: corner }
      })
    }),
  )
}

type Place = {
  readonly longitude: number
  readonly latitude: number
  readonly reachMeters: number
}

/** Read the other way it is beside the last sighting, or beside a ban. */
function findMirror(
  heard: readonly Judged[],
  now: Judged,
  places: readonly Place[],
  limits: Limits,
): string | false {
  const sighting = heard.findLast(isBelieved)
  const { longitude, latitude } = now.fix
  const readings = [
    ['coordinates-swapped', latitude, longitude],
    ['coordinates-sign-flipped', -longitude, latitude],
    ['coordinates-sign-flipped', longitude, -latitude],
    ['coordinates-sign-flipped', -longitude, -latitude],
  ] as const
  const meters = (to: { longitude: number; latitude: number }, east: number, north: number) =>
    distanceMeters(to.longitude, to.latitude, east, north)
  const findBeside = (isBeside: (east: number, north: number) => boolean) =>
    readings.find(([, east, north]) => Math.abs(north) <= 90 && isBeside(east, north))?.[0]
  const isNear = (east: number, north: number, within: number) =>
    places.some((place) => meters(place, east, north) <= place.reachMeters + within)
  if (sighting !== undefined) {
    const reach = secondsBetween(sighting, now) * limits.plausibleSpeedMetersPerSecondMax
    const within = Math.min(reach, limits.mirrorMetersMax) + 2 * (sighting.accuracy + now.accuracy)
    const isAway = isTooFar(sighting, now, limits) || apart(sighting.fix, now.fix) > 300_000
    const read = findBeside((east, north) => meters(sighting.fix, east, north) <= within)
    if (isAway && read !== undefined) return read
  }
  if (isNear(longitude, latitude, 300_000)) return false
  return findBeside((east, north) => isNear(east, north, limits.mirrorMetersMax)) ?? false
}

function isJammed(events: readonly DeviceEvent[], fix: Fix, limits: Limits): boolean {
  return events.some(
    (event) =>
      event.kind === 'jamming-suspected' &&
      event.deviceId === fix.deviceId &&
      fix.recordedAtMs >= event.recordedAtMs - limits.jammedBeforeMs &&
      fix.recordedAtMs <= event.recordedAtMs + limits.jammedAfterMs,
  )
}

function isWithoutSatellites(heard: readonly Judged[], now: Judged, limits: Limits): boolean {
  const counted = heard.findLast((one) => countOfSky(one.fix, limits) === 'some')
  return (
    counted !== undefined &&
    countOfSky(now.fix, limits) === 'none' &&
    !now.doubts.includes('no-position') &&
    isSameDevice(counted, now) &&
    counted.accuracy === now.accuracy &&
    secondsBetween(counted, now) * 1000 <= limits.beliefMemoryMsMax
  )
}

function accuracyOf(fix: Fix, limits: Limits): number {
  if ((fix.accuracyMeters ?? 0) > 0) {
    return Math.max(fix.accuracyMeters ?? 0, limits.accuracyMetersFloor)
  }
  if (fix.source === 'network') return 1000
  const isGnss = fix.source === 'gnss' || fix.source === null
  const isGood = isGnss && fix.hdop !== null && fix.hdop > 0 && fix.hdop <= 2
  return isGood ? 10 : Math.max(30, 5 * (fix.hdop ?? 0))
}

/** No radius, and no satellites or a dilution that no position has. */
function isNoPosition(fix: Fix, limits: Limits): boolean {
  if (fix.accuracyMeters !== null && fix.accuracyMeters !== 0) return fix.accuracyMeters < 0
  const isGnss = fix.source === 'gnss' || fix.source === null
  const isPoor = fix.source !== 'network' && (fix.hdop ?? 0) >= limits.hdopNoPositionMin
  return isPoor || (isGnss && fix.satellites === 0)
}

function countSatellites(fix: Fix, limits: Limits): number {
  return isNoPosition(fix, limits) ? -2 : Math.min(fix.satellites ?? -1, 1)
}
