import type { AlertDraft, AlertKind, AlertPriority, EvidenceFix } from '../model/alert.ts'
import type { ApproachFacts } from './approach-facts.ts'
import { describeApproach, formatTimeLeft } from './approach-facts.ts'
import { listDisbelief } from '../belief/believe-fix.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { isSameFix } from '../fixes/case-fix.ts'
import { findVersion } from '../rules/ban-versions.ts'
import type { RuleVersion } from '../rules/ban-versions.ts'
import type { Dossier } from './dossier-state.ts'
import { nameDevice, namePerson } from './names.ts'
import type { Episode, EpisodeKind, Opening } from '../judge/episode.ts'
import { readDisbelief, readFix, readRecordedAt } from '../fixes/fix-window.ts'
import { fixedAddressBasis } from '../judge/judge-fixed-addresses.ts'
import { heldSightingBasis } from '../judge/judge-held-sighting.ts'
import { algorithmVersion } from '../model/limits.ts'
import { offenderSlot } from '../judge/step-dossier.ts'

/** The alert an episode is shown by, with the numbers behind it. */
export function draftEpisodeAlert(
  dossier: Dossier,
  episode: Episode,
  opening: Opening,
  id: string,
  learnedAtMs: number,
): AlertDraft {
  const { rule, startMs } = episode
  const { limits } = dossier.context
  const versions: readonly RuleVersion[] = rule.versions
  const version = findVersion(versions, startMs)
  const { kind, priority } = rankAlert(episode, opening)
  const approach = isApproach(episode)
    ? describeApproach(dossier.state.episodes, episode, opening, limits)
    : null
  const late = learnedAtMs - startMs > limits.lateMs
  return {
    id,
    kind,
    priority,
    protectionOrderId: rule.orderId,
    offenderId: dossier.offenderId,
    victimId: rule.type === 'proximity' ? rule.victimId : null,
    locationBanId: rule.type === 'location' ? rule.banId : null,
    proximityBanId: rule.type === 'proximity' ? rule.banId : null,
    deviceId: nameDevice(dossier, opening.fix.deviceSlot),
    vendorId: null,
    occurredAtMs: startMs,
    learnedAtMs,
    late,
    probability: opening.probability,
    distanceMeters: opening.distanceMeters,
    reason: explain(episode, opening, approach, late),
    evidence: {
      limitsVersion: limits.version,
      algorithmVersion,
      protectionOrderVersion: version.order.version,
      fixes: collectFixes(dossier, episode, opening),
      facts: { ...opening.facts, ...approach, episodeKind: episode.kind },
    },
  }
}

const alertsOf = {
  'location-ban-breach': { kind: 'location-ban-breach', priority: 'P1' },
  'location-ban-approach': { kind: 'location-ban-approach', priority: 'P2' },
  'location-ban-passage': { kind: 'location-ban-passage', priority: 'P2' },
  'proximity-breach': { kind: 'proximity-breach', priority: 'P1' },
  'proximity-approach': { kind: 'proximity-approach', priority: 'P2' },
  'proximity-passage': { kind: 'proximity-breach', priority: 'P1' },
} as const satisfies Record<EpisodeKind, { kind: AlertKind; priority: AlertPriority }>

/** An approach on one road or railway, or where he is day after day, ranks lower; within the ban nothing does. */
function rankAlert(
  episode: Episode,
  opening: Opening,
): { kind: AlertKind; priority: AlertPriority } {
  const ranked = alertsOf[episode.kind]
  const isCoTravel =
    episode.kind === 'proximity-approach' && typeof opening.facts['coTravel'] === 'string'
  return isCoTravel || episode.usualMeters !== null ? { ...ranked, priority: 'P3' } : ranked
}

/** One sentence without a coordinate; the desk's page words it again per kind. */
function explain(
  episode: Episode,
  opening: Opening,
  approach: ApproachFacts | null,
  late: boolean,
): string {
  const sentence = explainKind(episode, opening)
  if (late) return `${sentence} Learned later: where they are now does not follow from it.`
  return approach === null ? sentence : `${sentence}${explainApproach(approach)}`
}

function isApproach({ kind }: Episode): boolean {
  return kind === 'location-ban-approach' || kind === 'proximity-approach'
}

function explainApproach(facts: ApproachFacts): string {
  const { secondsToBreach, recentApproachCount, usualMeters } = facts
  if (usualMeters !== null)
    return ' The offender is there day after day, and is no nearer than usual.'
  const timeLeft = secondsToBreach === null ? null : formatTimeLeft(secondsToBreach)
  const pace = timeLeft === null ? '' : ` At this pace the ban is broken in about ${timeLeft}.`
  return recentApproachCount > 1
    ? `${pace} Approach number ${recentApproachCount} within a day.`
    : pace
}

function explainKind(episode: Episode, opening: Opening): string {
  const percent = formatPercent(opening.probability)
  const meters = Math.round(opening.distanceMeters ?? 0)
  if (opening.facts['basis'] === fixedAddressBasis) {
    return `The offender is about ${meters} m from a fixed address of the victim; where the victim is is not known.`
  }
  if (opening.facts['basis'] === heldSightingBasis) return explainHeld(opening, meters)
  switch (episode.kind) {
    case 'location-ban-breach':
      return `The offender is inside the banned area (probability ${percent}).`
    case 'location-ban-approach':
      return `The offender is near the banned area, about ${meters} m from its border.`
    case 'location-ban-passage':
      if (opening.facts['isEndInside'] === true) {
        return 'The straight path between two sightings leads through the banned area; one of the two lies in it.'
      }
      return opening.facts['isPathAvoidable'] === true
        ? 'The straight path between two sightings leads through the banned area; going round was possible in the time.'
        : 'The straight path between two sightings leads through the banned area; there was no time to go round at the pace assumed.'
    case 'proximity-breach':
      return opening.probability === null
        ? `The offender and the victim move together, about ${meters} m apart, closer than the order allows.`
        : `The offender and the victim are about ${meters} m apart, closer than the order allows (probability ${percent}).`
    case 'proximity-approach':
      return `The offender and the victim are about ${meters} m apart, within the approach ring.${explainCoTravel(opening)}`
    case 'proximity-passage':
      return `The offender and the victim passed each other at about ${meters} m between sightings, closer than the order allows.`
  }
}

/** Says who was not seen anew, and for how long. */
function explainHeld({ fix, facts }: Opening, meters: number): string {
  const minutes = Math.round(Number(facts['sightingGapMs']) / 60_000)
  return fix.personSlot === offenderSlot
    ? `The offender is about ${meters} m from where the victim was last seen at rest, ${minutes} min ago; the victim has not been seen anew since.`
    : `The victim is about ${meters} m from where the offender was last seen at rest, ${minutes} min ago; the offender has not been seen anew since.`
}

function explainCoTravel(opening: Opening): string {
  const { coTravel } = opening.facts
  if (coTravel === 'together') return ' Both travel the same way at the same pace.'
  return coTravel === 'passing' ? ' They are passing each other at speed.' : ''
}

/** Never rounded up to certainty. */
function formatPercent(probability: number | null): string {
  if (probability === null) return 'not known'
  return probability > 0.99 ? 'over 99 %' : `${Math.floor(probability * 100)} %`
}

/** The fixes the verdict rests on, and those of the minutes before it that were not believed. */
function collectFixes(dossier: Dossier, episode: Episode, opening: Opening): EvidenceFix[] {
  const { fix, disbelief, beginning, beginningDisbelief, other, probability } = opening
  const fixes = [describeFix(dossier, fix, disbelief, probability)]
  if (beginning !== fix) fixes.push(describeFix(dossier, beginning, beginningDisbelief, null))
  // A sighting is a believed fix by definition.
  if (other !== null) fixes.push(describeFix(dossier, other, 0, null))
  for (const { doubtful, reasons } of findDoubtful(dossier, episode, opening)) {
    fixes.push(describeFix(dossier, doubtful, reasons, null))
  }
  return fixes.toSorted((one, two) => one.recordedAtMs - two.recordedAtMs)
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
    role: fix.personSlot === offenderSlot ? 'offender' : 'victim',
    personId: namePerson(dossier, fix.personSlot),
    deviceId: nameDevice(dossier, fix.deviceSlot),
    recordedAtMs: fix.recordedAtMs,
    receivedAtMs: fix.receivedAtMs,
    longitude: fix.longitude,
    latitude: fix.latitude,
    accuracyMeters: fix.accuracyMeters,
    isBelieved: disbelief === 0,
    disbelief: listDisbelief(disbelief),
    probability,
  }
}
