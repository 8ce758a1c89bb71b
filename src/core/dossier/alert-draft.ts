import type { AlertDraft, AlertRevision, EvidenceFix, SeenAgain } from '../model/alert.ts'
import { alertTraits, tellAlert } from '../model/alert-kinds/alert-kinds.ts'
import { aheadSightingBasis, doubtfulSightingBasis } from '../model/alert-kinds/ban-sentences.ts'
import { riseSentences, tellCause } from '../model/alert-kinds/repeat-sentences.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import { draftAlert } from '../model/draft-alert.ts'
import { describeApproach } from './approach-facts.ts'
import { disbeliefBits, listDisbelief } from '../belief/believe-fix.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { isSameFix, readDeviceClock, offenderSlot } from '../fixes/case-fix.ts'
import { findVersion } from '../rules/ban-versions.ts'
import type { RuleVersion } from '../rules/ban-versions.ts'
import type { Dossier } from './dossier-state.ts'
import type { Reported } from './reported-episode.ts'
import { nameDevice, namePerson } from './names.ts'
import type { Episode, Opening, Rise } from '../judge/episode.ts'
import { readDisbelief, readFix, readRecordedAt } from '../fixes/fix-window.ts'
import { findSpeakerOf } from './speaker.ts'

/** The alert an episode is shown by, with the numbers behind it. */
export function draftEpisodeAlert(
  dossier: Dossier,
  reported: Reported,
  opening: Opening,
  id: string,
  learnedAtMs: number,
): AlertDraft {
  const { episode, isOrdinary: isLower, isLate: late, seenMs: lastSeenAtMs } = reported
  const isOver = reported.lateRank === 'lower'
  const { rule, startMs } = episode
  const isOfArea = rule.type === 'location'
  const { limits } = dossier.context
  const versions: readonly RuleVersion[] = rule.versions
  const { order } = findVersion(versions, startMs)
  const kind = alertKindOf(episode)
  const facts = describeFacts(dossier, episode, opening)
  Object.assign(facts, describeReturn(episode), isOver ? { isOver } : null, describeRisk(order))
  return draftAlert(limits, {
    id,
    kind,
    priority: isLower ? 'P3' : isOver ? 'P2' : alertTraits[kind].priority,
    protectionOrderId: rule.orderId,
    offenderId: dossier.offenderId,
    victimId: isOfArea ? null : rule.victimId,
    locationBanId: isOfArea ? rule.banId : null,
    proximityBanId: isOfArea ? null : rule.banId,
    deviceId: nameDevice(dossier, opening.fix.deviceSlot),
    occurredAtMs: startMs,
    learnedAtMs,
    lastSeenAtMs,
    late,
    probability: opening.probability,
    distanceMeters: opening.distanceMeters,
    settledBy: nameRole(opening.fix),
    protectionOrderVersion: order.version,
    fixes: collectFixes(dossier, episode, opening),
    facts,
  })
}

/** What an alert is told again by, from the reading that shows it. */
export function draftTelling(
  dossier: Dossier,
  episode: Episode,
  opening: Opening,
  telling: Omit<SeenAgain, 'kind' | 'reason' | 'distanceMeters' | 'probability'>,
): SeenAgain {
  const { distanceMeters, probability } = opening
  const { cause, recordedAtMs, notSeenSinceMs, late } = telling
  const sentence = tellNow(dossier, episode, opening, late)
  const unseenMs = notSeenSinceMs === null ? null : recordedAtMs - notSeenSinceMs
  const reason = `${sentence} ${tellCause(cause, unseenMs).english}`
  return { kind: 'repeated', ...telling, distanceMeters, probability, reason }
}

/** It ranked lower, and does so no longer. Without a reading at hand only why is said. */
export function draftRise(
  dossier: Dossier,
  episode: Episode,
  opening: Opening | null,
  rise: Rise | 'found' | 'alone',
): AlertRevision {
  const sentence = opening === null ? '' : `${tellNow(dossier, episode, opening, false)} `
  return { kind: 'priority', priority: 'P2', reason: `${sentence}${riseSentences[rise]}` }
}

/** Once more the sentence of the alert, with the numbers of this reading. */
function tellNow(dossier: Dossier, episode: Episode, opening: Opening, late: boolean): string {
  const { probability, distanceMeters } = opening
  const facts = describeFacts(dossier, episode, opening)
  const settledBy = nameRole(opening.fix)
  const matter = { priority: 'P2', probability, distanceMeters, late, settledBy, facts } as const
  return tellAlert(alertKindOf(episode), facts, matter)
}

function alertKindOf({ kind }: Episode): AlertDraft['kind'] {
  return kind === 'proximity-passage' ? 'proximity-breach' : kind
}

function describeFacts(dossier: Dossier, episode: Episode, opening: Opening): Facts {
  const { state, context } = dossier
  const facts: Facts = { ...opening.facts }
  if (isApproach(episode)) {
    Object.assign(facts, describeApproach(state.episodes, episode, opening, context))
  }
  noteSpeaker(facts, dossier, episode)
  noteClock(facts, opening.fix)
  if (opening.other !== null) noteClock(facts, opening.other)
  facts['episodeKind'] = episode.kind
  return facts
}

type Facts = Record<string, string | number | boolean | null>

/** The alert by which somebody is called about this very approach, while that one goes on. */
function noteSpeaker(facts: Facts, dossier: Dossier, episode: Episode): void {
  const speaker = findSpeakerOf(dossier, episode)
  const alertId = speaker === null ? null : (dossier.reported.get(speaker.id)?.alertId ?? null)
  if (alertId !== null) facts['spokenForByAlertId'] = alertId
}

/** Whether its clock is behind, by so much: the time told is corrected by that. */
function noteClock(facts: Facts, fix: CaseFix): void {
  if (fix.clockBehindMs === 0) return
  facts[`${nameRole(fix)}ClockBehindSeconds`] = Math.round(fix.clockBehindMs / 1_000)
}

/** By which version of which risk profile the case was watched. */
function describeRisk({ risk }: ProtectionOrder): Partial<Facts> | null {
  return risk === undefined ? null : { riskProfile: risk.profile, riskProfileVersion: risk.version }
}

/** When it was first learned it had been left and come back to, and where between is unknown. */
function describeReturn({ tellings }: Episode): Partial<Facts> | null {
  const last = tellings.findLast(({ cause }) => cause === 'again')
  return last === undefined ? null : { seenAgainAtMs: last.atMs, notSeenSinceMs: last.sinceMs }
}

/** An approach that is known and no worse ranks lower, and so does a path that is one of many. */
export function isOrdinary({ kind, calledMs }: Episode, { facts }: Opening): boolean {
  return calledMs === null || isHint(kind, facts)
}

/** Over so many minutes only having had no other way makes a path more than one of many. */
function isHint(kind: Episode['kind'], { isGapLong, isPathAvoidable }: Opening['facts']): boolean {
  if (kind === 'proximity-passage') return isGapLong === true
  if (kind !== 'location-ban-passage') return false
  return isGapLong === true && isPathAvoidable !== false
}

function isApproach({ kind }: Episode): boolean {
  return kind === 'location-ban-approach' || kind === 'proximity-approach'
}

/** The fixes the verdict rests on, and those of the minutes before it that were not believed. */
function collectFixes(dossier: Dossier, episode: Episode, opening: Opening): EvidenceFix[] {
  const { fix, disbelief, beginning, beginningDisbelief, other, probability } = opening
  const fixes = [describeFix(dossier, fix, disbelief, probability)]
  if (beginning !== fix) fixes.push(describeFix(dossier, beginning, beginningDisbelief, null))
  if (other !== null) {
    // Any other sighting is a believed fix by definition.
    const fallback = reasonsOfBasis.get(opening.facts['basis'])
    const isDoubted = fallback !== undefined || opening.facts['isSeenDoubtfully'] === true
    const reasons = isDoubted ? findReasons(dossier, other, fallback ?? 0) : 0
    fixes.push(describeFix(dossier, other, reasons, null))
  }
  for (const { doubtful, reasons } of findDoubtful(dossier, episode, opening)) {
    fixes.push(describeFix(dossier, doubtful, reasons, null))
  }
  return fixes.toSorted((one, two) => one.recordedAtMs - two.recordedAtMs)
}

/** Why a sighting that is not believed was doubted, when it is no longer at hand: as most are. */
const reasonsOfBasis: ReadonlyMap<unknown, number> = new Map([
  [doubtfulSightingBasis, disbeliefBits.unreachable],
  [aheadSightingBasis, disbeliefBits['future-clock']],
])

function findReasons({ window }: Dossier, fix: CaseFix, fallback: number): number {
  for (let index = window.count - 1; index >= 0; index--) {
    if (readRecordedAt(window, index) < fix.recordedAtMs) break
    if (isSameFix(readFix(window, index), fix)) return readDisbelief(window, index)
  }
  return fallback
}

function findDoubtful(
  dossier: Dossier,
  episode: Episode,
  { fix, beginning }: Opening,
): { doubtful: CaseFix; reasons: number }[] {
  const { window } = dossier
  const found: { doubtful: CaseFix; reasons: number }[] = []
  for (let index = window.count - 1; index >= 0; index--) {
    if (readRecordedAt(window, index) > fix.recordedAtMs) continue
    if (readRecordedAt(window, index) < beginning.recordedAtMs - doubtfulBeforeMs) break
    const reasons = readDisbelief(window, index)
    if (reasons === 0) continue
    const doubtful = readFix(window, index)
    const isOfRule = doubtful.personSlot === offenderSlot || isVictimOf(episode, doubtful)
    if (!isOfRule || isSameFix(doubtful, fix) || isSameFix(doubtful, beginning)) continue
    found.push({ doubtful, reasons })
    if (found.length === doubtfulFixesMax) break
  }
  return found
}

/** Enough to see a pattern, few enough to read. */
const doubtfulFixesMax = 10
const doubtfulBeforeMs = 600_000

function isVictimOf(episode: Episode, fix: CaseFix): boolean {
  return episode.rule.type === 'proximity' && episode.rule.victimSlot === fix.personSlot
}

function describeFix(
  dossier: Dossier,
  fix: CaseFix,
  disbelief: number,
  probability: number | null,
): EvidenceFix {
  return {
    role: nameRole(fix),
    personId: namePerson(dossier, fix.personSlot),
    deviceId: nameDevice(dossier, fix.deviceSlot),
    recordedAtMs: readDeviceClock(fix),
    receivedAtMs: fix.receivedAtMs,
    longitude: fix.longitude,
    latitude: fix.latitude,
    accuracyMeters: fix.accuracyMeters,
    isBelieved: disbelief === 0,
    disbelief: listDisbelief(disbelief),
    probability,
  }
}

function nameRole(fix: CaseFix): EvidenceFix['role'] {
  return fix.personSlot === offenderSlot ? 'offender' : 'victim'
}
