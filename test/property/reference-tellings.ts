/**
 * What is told again of one stay that goes on, read from its readings in order and from nothing
 * else. Slow and plain, and written from the policy: seen there again after a time in which nobody
 * knows, inside again after a sighting surely outside, markedly nearer, or soon there; or, of a
 * breach, by a device that has not shown it, a minute or more after those that have.
 * `knownMeters`: how near they are known to come, so that walking up to the same place is no news.
 */
export function listTellings(
  readings: readonly Reading[],
  stay: Stretch,
  { unseenMs, marks, canComeNearer, isByDevice = false }: Terms,
  knownMeters: number | null = null,
): string[] {
  const within = readingsOf(readings, stay)
  const inside = within.filter(({ isInside }) => isInside)
  const told: string[] = []
  const openedMs = stay.openedMs ?? -Infinity
  const opening = inside.findLast(({ atMs }) => atMs <= openedMs) ?? inside[0]!
  // What the desk last heard, at first by the reading it was called by; and the last time they were
  // about as near as that.
  let heardMeters = Math.min(opening.meters, knownMeters ?? Infinity)
  let lastNearMs = inside[0]!.atMs
  const shownBy = new Set([inside[0]!.device])
  // Beside a place where the offender is only taken to be nobody is seen, and nobody comes back.
  let seenMs = inside[0]!.atMs
  // Readings in a row that are nearer by half of what they err by.
  let nearerCount = 0
  let isHurryTold = knownMeters !== null || isHurried(inside[0]!)
  for (const [place, now] of inside.entries()) {
    if (place === 0) continue
    const before = inside[place - 1]!
    const goneMs = now.atMs - seenMs
    if (now.isHeld !== true) seenMs = now.atMs
    const isOut = within.some(
      ({ atMs, isClear, device }) =>
        isClear && shownBy.has(device) && atMs > before.atMs && atMs < now.atMs,
    )
    const steps = [heardMeters / 2, ...marks.filter((mark) => mark < heardMeters)]
    const noise = now.noiseMeters ?? 0
    // What showed it with others as it was told is no news.
    const isOfOpening = now.atMs <= openedMs
    const isPast =
      canComeNearer &&
      !isOfOpening &&
      heardMeters > 50 &&
      heardMeters - now.meters > noise / 2 &&
      steps.some((meters) => now.meters <= meters)
    nearerCount = isPast ? nearerCount + 1 : 0
    const isNearer = isPast && (heardMeters - now.meters > noise || nearerCount >= 4)
    const isHurry = isHurried(now) && !isHurryTold
    const isOther = isByDevice && !isOfOpening && !shownBy.has(now.device) && goneMs >= 60_000
    shownBy.add(now.device)
    let cause: string | null = isOther ? 'other-device' : null
    if (isNearer || isHurry) cause = 'nearer'
    if (isOut && goneMs >= 300_000) cause = 'inside-again'
    if (goneMs > unseenMs && now.isHeld !== true) cause = 'again'
    const isAbout = now.meters <= 2 * heardMeters
    // So long away from there that coming near is news once more.
    const isForgotten = !isAbout && now.atMs - lastNearMs > unseenMs
    if (cause !== null) told.push(`${cause} ${now.atMs}`)
    if (cause !== null && isHurry) isHurryTold = true
    if (cause !== null || isForgotten) heardMeters = now.meters
    if (cause !== null || isForgotten) nearerCount = 0
    if (cause !== null || isForgotten || isAbout) lastNearMs = now.atMs
  }
  return told
}

export function readingsOf<T extends Reading>(
  readings: readonly T[],
  { startMs, leftMs }: Stretch,
): T[] {
  return readings.filter(({ atMs }) => atMs >= startMs && (leftMs === null || atMs < leftMs))
}

/**
 * Until everybody who is still heard was seen to leave; null while they were not. Whoever is seen
 * there after that is told by a stay of its own, also while nobody knows where another device is.
 */
export type Stretch = {
  readonly startMs: number
  readonly leftMs: number | null
  readonly openedMs?: number
}

/** At the present pace the ban is broken sooner than police may be there. */
function isHurried({ meters, closing }: Reading): boolean {
  return closing > 0 && meters / closing < 900
}

export type Reading = {
  readonly atMs: number
  /** Of the offender; left out where there is one. */
  readonly device?: string
  /** Within the ring, more likely than not, by a fix that may open. */
  readonly isInside: boolean
  /** Believed, and outside it by the margin. */
  readonly isClear: boolean
  /** Of the other, by a place where the offender was last seen at rest. */
  readonly isHeld?: boolean
  /** What is left until the ban is broken; within the separation the distance itself. */
  readonly meters: number
  /** What its receivers err by together: by one reading nothing less is nearer. */
  readonly noiseMeters?: number
  /** Metres a second; 0 where that is not known, or does not count. */
  readonly closing: number
  /** The same by the way now gone, erring towards the border; null standing, or not known. */
  readonly ahead: number | null
  /** Of a metre of that way, so much leads to the border. */
  readonly towards: number
}

export type Terms = {
  readonly unseenMs: number
  /** Distances that are news by themselves. */
  readonly marks: readonly number[]
  /** Within an area there is no nearer. */
  readonly canComeNearer: boolean
  /** That another device shows it is news. */
  readonly isByDevice?: boolean
}
