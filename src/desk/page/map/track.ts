/** A fix as the picture needs it. */
export type MapFix = {
  readonly role: 'offender' | 'victim'
  readonly recordedAtMs: number
  readonly longitude: number
  readonly latitude: number
  readonly accuracyMeters: number
  readonly isBelieved: boolean
  readonly disbelief: readonly string[]
}

/** The way from one believed fix to the next; over a gap nobody knows where it led. */
export type TrackStep = { readonly from: MapFix; readonly to: MapFix; readonly isGap: boolean }

/** Longer than this without a fix is a gap, whatever the usual pace is. */
const gapMsMin = 5 * 60_000

/**
 * The steps of one person between believed fixes, by time. A gap is more than three times the usual
 * pace, and five minutes at least: it is drawn as unknown, and never as a way somebody went.
 */
export function splitTrack(fixes: readonly MapFix[], role: MapFix['role']): readonly TrackStep[] {
  const own = fixes.filter((fix) => fix.role === role && fix.isBelieved)
  const waits = own.slice(1).map((fix, place) => fix.recordedAtMs - (own[place]?.recordedAtMs ?? 0))
  const usualMs = waits.toSorted((one, other) => one - other)[Math.floor(waits.length / 2)] ?? 0
  const gapMs = Math.max(gapMsMin, 3 * usualMs)
  return own.slice(1).flatMap((to, place) => {
    const from = own[place]
    return from === undefined
      ? []
      : [{ from, to, isGap: to.recordedAtMs - from.recordedAtMs > gapMs }]
  })
}

/** Where each person was seen last, as far as it is believed. */
export function lastOfEach(fixes: readonly MapFix[]): readonly MapFix[] {
  return (['offender', 'victim'] as const).flatMap((role) => {
    const last = fixes.findLast((fix) => fix.role === role && fix.isBelieved)
    return last === undefined ? [] : [last]
  })
}

/**
 * What an alert rests on and the way of the last hour, each fix once. That of the alert counts: it
 * says how the fix was judged there.
 */
export function joinFixes<
  T extends MapFix & { readonly deviceId: string; readonly receivedAt: string },
>(evidence: readonly T[], track: readonly T[]): readonly T[] {
  // Of a device whose clock is behind the two say another time; when it came in is one.
  const keyOf = (fix: T): string =>
    [fix.deviceId, fix.receivedAt, fix.longitude, fix.latitude].join(' ')
  const known = new Set(evidence.map(keyOf))
  return [...evidence, ...track.filter((fix) => !known.has(keyOf(fix)))].toSorted(
    (one, other) => one.recordedAtMs - other.recordedAtMs,
  )
}

/** Whether a fix is of long before the last one: an hour of full circles is one grey cloud. */
export function isOldAmong(fixes: readonly MapFix[]): (fix: MapFix) => boolean {
  const lastMs = fixes.at(-1)?.recordedAtMs ?? 0
  return (fix) => lastMs - fix.recordedAtMs > oldMs
}

const oldMs = 15 * 60_000
