import { findDetourFact } from '../core/model/alert-kinds/ban-sentences.ts'
import { formatMeters, formatPercent } from '../core/model/alert-kinds/sentence.ts'
import type { DisbeliefReason } from '../core/model/fix.ts'
import type { Obstacle } from './explain.ts'
import type { ReportedFix } from './report.ts'
import type { Facts, Words } from './words.ts'
import { formatSeconds, nameReason } from './words.ts'

export const english: Words = {
  heading: (alert) => `Alert ${alert.id}: ${alert.kind}, ${alert.priority}, ${alert.status}.`,
  desk: (alert) => alert.reason,
  times: (occurredAt, learnedAt, raisedAt) =>
    `Happened at ${occurredAt}; known at ${learnedAt}; on the desk at ${raisedAt}.`,
  fixesHeading: 'It rests on these fixes:',
  noFixes: 'It rests on no position.',
  notAsSealed:
    'The evidence does not match its seal: somebody has changed it, or its key. Its fixes are left out.',
  fix: describeFix,
  path: describePath,
  factsHeading: 'The numbers of the rule:',
  versions: (order, limits, algorithm) =>
    `Judged by ${order === null ? 'no order' : `version ${order} of the order and its bans`}, limits ${limits}, algorithm ${algorithm}.`,
  unsupported: 'Fixes that came in later do not bear it out.',
  outcome(report) {
    if (report.outcome === 'same') return 'Computed again from the journal, it comes out the same.'
    if (report.outcome === 'not-possible') return 'It cannot be computed again:'
    return report.isRaisedAgain === false
      ? 'Computed again from the journal, it comes out DIFFERENT: no such alert is raised.'
      : 'Computed again from the journal, it comes out DIFFERENT:'
  },
  difference: (field, stored, recomputed) => `${field}: stored ${stored}, computed ${recomputed}`,
  obstacle: describeObstacle,
  read: (read) =>
    `Read ${read.journalRows} rows of the journal (${read.firstJournalId ?? '–'} to ${read.lastJournalId ?? '–'}): ` +
    `${read.registryChanges} changes of the registry, ${read.fixes} fixes and ${read.deviceEvents} device events ` +
    `(people: ${read.people}, cases: ${read.cases}).`,
  assumptions: {
    'no-restart': 'Assumed: that starting the evaluator again in between changed nothing.',
    'clock-as-recorded':
      'Assumed: that the clock was read when rows came in and when something it alone could tell was said; other readings are not on record.',
    'clock-at-deadlines':
      'Assumed: that the clock was read at each deadline; when it was really read is not on record.',
    'rejudged-from-journal':
      'A stretch was judged again where the record says so, from the journal instead of the history.',
    'cut-journal-was-enough':
      'The beginning of the journal has been removed; what is left was enough.',
    'revisions-from-record':
      'Its priority or moment was changed after it was raised; those changes are taken from its record.',
  },
}

const reasons: Readonly<Record<DisbeliefReason, string>> = {
  'accuracy-too-poor': 'its accuracy is too poor',
  'null-island': 'it is no position',
  teleport: 'nobody moves that fast',
  'future-clock': 'its clock runs ahead',
  'contradicts-same-moment': 'it contradicts another of the same moment',
  'stale-repeat': 'it is a position of before, given again',
  frozen: 'it is one position while the device says it moves',
  'coordinates-swapped': 'longitude and latitude are exchanged',
  'coordinates-sign-flipped': 'the sign of a coordinate is turned round',
  'week-rollover': 'its clock is 1,024 weeks behind',
  'jamming-suspected': 'reception may be jammed',
  'satellites-lost': 'no satellites any more, and as accurate as before',
  unreachable: 'nobody can have come there yet from the last good position',
  'no-position': 'the receiver says that it has no position',
}

function describeFix(
  fix: ReportedFix,
  times: { readonly recordedAt: string; readonly receivedAt: string },
): string {
  const belief = fix.isBelieved
    ? 'believed'
    : `not believed: ${fix.disbelief.map((reason) => nameReason(reasons, reason)).join(', ')}`
  const chance = fix.probability === null ? '' : `, probability ${formatPercent(fix.probability)}`
  return (
    `${fix.role}, recorded ${times.recordedAt}, received ${times.receivedAt}, ` +
    `accuracy ${formatMeters(fix.accuracyMeters)}${chance}; ${belief}.`
  )
}

function describePath(facts: Facts): string | null {
  if (facts['episodeKind'] === 'location-ban-passage') {
    const round = detours[findDetourFact(facts) ?? 'unknown'] ?? 'whether it was gone is not known.'
    return (
      `Between the two sightings, ${formatSeconds(facts['gapMs'])} apart, the straight path runs ` +
      `${formatMeters(facts['lengthInsideMeters'])} inside the ban, up to ${formatMeters(facts['depthMeters'])} deep; ` +
      (facts['isEndInside'] === true ? 'one of the two lies inside.' : round)
    )
  }
  if (facts['episodeKind'] === 'proximity-passage') {
    return `Between their sightings the straight paths of the two come within ${formatMeters(facts['closestMeters'])} of each other.`
  }
  return null
}

const detours: Readonly<Record<string, string>> = {
  possible: 'going round was possible.',
  'no-time': 'there was no time to go round.',
  'no-way': 'no way leads from the one to the other outside it.',
}

function describeObstacle(obstacle: Obstacle): string {
  switch (obstacle.type) {
    case 'alert-unknown':
      return '  No alert has this id.'
    case 'other-limits':
      return `  It was judged by limits ${obstacle.stored}; this program has ${obstacle.ours}. Use the version of that time.`
    case 'other-algorithm':
      return `  It was judged by algorithm ${obstacle.stored}; this program has ${obstacle.ours}. Use the version of that time.`
    case 'set-aside':
      return `  It was raised because an entry of journal row ${obstacle.journalId} could not be judged: there is nothing to compute.`
    case 'not-of-journal':
      return '  It was raised because detection itself had not been up to date: there is nothing to compute.'
    case 'row-unreadable':
      return `  Journal row ${obstacle.journalId} cannot be read: it is not what was written.`
    case 'rows-missing':
      return `  The journal lacks rows that the history names: ${obstacle.journalIds.join(', ')}.`
    case 'journal-pruned':
      return `  Fixes and events up to journal row ${obstacle.upToId} have been removed by retention.`
    case 'registration-missing':
      return `  The journal does not hold the registration of the ${things[obstacle.what]} ${obstacle.id}.`
  }
}

const things = {
  protectionOrder: 'protection order',
  offender: 'offender',
  victim: 'victim',
  device: 'device',
} as const
