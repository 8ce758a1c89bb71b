/**
 * What is told of the silence of one monitor, read from when it was heard, what was known of its
 * wearer, and the incidents of its vendor, and from nothing else. Slow and plain, and written from
 * the policy: everything is asked anew every five seconds, and when a bound has passed.
 */
export function listSilences(
  monitor: Heard,
  untilMs: number,
  world: Surroundings = calm,
): string[] {
  const { heardMs, intervalMs } = monitor
  const bounds = boundsOf(intervalMs)
  const told: string[] = []
  const silentSince: number[] = []
  let manyToldMs = -Infinity
  let toldPlay: Incident | null = null
  // Of one that comes and goes with its vendor the alert stands until it was back for half an hour.
  let held: Held | null = null
  const endHeld = (atMs: number): void => {
    if (held !== null && atMs > held.backMs + minutes30) told.push(`ended ${held.backMs}`)
    if (held !== null && atMs > held.backMs + minutes30) held = null
  }
  for (const [place, fromMs] of heardMs.entries()) {
    const nextMs = heardMs[place + 1]
    const lastMs = Math.min(nextMs ?? Infinity, untilMs)
    let rank: string | null = null
    let isCalledFor = true
    for (const atMs of listMoments(fromMs, lastMs, bounds, world.incidents)) {
      const { state, isNear, isLed, closing } = world.situationAt(atMs)
      const goneMs = atMs - fromMs
      const isOpen = state !== 'far'
      const isGrave =
        state === 'unusual' || (state === 'usual' && (isLed || goneMs > bounds.pursuit + minutes5))
      const isOnTheWay = state !== 'usual' && closing !== null && isBehind(closing, atMs)
      const play = findPlayOfMissing(world.incidents, monitor, atMs)
      const isInTurns = play !== null && play !== toldPlay
      const isShown = isOpen || isOnTheWay || isInTurns
      if (!isShown && isCovered(world.incidents, fromMs, atMs, bounds.overdue)) continue
      const isLasting = goneMs > bounds.normal + minutes5
      if (rank === null) {
        endHeld(atMs)
        const allowed = isGrave ? bounds.pursuit : isOpen ? bounds.usual : bounds.normal
        if (goneMs <= allowed) continue
        // The third of a day, once a day, and near a ban or the other each one after it.
        const isMany = silentSince.filter((ms) => ms >= fromMs - dayMs).length >= 2
        const isCalled = isMany && (isNear || !(manyToldMs >= fromMs - dayMs))
        silentSince.push(fromMs)
        if (isCalled) manyToldMs = fromMs
        const isCall = isOpen || isCalled || isOnTheWay || isInTurns || isLasting
        rank = isGrave ? 'P1' : isCall ? 'P2' : 'P3'
        if (held !== null && !isOpen && !isOnTheWay && held.rank <= rank) {
          rank = held.rank
          isCalledFor = false
          continue
        }
        if (held !== null) told.push(`ended ${held.backMs}`)
        held = null
        if (isInTurns) toldPlay = play
        told.push(`raised ${rank} ${atMs}`)
        continue
      }
      const isCalled = isOpen || isLasting || isOnTheWay || isInTurns
      const now = isGrave ? 'P1' : isCalled ? 'P2' : 'P3'
      if (now >= rank) {
        const isLonger = goneMs > Math.max(minutes15, 2 * (held?.longestMs ?? Infinity))
        if (isCalledFor || rank === 'P3' || !(isOpen || isOnTheWay || isLonger)) continue
        isCalledFor = true
        told.push(`repeated ${atMs}`)
        continue
      }
      rank = now
      isCalledFor = true
      if (isInTurns) toldPlay = play
      told.push(`${rank} ${atMs}`)
    }
    if (rank === null || nextMs === undefined || nextMs > untilMs) {
      if (rank === null) endHeld(lastMs)
      continue
    }
    if (rank === 'P1' || !comesAndGoes(world.incidents, nextMs)) {
      held = null
      told.push(`ended ${nextMs}`)
    } else {
      const longestMs: number = Math.max(nextMs - fromMs, held?.longestMs ?? 0)
      held = { rank, backMs: nextMs, longestMs }
    }
  }
  return told
}

type Held = { readonly rank: string; readonly backMs: number; readonly longestMs: number }

export type Heard = {
  /** Ascending. */
  readonly heardMs: readonly number[]
  readonly intervalMs: number
}

export type Surroundings = {
  /** What was known just before that moment. */
  readonly situationAt: (atMs: number) => Known
  readonly incidents: readonly Incident[]
}

export type Known = {
  /** No approach or breach is open; one of every day; another one. */
  readonly state: 'far' | 'usual' | 'unusual'
  readonly isNear: boolean
  /** Last seen on the way in, and there within ten minutes at that pace. */
  readonly isLed: boolean
  /** Seen on the way in then, so many metres from there with room for the radius, at 10 m/s. */
  readonly closing: { readonly seenMs: number; readonly meters: number } | null
}

const far = { state: 'far', isNear: false, isLed: false, closing: null } as const
const calm: Surroundings = { situationAt: () => far, incidents: [] }

/** The way may lie behind by now; a report or two later it is taken to. */
function isBehind({ seenMs, meters }: NonNullable<Known['closing']>, atMs: number): boolean {
  return meters <= 10 * Math.max(60, (atMs - seenMs) / 1000)
}

function boundsOf(intervalMs: number) {
  const normal = Math.max(3 * intervalMs, 60_000)
  const pursuit = Math.min(normal, Math.max(60_000, 2 * intervalMs + 15_000))
  const usual = Math.min(normal, pursuit + 120_000)
  return { normal, pursuit, usual, overdue: overdueOf(intervalMs) }
}

function overdueOf(intervalMs: number): number {
  return Math.max(2 * intervalMs, 40_000)
}

/** A millisecond after each bound, and every five seconds by the clock once one of them has. */
function listMoments(
  fromMs: number,
  lastMs: number,
  bounds: ReturnType<typeof boundsOf>,
  incidents: readonly Incident[],
): number[] {
  const { normal, pursuit, usual, overdue } = bounds
  const passed = [pursuit, usual, normal, pursuit + minutes5, normal + minutes5]
  const moments = passed.map((ms) => fromMs + ms + 1)
  // By then nothing changes but by what is known of the wearer, which is of a few hours here.
  for (let atMs = fromMs + pursuit + 1; atMs <= lastMs; atMs++) {
    atMs += (5000 - (atMs % 5000)) % 5000
    moments.push(atMs)
  }
  // And a millisecond after it is covered no more, by what was known when it was asked last; as one
  // ends it is asked of all that are overdue.
  for (const [place, { endMs }] of incidents.entries()) {
    const leftMs = findLeftMs(incidents.slice(0, place + 1), fromMs, overdue)
    const coveredMs = endMs + Math.max(0, leftMs)
    const askedMs = coveredMs - (coveredMs % 5000)
    const isLast = askedMs < (incidents[place + 1]?.toldMs[0] ?? Infinity)
    if (coveredMs < fromMs + pursuit || !isLast) continue
    const isAskedAtEnd = askedMs <= endMs && endMs - fromMs > overdue
    if (isAskedAtEnd || isCovered(incidents, fromMs, askedMs, overdue)) moments.push(coveredMs + 1)
  }
  return [...new Set(moments)].filter((ms) => ms <= lastMs).toSorted((one, other) => one - other)
}

/**
 * While its vendor is silent as a whole, and a moment after; not of one heard since, nor of
 * one that has missed that moment in all while others were heard between the incidents, or ten
 * returns however short.
 */
function isCovered(
  incidents: readonly Incident[],
  fromMs: number,
  atMs: number,
  overdueMs: number,
): boolean {
  const known = incidents
    .filter(({ toldMs }) => toldMs[0]! <= atMs)
    .map((one) => ({ ...one, wider: one.wider.filter((_, at) => one.toldMs[at + 1]! <= atMs) }))
  const last = known.at(-1)
  if (last === undefined) return false
  const leftMs = findLeftMs(known, fromMs, overdueMs)
  if (atMs <= last.endMs ? leftMs < 0 : atMs > last.endMs + Math.max(0, leftMs)) return false
  return fromMs <= last.toldMs.findLast((ms) => ms <= atMs)!
}

/**
 * So much of that moment is left of one that was last heard then: twice as much in the first return
 * that it misses of a vendor that comes and goes.
 */
function findLeftMs(incidents: readonly Incident[], fromMs: number, overdueMs: number): number {
  const returns = incidents.flatMap(({ heardBeforeMs, wider }, place) => {
    const before = incidents[place - 1]
    const first = before && { fromMs: before.endMs, untilMs: heardBeforeMs }
    return first === undefined ? wider : [first, ...wider]
  })
  const missedCount = returns.filter((one) => one.fromMs >= fromMs).length
  if (missedCount >= 10) return -Infinity
  const isFirst = missedCount === 0 && isSoonAfter(incidents, incidents.length - 1)
  const graceMs = isFirst ? 2 * overdueMs : overdueMs
  const missedMs = (one: Return): number => one.untilMs - Math.max(fromMs, one.fromMs)
  return returns.reduce((ms, one) => ms - Math.max(0, missedMs(one)), graceMs)
}

/**
 * When a vendor is silent as a whole: three devices and more have missed two reports, and are half
 * and more of those that had a chance to testify, which are they and all heard since the last of
 * them. It is over when they are less than half; that is asked when one of them is heard, and a
 * minute after it was asked last for those that were not due yet. Told again when those heard
 * since it was told are silent as a whole.
 */
export function listIncidents(devices: readonly Heard[], untilMs: number): Incident[] {
  const incidents: Told[] = []
  const misses = devices.flatMap(({ heardMs, intervalMs }, at) =>
    heardMs.flatMap((fromMs, place) => {
      const overdueMs = fromMs + overdueOf(intervalMs) + 1
      const backMs = heardMs[place + 1] ?? Infinity
      return overdueMs <= backMs ? [{ at, fromMs, overdueMs, backMs }] : []
    }),
  )
  const moments = [...new Set(misses.flatMap(({ overdueMs, backMs }) => [overdueMs, backMs]))]
  let minuteMs = Infinity
  for (;;) {
    const open = incidents.findLast(({ endMs }) => endMs === Infinity)
    const nextMs = moments.reduce((least, ms) => Math.min(least, ms), minuteMs)
    if (nextMs > untilMs || nextMs === Infinity) return incidents
    // Of one second the minute comes first, and what was heard in it after that.
    const isMinute = nextMs === minuteMs
    if (isMinute) minuteMs = Infinity
    else moments.splice(moments.indexOf(nextMs), 1)
    if (open === undefined) {
      const before = incidents.at(-1)
      const isWhole = isSilent(devices, nextMs, -Infinity, 3, isMinute)
      if (isWhole || isSilentAgain(devices, before, nextMs, isMinute)) {
        const partSinceMs = isWhole ? null : before!.toldMs.at(-1)!
        const heardMs = devices.flatMap((one) => one.heardMs.filter((ms) => ms < nextMs))
        const heardBeforeMs = heardMs.reduce((most, ms) => Math.max(most, ms), -Infinity)
        const begun = { toldMs: [nextMs], endMs: Infinity, isEndedByReport: false, partSinceMs }
        const one = { ...begun, heardBeforeMs, wider: [] }
        const soFar = [...incidents, { ...one, missing: [], well: [] }]
        incidents.push({ ...one, ...findMissing(devices, soFar) })
        minuteMs = Math.min(nextMs + 60_000, findAskedMs(incidents, nextMs))
      }
      continue
    }
    const sinceMs = open.toldMs.at(-1)!
    const isAsked =
      isMinute ||
      misses.some(
        ({ fromMs, overdueMs, backMs }) =>
          backMs === nextMs || (overdueMs === nextMs && fromMs > sinceMs),
      )
    if (!isAsked) continue
    const isInPart =
      open.partSinceMs !== null &&
      nextMs <= sinceMs + minutes15 &&
      isSilent(devices, nextMs, open.partSinceMs, 3, isMinute, 3)
    if (!isInPart && !isSilent(devices, nextMs, -Infinity, 1, isMinute)) {
      open.endMs = nextMs
      open.isEndedByReport = !isMinute
      minuteMs = Infinity
      continue
    }
    if (isSilent(devices, nextMs, sinceMs, 3, isMinute)) {
      open.toldMs.push(nextMs)
      const lastMs = listOverdue(devices, nextMs, sinceMs, isMinute)
      open.wider.push({ fromMs: Math.min(...lastMs), untilMs: Math.max(...lastMs) })
    }
    minuteMs = Math.min(nextMs + 60_000, findAskedMs(incidents, nextMs))
  }
}

type Told = Incident & {
  toldMs: number[]
  endMs: number
  isEndedByReport: boolean
  wider: Return[]
  /** Of one that began by a third: those heard since then are counted. */
  partSinceMs: number | null
}

export type Incident = {
  readonly toldMs: readonly number[]
  readonly endMs: number
  /** And not by the minute, at which it is asked whether it goes on before it is told again. */
  readonly isEndedByReport: boolean
  /** When anything of the vendor was heard last before it. */
  readonly heardBeforeMs: number
  /** When those were heard last that fell silent in it: each time that it was told again. */
  readonly wider: readonly Return[]
  /** Few devices that are missing in most of its returns, as it began. */
  readonly missing: readonly Heard[]
  /** Those that were in every one of them. */
  readonly well: readonly Heard[]
}

type Return = { readonly fromMs: number; readonly untilMs: number }

/**
 * What is told of these incidents: each by itself, but for those that begin within half an hour of
 * the end of the one before. The first such one is told, and those after it are the same alert,
 * told again when one lasts twice as long as the longest before it, or a quarter of an hour. One
 * that is wider is told again, a quarter of an hour after the last telling at the soonest. It is
 * over when half an hour has gone by after the last of them, and was so from its end.
 */
export function listVendorTellings(incidents: readonly Incident[], untilMs: number): string[] {
  const lines: [atMs: number, text: string][] = []
  for (const { at, isPart, isSoon, tellingsMs } of listTimesAway(incidents)) {
    const { endMs } = incidents[at]!
    for (const [place, ms] of tellingsMs.entries()) {
      lines.push([ms, place === 0 && !isPart ? 'raised P1' : 'repeated'])
    }
    const isLast = at + 1 === incidents.length || !isSoonAfter(incidents, at + 1)
    if (!isSoon) lines.push([endMs, 'ended'])
    else if (isLast && endMs + minutes30 < untilMs) lines.push([endMs, 'ended'])
  }
  return lines.flatMap(([atMs, text]) => (atMs <= untilMs ? [`${text} ${atMs}`] : []))
}

/**
 * The incident by which a device is told once: the first of a vendor that comes and goes, while it
 * does, or the last one at which the device had been in every return. Where this device is one of
 * few that are missing in most of its returns.
 */
function findPlayOfMissing(
  incidents: readonly Incident[],
  device: Heard,
  atMs: number,
): Incident | null {
  let at = incidents.findLastIndex(({ toldMs }) => toldMs[0]! <= atMs)
  const last = incidents[at]
  if (last === undefined || atMs > last.endMs + minutes30) return null
  if (!last.missing.includes(device)) return null
  while (isSoonAfter(incidents, at) && !incidents[at]!.well.includes(device)) at--
  return incidents[at]!
}

/**
 * Those that were not heard in five of the last nine returns, the newest among them, as the vendor
 * goes again, and in so many more than the one in the middle of all that three standard deviations
 * do not explain it; nobody where it is more than a third of all that were ever heard. Beside them
 * whoever was heard in every one.
 */
function findMissing(
  devices: readonly Heard[],
  incidents: readonly Incident[],
): { missing: Heard[]; well: Heard[] } {
  const returns: Return[] = []
  for (let at = incidents.length - 1; isSoonAfter(incidents, at) && returns.length < 9; at--) {
    returns.push({ fromMs: incidents[at - 1]!.endMs, untilMs: incidents[at]!.toldMs[0]! })
  }
  const isThere = ({ heardMs }: Heard, one: Return): boolean =>
    heardMs.some((ms) => ms >= one.fromMs && ms < one.untilMs)
  const nowMs = incidents.at(-1)!.toldMs[0]!
  const heard = devices.filter(({ heardMs }) => heardMs.some((ms) => ms < nowMs))
  const countOf = (device: Heard): number => returns.filter((one) => !isThere(device, one)).length
  const counts = heard.map(countOf).toSorted((one, other) => other - one)
  const middle = counts[Math.floor(counts.length / 2)] ?? 0
  const chance = middle + 3 * Math.sqrt((middle * (9 - middle)) / 9)
  const missing = heard.filter((device) => {
    const isNewest = returns.length > 0 && !isThere(device, returns[0]!)
    return isNewest && countOf(device) >= Math.max(5, chance)
  })
  const well = heard.filter((device) => countOf(device) === 0)
  return { missing: 3 * missing.length > heard.length ? [] : missing, well }
}

/** When it is asked whether the last of them goes on, as nobody was told of so far. */
function findAskedMs(incidents: readonly Incident[], nowMs: number): number {
  const last = listTimesAway(incidents).at(-1)
  return last?.tellingsMs.find((ms) => ms > nowMs) ?? Infinity
}

/** Whether each is soon after the one before, part of its alert, and when it is told. */
function listTimesAway(incidents: readonly Incident[]) {
  let longestMs = 0
  let lastMs = -Infinity
  return incidents.map(({ endMs, isEndedByReport, toldMs: [fromMs, ...widerMs], toldMs }, at) => {
    const isSoon = isSoonAfter(incidents, at)
    const isPart = isSoon && isSoonAfter(incidents, at - 1)
    if (!isSoon) longestMs = 0
    const tellingsMs: number[] = []
    const tell = (ms: number): void => {
      tellingsMs.push(ms)
      lastMs = ms
    }
    if (!isPart) tell(fromMs!)
    let dueMs = isPart ? fromMs! + Math.min(minutes15, 2 * longestMs) + 1 : Infinity
    for (const ms of [...widerMs, endMs]) {
      // Of one moment it is told before that is heard which ends it.
      if (dueMs < ms || (dueMs === ms && ms === endMs && isEndedByReport)) {
        tell(dueMs)
        dueMs = Infinity
      }
      if (ms === endMs) continue
      if (tellingsMs.length > 0 && ms - lastMs <= minutes15) dueMs = lastMs + minutes15 + 1
      else {
        tell(ms)
        dueMs = Infinity
      }
    }
    longestMs = Math.max(longestMs, endMs - toldMs.at(-1)!)
    return { at, isSoon, isPart, tellingsMs }
  })
}

function isSoonAfter(incidents: readonly Incident[], at: number): boolean {
  const before = incidents[at - 1]
  return before !== undefined && incidents[at]!.toldMs[0]! <= before.endMs + minutes30
}

/** From its second time away within half an hour on, until half an hour after its last. */
function comesAndGoes(incidents: readonly Incident[], atMs: number): boolean {
  const at = incidents.findLastIndex(({ toldMs }) => toldMs[0]! <= atMs)
  return at > 0 && isSoonAfter(incidents, at) && atMs <= incidents[at]!.endMs + minutes30
}

/**
 * Within half an hour of its return a third is enough, of those heard since it was told last; for
 * a quarter of an hour.
 */
function isSilentAgain(
  devices: readonly Heard[],
  before: Told | undefined,
  atMs: number,
  isBefore: boolean,
): boolean {
  if (before === undefined || atMs > before.endMs + minutes30) return false
  return isSilent(devices, atMs, before.toldMs.at(-1)!, 3, isBefore, 3)
}

function isSilent(
  devices: readonly Heard[],
  atMs: number,
  heardAfterMs: number,
  countMin: number,
  isBefore: boolean,
  oneOf = 2,
): boolean {
  const overdueMs = listOverdue(devices, atMs, heardAfterMs, isBefore)
  if (overdueMs.length < countMin) return false
  const lastMs = Math.max(...overdueMs)
  const alive = listLast(devices, atMs, isBefore).filter(
    (one) => one.lastMs > heardAfterMs && !one.isOverdue && one.lastMs > lastMs,
  )
  return oneOf * overdueMs.length >= overdueMs.length + alive.length
}

/** When each was heard last that is overdue by then, and was heard after the other moment. */
function listOverdue(
  devices: readonly Heard[],
  atMs: number,
  heardAfterMs: number,
  isBefore: boolean,
): number[] {
  return listLast(devices, atMs, isBefore).flatMap(({ lastMs, isOverdue }) =>
    isOverdue && lastMs > heardAfterMs ? [lastMs] : [],
  )
}

function listLast(devices: readonly Heard[], atMs: number, isBefore: boolean) {
  return devices.flatMap(({ heardMs, intervalMs }) => {
    const lastMs = heardMs.findLast((ms) => (isBefore ? ms < atMs : ms <= atMs))
    if (lastMs === undefined) return []
    return [{ lastMs, isOverdue: atMs - lastMs > overdueOf(intervalMs) }]
  })
}

/**
 * What is told of the positions of a monitor that is heard all the time, in one approach after the
 * other: lost after five minutes, and known again. Lost again in an approach in which somebody was
 * called for that, within a day of the last such call, it is the same alert.
 */
export function listLosses(
  seenMs: readonly number[],
  openedMs: readonly number[],
  untilMs: number,
): string[] {
  let calledMs = -Infinity
  return seenMs.flatMap((fromMs, place) => {
    const lostMs = fromMs + minutes5 + 1
    const backMs = Math.min(seenMs[place + 1] ?? Infinity, untilMs)
    if (lostMs > backMs) return []
    const openMs = openedMs.findLast((ms) => ms < lostMs)!
    const isSame = openMs <= calledMs && lostMs - calledMs <= dayMs
    calledMs = lostMs
    return [`${isSame ? 'lost-again' : 'raised P2'} ${lostMs}`, `ended ${backMs}`]
  })
}

/**
 * What is told of a strap that is reported opened, by reports in order: an alert for each stretch
 * of them, which a pause of twenty minutes or three intervals ends, and an hour; within one, a flag
 * that returns after more than two intervals without it is told again, or after five minutes where
 * the last position lies between, a minute from both. Grave in an approach, near a ban or the
 * other, and where that is not known of one of two people; and from an approach on that opens
 * within a day.
 */
export function listTampers(
  reports: readonly { readonly atMs: number; readonly kind: 'flag' | 'position' | 'approach' }[],
  intervalMs: number,
  isGraveAt: (atMs: number) => boolean = () => false,
): string[] {
  let stretches: { firstMs: number; lastMs: number; isGrave: boolean }[] = []
  let positionMs = -Infinity
  return reports.flatMap(({ atMs, kind }) => {
    if (kind === 'position') positionMs = atMs
    if (kind === 'approach') {
      const listed = stretches.filter(({ lastMs, isGrave }) => !isGrave && atMs - lastMs < dayMs)
      for (const stretch of listed) stretch.isGrave = true
      return listed.map(() => `P1 ${atMs}`)
    }
    if (kind !== 'flag') return []
    const stretch = stretches.at(-1)
    const pauseMs = Math.max(4 * minutes5, 3 * intervalMs)
    const isGrave = isGraveAt(atMs)
    if (
      stretch === undefined ||
      atMs - stretch.lastMs >= pauseMs ||
      atMs - stretch.firstMs >= 3_600_000
    ) {
      stretches = [...stretches, { firstMs: atMs, lastMs: atMs, isGrave }]
      return [`raised ${isGrave ? 'P1' : 'P2'} ${atMs}`]
    }
    const isApart = positionMs > stretch.lastMs + 60_000 && atMs > positionMs + 60_000
    const quietMs = isApart ? Math.min(minutes5, 2 * intervalMs) : 2 * intervalMs
    const isAgain = atMs - stretch.lastMs > quietMs
    const isGraver = isGrave && !stretch.isGrave
    stretch.lastMs = atMs
    if (isGraver) stretch.isGrave = true
    return [...(isAgain ? [`repeated ${atMs}`] : []), ...(isGraver ? [`P1 ${atMs}`] : [])]
  })
}

const minutes5 = 300_000
const minutes15 = 900_000
const minutes30 = 1_800_000
const dayMs = 86_400_000
