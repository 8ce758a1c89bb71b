import type { Episode, Fact, Opening, Telling } from '../judge/episode.ts'
import { findIntervalMs } from '../belief/witness.ts'
import { findLastInsideMs } from '../judge/fold.ts'
import { kindsOf } from '../judge/kinds.ts'
import type { Effect } from '../model/alert.ts'
import { draftRise, draftTelling } from './alert-draft.ts'
import type { Dossier } from './dossier-state.ts'
import type { Reported } from './reported-episode.ts'
import { findToldEndMs } from './reported-episode.ts'
import { findSpeakerOf } from './speaker.ts'
import { pushAll } from '../model/lists.ts'

/** What a fold found beside its state, kept until it is told. */
export type Findings = {
  /** What the alerts of new episodes are drafted from. */
  readonly openings: Map<number, Opening>
  /** Readings inside, by episode in order: those that tell something, and the newest. */
  readonly seen: Map<number, readonly Seen[]>
}

type Seen = Extract<Fact, { readonly type: 'seen' }>

export function createFindings(): Findings {
  return { openings: new Map(), seen: new Map() }
}

export function noteFindings({ openings, seen }: Findings, facts: readonly Fact[]): void {
  for (const fact of facts) {
    const { id } = fact.episode
    if (fact.type === 'opened' || fact.type === 'moment') openings.set(id, fact.opening)
    if (fact.type !== 'seen') continue
    const kept = (seen.get(id) ?? []).filter(
      ({ telling, rise }) => telling !== null || rise !== null,
    )
    seen.set(id, [...kept, fact])
  }
}

/**
 * What goes on is told again, or shown as still seen. A new return is always told; of what else is
 * new only the newest. `isAppended`: found by the newest fixes, so that nothing of it can have been
 * told before under another time.
 */
export function reportSeen(
  dossier: Dossier,
  { seen }: Findings,
  learnedAtMs: number,
  isAppended: boolean,
): Effect[] {
  const effects: Effect[] = []
  for (const [id, readings] of seen) {
    const known = dossier.reported.get(id)
    const newest = readings.at(-1)
    if (known === undefined || known.alertId === null || newest === undefined) continue
    if (known.episode.isCovered) continue
    const report = { dossier, known, readings, newest, learnedAtMs }
    pushAll(effects, reportReadings(report, isAppended))
    pushAll(effects, reportRise(report))
  }
  return effects
}

/** Learned so long after it was recorded that it does not say where anybody is now. */
export function isLate({ context }: Dossier, recordedAtMs: number, learnedAtMs: number): boolean {
  return learnedAtMs - recordedAtMs > context.limits.lateMs
}

/**
 * The same of an episode as it stands: what is over by newer fixes is not now, however short ago.
 * What was seen only between two fixes is over as soon as it is known.
 */
export function isLateNow(
  dossier: Dossier,
  { kind, endMs }: Episode,
  seenMs: number,
  learnedAtMs: number,
): boolean {
  const isMoment = kind === 'location-ban-passage' || kind === 'proximity-passage'
  return (endMs !== null && !isMoment) || isLate(dossier, seenMs, learnedAtMs)
}

type ReadingsReport = {
  readonly dossier: Dossier
  readonly known: Reported
  readonly readings: readonly Seen[]
  readonly newest: Seen
  readonly learnedAtMs: number
}

function reportReadings(report: ReadingsReport, isAppended: boolean): Effect[] {
  const { dossier, known, newest, learnedAtMs } = report
  const { episode } = known
  const { limits } = dossier.context
  const { recordedAtMs, receivedAtMs } = newest.opening.fix
  const news = isAppended
    ? listOthers(episode.tellings, known.told)
    : listNew(known, dossier.context)
  if (news.length > 0) return reportNews(report, news)
  const isLive =
    recordedAtMs > known.seenMs &&
    receivedAtMs - recordedAtMs <= limits.lateMs &&
    !isLate(dossier, recordedAtMs, learnedAtMs)
  if (known.isLate && isLive && episode.endMs === null) return reportLive(report)
  if (recordedAtMs - known.seenMs < limits.seenMsMin) return []
  const isMore = isMoreOfLate(report)
  const insideLearnedMs = known.isLate ? learnedAtMs : known.insideLearnedMs
  dossier.reported.put({ ...known, seenMs: recordedAtMs, insideLearnedMs })
  const { distanceMeters } = newest.opening
  const seen = seenEffect(known, recordedAtMs, distanceMeters)
  return isMore ? [revise(known, { kind: 'reopened', late: true }, learnedAtMs), seen] : [seen]
}

/**
 * What was learned late, and is not known to be over, went on for longer, as something that came
 * in long after the last of it shows: nobody was told of that. What comes in bit by bit is no news.
 */
function isMoreOfLate({ dossier, known, newest, learnedAtMs }: ReadingsReport): boolean {
  if (!known.isLate || findToldEndMs(known) !== null) return false
  const { kind, rule } = known.episode
  if (kind !== kindsOf(rule).breach) return false
  const { limits } = dossier.context
  const planMs = limits.returnIntervalsMax * findIntervalMs(newest.opening.fix, dossier.context)
  return learnedAtMs - known.insideLearnedMs > Math.max(limits.returnBreachMsMin, planMs)
}

function seenEffect(
  { alertId }: Reported,
  lastSeenAtMs: number,
  distanceMeters: number | null,
): Effect {
  return { type: 'alert-seen', alertId: alertId ?? '', lastSeenAtMs, distanceMeters }
}

function reportNews(report: ReadingsReport, news: readonly Telling[]): Effect[] {
  const { dossier, known, readings, newest, learnedAtMs } = report
  const { episode } = known
  // By the newest reading, as where one begins or is live again: also by one of the other beside
  // where the offender was last seen at rest, which is no sighting of the offender.
  const lastInsideMs = findLastInsideMs(dossier.state, episode)
  const readingMs = Math.max(lastInsideMs, newest.opening.fix.recordedAtMs)
  const late = isLateNow(dossier, episode, readingMs, learnedAtMs)
  const told = news.filter((telling) => telling === news.at(-1) || telling.cause === 'again')
  const effects = told.map((telling): Effect => {
    const isNewest = telling === news.at(-1) && telling.atMs >= findNewestToldMs(known)
    const reading = isNewest ? newest : findReading(readings, telling)
    const revision = draftTelling(dossier, episode, (reading ?? newest).opening, {
      cause: telling.cause,
      recordedAtMs: telling.atMs,
      notSeenSinceMs: telling.sinceMs,
      late: isNewest ? late : isLate(dossier, telling.atMs, learnedAtMs),
      isCall: isNewest || !isLate(dossier, telling.atMs, learnedAtMs),
    })
    return revise(known, revision, learnedAtMs)
  })
  dossier.reported.put({
    ...known,
    isLate: late,
    insideLearnedMs: late ? learnedAtMs : known.insideLearnedMs,
    seenMs: Math.max(known.seenMs, readingMs),
    told: mergeTold(known.told, episode.tellings, dossier.context.limits.tellingsKeptCountMax),
  })
  return effects
}

function reportLive({ dossier, known, newest, learnedAtMs }: ReadingsReport): Effect[] {
  const { episode } = known
  const { recordedAtMs } = newest.opening.fix
  const revision = draftTelling(dossier, episode, newest.opening, {
    cause: 'live',
    recordedAtMs,
    notSeenSinceMs: null,
    late: false,
    isCall: true,
  })
  dossier.reported.put({ ...known, isLate: false, seenMs: recordedAtMs })
  return [revise(known, revision, learnedAtMs)]
}

/** What ranked lower for being known ranks so no longer. */
function reportRise({ dossier, readings, newest, learnedAtMs }: ReadingsReport): Effect[] {
  const known = dossier.reported.get(newest.episode.id)
  if (known === undefined || !known.isOrdinary || known.episode.calledMs === null) return []
  if (findSpeakerOf(dossier, known.episode) !== null) return []
  const rise = readings.findLast((reading) => reading.rise !== null)?.rise ?? 'found'
  dossier.reported.put({ ...known, isOrdinary: false })
  const revision = draftRise(dossier, known.episode, newest.opening, rise)
  return [revise(known, revision, learnedAtMs)]
}

function revise(
  { alertId }: Reported,
  revision: Extract<Effect, { type: 'alert-revised' }>['revision'],
  learnedAtMs: number,
): Effect {
  return { type: 'alert-revised', alertId: alertId ?? '', revision, learnedAtMs }
}

function findReading(readings: readonly Seen[], { atMs }: Telling): Seen | undefined {
  return readings.find(({ telling }) => telling?.atMs === atMs)
}

function findNewestToldMs({ told }: Reported): number {
  return told.at(-1)?.atMs ?? -Infinity
}

/** Those of the first that are not among the others. */
export function listOthers(
  tellings: readonly Telling[],
  others: readonly Telling[],
): readonly Telling[] {
  // Hot path: with each reading that is noted, and nearly always both are the same.
  if (tellings.every((telling, index) => isSameTelling(telling, others[index]))) return noTellings
  return tellings.filter((telling) => !others.some((other) => isSameTelling(telling, other)))
}

function isSameTelling({ cause, atMs }: Telling, other: Telling | undefined): boolean {
  return other !== undefined && other.cause === cause && other.atMs === atMs
}

const noTellings: readonly Telling[] = []

/**
 * Tellings found by a repeated fold that were not told: late fixes may move one, so each is the
 * nearest one told of its cause that is not another one.
 */
function listNew({ episode, told }: Reported, { limits }: Dossier['context']): Telling[] {
  const isBreach = episode.kind === 'location-ban-breach' || episode.kind === 'proximity-breach'
  const apartMsMax = isBreach ? limits.returnBreachMsMin : limits.returnApproachMsMin
  const free = new Set(listOthers(told, episode.tellings))
  return listOthers(episode.tellings, told).filter(({ cause, atMs }) => {
    const apartMs = (one: Telling): number => Math.abs(one.atMs - atMs)
    const [nearest] = [...free]
      .filter((one) => one.cause === cause && apartMs(one) <= apartMsMax)
      .toSorted((one, other) => apartMs(one) - apartMs(other))
    if (nearest === undefined) return true
    free.delete(nearest)
    return false
  })
}

function mergeTold(
  told: readonly Telling[],
  tellings: readonly Telling[],
  keptMax: number,
): readonly Telling[] {
  return [...listOthers(told, tellings), ...tellings]
    .toSorted((one, other) => one.atMs - other.atMs)
    .slice(-keptMax)
}
