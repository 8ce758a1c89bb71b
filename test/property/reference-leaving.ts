import type { Limits } from '../../src/core/model/limits.ts'
import type { Judged } from './reference-belief.ts'
import { lacksSky } from './reference-satellites.ts'

/**
 * The first point at which everybody is known to have left: each device that saw them inside has
 * given a run of believed readings clear of it, not broken by one that may be in it, long enough,
 * counted by the older fix each rests on. A device silent for three of its confirmation windows is
 * not waited for, and when a person has no other, the one that reports takes its place: unless it
 * was outside while one waited for reported, or was heard in the day before it began, and the one
 * waited for is silent for no more than a day. `reports` is everything sent by these people, in
 * order.
 */
export function findLeaving(
  points: readonly LeavingPoint[],
  from: number,
  openedBy: readonly Judged[],
  reports: readonly Judged[],
  confirmMs: number,
  limits: Limits,
): LeavingFound | null {
  let runs = new Map<string, Run>(
    openedBy.map((one) => [nameOf(one), { person: one.person, isNotShown: true, own: {} }]),
  )
  // Not waited for any more, and it has not shown that they left.
  const lost = new Set<string>()
  const opening = points[from - 1]!.now
  const elsewhere = new Set(
    listBefore(reports, opening)
      .filter(({ fix }) => fix.recordedAtMs >= opening.fix.recordedAtMs - 86_400_000)
      .map(nameOf)
      .filter((name) => !runs.has(name)),
  )
  for (let at = from; at < points.length; at++) {
    const { now, seen, evidenceMs, isInside, isClear, isHardlyIn, isUnlikely } = points[at]!
    // That the other may be where a doubtful fix says is no less so without satellites.
    const isBlind = seen.some((one) => isBelievedBlind(one, points[at]!, reports, limits))
    if (isBlind && !isInside) continue
    const isBelieved = now.doubts.length === 0
    const mayBeInside = isInside && !now.doubts.includes('null-island')
    if (!(isBelieved && (isClear || isHardlyIn))) {
      if (!isBelieved && !mayBeInside) continue
      for (const run of listBroken(runs, seen)) {
        if (!isUnlikely || mayBeInside) delete run.clear
        delete run.near
      }
      if (!mayBeInside) continue
      for (const one of seen) {
        elsewhere.delete(nameOf(one))
        lost.delete(nameOf(one))
        runs.set(nameOf(one), {
          own: {},
          ...runs.get(nameOf(one)),
          person: one.person,
          isNotShown: true,
        })
      }
      continue
    }
    if (!isClear) for (const run of listBroken(runs, seen)) delete run.clear
    const before = reports.slice(0, reports.indexOf(now))
    const silentMsOf = (name: string): number => {
      const last = before.findLast((one) => nameOf(one) === name)
      return now.fix.recordedAtMs - (last?.fix.recordedAtMs ?? -Infinity)
    }
    const awaited = new Map(
      [...runs].filter(([name]) => {
        if (seen.some((one) => nameOf(one) === name)) return true
        const silentMs = silentMsOf(name)
        return silentMs <= Math.min(3 * confirmMs, 3_600_000)
      }),
    )
    // Heard again, and waited for again.
    for (const one of seen) {
      if (!lost.has(nameOf(one))) continue
      awaited.set(nameOf(one), { person: one.person, isNotShown: true, own: {} })
    }
    let isRefused = false
    for (const one of seen) {
      const { person } = one
      if ([...awaited.values()].some((run) => run.person === person)) continue
      const isLong = [...runs].every(
        ([name, run]) => run.person !== person || silentMsOf(name) > 86_400_000,
      )
      if (elsewhere.has(nameOf(one)) && !isLong) isRefused = true
      else awaited.set(nameOf(one), { person, isNotShown: false, own: {} })
    }
    if (isRefused) continue
    if (!seen.every((one) => awaited.has(nameOf(one)))) {
      for (const one of seen) {
        if (!runs.has(nameOf(one)) && !lost.has(nameOf(one))) elsewhere.add(nameOf(one))
      }
      continue
    }
    for (const [name, { isNotShown }] of runs) {
      if (!awaited.has(name) && isNotShown) lost.add(name)
    }
    runs = awaited
    for (const name of runs.keys()) elsewhere.delete(name)
    for (const one of seen) {
      const run = runs.get(nameOf(one))!
      lost.delete(nameOf(one))
      for (const counted of [run, run.own]) {
        if (isClear) counted.clear = addTo(counted.clear, now.fix.recordedAtMs, evidenceMs)
        counted.near = addTo(counted.near, now.fix.recordedAtMs, evidenceMs)
        if (findShownMs(counted, limits) !== null) run.isNotShown = false
      }
    }
    const left = [...runs.values()].map((run) => findShownMs(run, limits))
    if (!left.every((ms) => ms !== null)) continue
    const isBlindAt = (later: LeavingPoint): boolean =>
      later.seen.some((one) => isBelievedBlind(one, later, reports, limits))
    const after = points.slice(at + 1)
    const missing = [...lost].filter((name) => {
      const own = after.filter(({ now: later }) => nameOf(later) === name)
      return !isShownLater(own, isBlindAt, limits)
    })
    return { at, endMs: Math.max(...left), missing }
  }
  return null
}

/**
 * What settles it of one that is missing: a leaving that it shows by itself, or one believed
 * position a kilometre off.
 */
function isShownLater(
  own: readonly LeavingPoint[],
  isBlindAt: (point: LeavingPoint) => boolean,
  limits: Limits,
): boolean {
  let run: Counted = {}
  for (const point of own) {
    const { now, evidenceMs, isInside, isClear, isHardlyIn, isUnlikely, isFarOff } = point
    const isBelieved = now.doubts.length === 0
    const isTaken = isBelieved && !isBlindAt(point)
    const mayBeInside = isInside && !now.doubts.includes('null-island')
    if (isTaken && isClear && isFarOff === true) return true
    if (mayBeInside) run = {}
    else if (isTaken && (isClear || isHardlyIn)) {
      if (!isClear) delete run.clear
      else run.clear = addTo(run.clear, now.fix.recordedAtMs, evidenceMs)
      run.near = addTo(run.near, now.fix.recordedAtMs, evidenceMs)
      if (findShownMs(run, limits) !== null) return true
    } else if (isTaken) {
      if (!isUnlikely) delete run.clear
      delete run.near
    }
  }
  return false
}

/** `missing`: those that saw it, did not show a leaving, and were not seen outside since. */
export type LeavingFound = {
  readonly at: number
  readonly endMs: number
  readonly missing: readonly string[]
}

function isBelievedBlind(
  one: Judged,
  { now }: LeavingPoint,
  reports: readonly Judged[],
  limits: Limits,
): boolean {
  return (one === now || one.doubts.length === 0) && lacksSky(reports, one, limits)
}

/** All in order; a moment at which nobody reports comes after what was recorded before it. */
function listBefore(reports: readonly Judged[], now: Judged): readonly Judged[] {
  const at = reports.indexOf(now)
  if (at !== -1) return reports.slice(0, at)
  return reports.filter(({ fix }) => fix.recordedAtMs < now.fix.recordedAtMs)
}

export type LeavingPoint = {
  readonly now: Judged
  /** The fixes it rests on: of one person, or of both. */
  readonly seen: readonly Judged[]
  /** When the older of them was recorded. */
  readonly evidenceMs: number
  readonly isInside: boolean
  readonly isClear: boolean
  /** Measured, and within by one in a hundred or less. */
  readonly isHardlyIn: boolean
  /** One in four or less: it does not break a row of clear ones. */
  readonly isUnlikely: boolean
  /** A kilometre beyond the border, and more. */
  readonly isFarOff?: boolean
}

type Counted = { clear?: Outside; near?: Outside }
type Run = Counted & {
  readonly person: string
  /** It saw them inside, and its own run outside is not long enough. */
  isNotShown: boolean
  /** What only its own readings break. */
  readonly own: Counted
}

/** The runs of all, and what those that are seen have shown by themselves. */
function listBroken(runs: ReadonlyMap<string, Run>, seen: readonly Judged[]): Counted[] {
  const own = seen.flatMap((one) => runs.get(nameOf(one))?.own ?? [])
  return [...runs.values(), ...own]
}

type Outside = { readonly sinceMs: number; readonly evidence: readonly number[] }

function addTo(run: Outside | undefined, atMs: number, evidenceMs: number): Outside {
  if (run === undefined) return { sinceMs: atMs, evidence: [evidenceMs] }
  if (evidenceMs <= run.evidence.at(-1)!) return run
  return { ...run, evidence: [...run.evidence, evidenceMs] }
}

/** Since when its own run outside lasts, once it is long enough to be a leaving. */
function findShownMs({ clear, near }: Counted, limits: Limits): number | null {
  if (isEnough(clear, limits.clearFixCountMin, limits.clearDwellMs)) return clear!.sinceMs
  // Ten minutes and five fixes hardly within it, however near.
  return isEnough(near, 5, 600_000) ? near!.sinceMs : null
}

function isEnough(run: Outside | undefined, count: number, ms: number): boolean {
  return (
    run !== undefined && run.evidence.length >= count && run.evidence.at(-1)! - run.sinceMs >= ms
  )
}

export function nameOf({ person, fix }: Judged): string {
  return `${person} ${fix.deviceId}`
}
