import type { AlertKind } from '../../src/core/model/alert.ts'
import { countApproaches } from './score-approaches.ts'
import type { CaseTruth, TrueSilence } from '../simulate/cases/case-stream.ts'
import { overlaps } from './score.ts'
import type { Stretch, Told, Trial } from './trial.ts'
import { dayMs } from '../../src/core/model/units.ts'
import { pushAll } from '../../src/core/model/lists.ts'

/**
 * Holds all alerts of one simulated case against its truth: load, precision by kind,
 * silences, stories. `incidents` are those of its vendors, which speak for its devices too
 * and are no load of this case.
 */
export function scoreCase(
  trial: Trial,
  truth: CaseTruth,
  told: readonly Told[],
  incidents: readonly Told[],
): CaseScore {
  const score = emptyCaseScore()
  const world = trial.subjects[0]?.known[0] ?? { startMs: 0, endMs: 0 }
  score.caseDays = (world.endMs - world.startMs) / dayMs
  score.deviceDays = score.caseDays * truth.devices.length
  for (const alert of told) scoreAlert(score, alert, trial, truth)
  const vendorIds = new Set(trial.scenario.registry.devices.map(({ vendorId }) => vendorId))
  const ofVendors = incidents.filter(({ vendorId }) => vendorId !== null && vendorIds.has(vendorId))
  score.unknownMs = unionMs([...told.filter(isUnknownState), ...ofVendors], world)
  for (const silence of truth.silences) {
    scoreSilence(score, silence, [...told, ...ofVendors], trial, truth)
  }
  const approaches = countApproaches(trial, truth, told)
  score.approachesDue = approaches.dueCount
  score.approachesFound = approaches.foundCount
  const facts = truth.deviceFacts.filter(({ kind }) => kind !== 'battery-low')
  score.trueEvents = approaches.dueCount + facts.length
  for (const story of truth.stories) {
    const tally = (score.stories[story.kind] ??= { mustCount: 0, answered: 0, falseP1: 0 })
    const answers = told.filter(
      (alert) =>
        story.alertKinds.includes(alert.kind) &&
        isAbout(alert, story.locationBanId ?? story.proximityBanId) &&
        overlaps(alert, story, storyToleranceMs),
    )
    if (story.expectation === 'must-alert') {
      tally.mustCount++
      if (answers.length > 0) tally.answered++
      else score.unansweredStories.push(`${truth.caseKey} ${story.key}`)
    } else if (story.expectation === 'must-not-alert-p1') {
      tally.falseP1 += answers.filter(({ priority }) => priority === 'P1').length
    }
  }
  return score
}

export function addCaseScores(scores: Iterable<CaseScore>): CaseScore {
  const sum = emptyCaseScore()
  for (const score of scores) {
    for (const key of summedFields) sum[key] += score[key]
    pushAll(sum.unansweredStories, score.unansweredStories)
    for (const [kind, one] of Object.entries(score.kinds)) {
      const all = (sum.kinds[kind] ??= { trueCount: 0, falseCount: 0 })
      all.trueCount += one.trueCount
      all.falseCount += one.falseCount
    }
    for (const [kind, one] of Object.entries(score.stories)) {
      const all = (sum.stories[kind] ??= { mustCount: 0, answered: 0, falseP1: 0 })
      all.mustCount += one.mustCount
      all.answered += one.answered
      all.falseP1 += one.falseP1
    }
  }
  return sum
}

export type CaseScore = {
  caseDays: number
  deviceDays: number
  alerts: number
  /** Alerts at P1 and P2: those the desk has to take up. */
  humanAlerts: number
  p1True: number
  p1False: number
  /**
   * P1 alerts of proximity with no true meeting: what would have frightened a victim for nothing.
   */
  falseVictimAlerts: number
  silencesDue: number
  silencesMissed: number
  falseSilences: number
  /**
   * Approaches of a minute and more, well within the band, of which a good fix of
   * everybody concerned was sent.
   */
  approachesDue: number
  /** Of those: told, as an approach or as what came of it. */
  approachesFound: number
  /**
   * Approaches, silences that are due, and what devices told of themselves: told once
   * each, the least a desk gets.
   */
  trueEvents: number
  /**
   * While a device of the case was held to be silent, its position unreliable
   * or the protection degraded.
   */
  unknownMs: number
  readonly kinds: Record<string, KindTally>
  readonly stories: Record<string, StoryTally>
  readonly unansweredStories: string[]
}

export type KindTally = { trueCount: number; falseCount: number }
type StoryTally = { mustCount: number; answered: number; falseP1: number }

export function emptyCaseScore(): CaseScore {
  return {
    caseDays: 0,
    deviceDays: 0,
    alerts: 0,
    humanAlerts: 0,
    p1True: 0,
    p1False: 0,
    falseVictimAlerts: 0,
    silencesDue: 0,
    silencesMissed: 0,
    falseSilences: 0,
    approachesDue: 0,
    approachesFound: 0,
    trueEvents: 0,
    unknownMs: 0,
    kinds: {},
    stories: {},
    unansweredStories: [],
  }
}

const summedFields = [
  'caseDays',
  'deviceDays',
  'alerts',
  'humanAlerts',
  'p1True',
  'p1False',
  'falseVictimAlerts',
  'silencesDue',
  'silencesMissed',
  'falseSilences',
  'approachesDue',
  'approachesFound',
  'trueEvents',
  'unknownMs',
] as const

/**
 * What is told of a story may come after it: a silence is told when it has
 * lasted, an upload may be late.
 */
const storyToleranceMs = 1_800_000
/** A silence must be found when it outlasts this many intervals of the plan, and this long. */
const dueIntervals = 4
const dueSilenceMs = 300_000

function scoreAlert(score: CaseScore, alert: Told, trial: Trial, truth: CaseTruth): void {
  const isTrue = isBornOut(alert, trial, truth)
  const tally = (score.kinds[alert.kind] ??= { trueCount: 0, falseCount: 0 })
  score.alerts++
  if (isTrue) tally.trueCount++
  else tally.falseCount++
  if (alert.priority !== 'P3') score.humanAlerts++
  if (alert.priority === 'P1' && isTrue) score.p1True++
  if (alert.priority === 'P1' && !isTrue) {
    score.p1False++
    if (alert.kind === 'proximity-breach') score.falseVictimAlerts++
  }
  if (alert.kind === 'device-silent' && !isTrue) score.falseSilences++
}

/** Whether what the alert says was so. */
function isBornOut(alert: Told, trial: Trial, truth: CaseTruth): boolean {
  const subject = trial.subjects.find(({ id }) => id === alert.subjectId)
  const toleranceMs = subject?.toleranceMs ?? storyToleranceMs
  const during = (stretches: readonly Stretch[]): boolean =>
    stretches.some((stretch) => overlaps(alert, stretch, toleranceMs))
  const facts = truth.deviceFacts.map(({ kind, recordedAtMs: startMs }) => {
    return { kind, startMs, endMs: startMs }
  })
  const told = (kinds: readonly string[]): boolean =>
    during(facts.filter(({ kind }) => kinds.includes(kind)))
  const silentToo = (): boolean => during(truth.silences)
  const inBreach = (): boolean => during(subject?.truths ?? [])
  // About the order itself, a whole vendor or ourselves: one case cannot show it to be false.
  const taken = (): boolean => true
  const checks: Readonly<Record<AlertKind, () => boolean>> = {
    'location-ban-breach': inBreach,
    'location-ban-passage': inBreach,
    'proximity-breach': inBreach,
    'location-ban-approach': () => during(approachesTo(truth, alert.subjectId)),
    'proximity-approach': () => during(approachesTo(truth, alert.subjectId)),
    'device-silent': () =>
      during(truth.silences.filter(({ deviceId }) => deviceId === (alert.deviceId ?? deviceId))),
    panic: () => told(['panic']),
    'device-tamper': () => told(['strap-tamper', 'case-tamper', 'link-lost']),
    'battery-low': () =>
      told(['battery-low']) ||
      during(truth.silences.filter(({ cause }) => cause === 'battery-empty')),
    'protection-degraded': () => silentToo() || told(['link-lost']) || during(truth.distortions),
    'position-unreliable': () => during(truth.distortions),
    'vendor-silent': taken,
    'order-without-device': taken,
    'order-ending': taken,
    'detection-behind': taken,
    'order-unreadable': taken,
    'key-unreadable': taken,
    'storage-low': taken,
    'protection-weakened': taken,
    'receipt-missing': taken,
    'case-unled': taken,
    'decision-waiting': taken,
    'move-unanswered': taken,
    'end-unanswered': taken,
    'plan-overtaken': taken,
    'sighting-reported': taken,
  }
  return checks[alert.kind]()
}

function approachesTo(truth: CaseTruth, banId: string | null): readonly Stretch[] {
  return truth.approaches.filter(
    ({ locationBanId, proximityBanId }) => (locationBanId ?? proximityBanId) === banId,
  )
}

function scoreSilence(
  score: CaseScore,
  silence: TrueSilence,
  told: readonly Told[],
  trial: Trial,
  truth: CaseTruth,
): void {
  if (silence.cause !== 'switched-off' && silence.cause !== 'battery-empty') return
  const device = truth.devices.find(({ deviceId }) => deviceId === silence.deviceId)
  const planMs = (device?.reportIntervalSeconds ?? 60) * 1000
  const fromMs = silence.lastHeardMs ?? silence.startMs
  const untilMs = silence.heardAgainMs ?? silence.endMs
  if (untilMs - fromMs < Math.max(dueIntervals * planMs, dueSilenceMs)) return
  score.silencesDue++
  score.trueEvents++
  const { vendorId } = trial.scenario.registry.devices.find(({ id }) => id === silence.deviceId)!
  const isFound = told.some(
    (alert) =>
      silenceKinds.has(alert.kind) &&
      (alert.deviceId === null || alert.deviceId === silence.deviceId) &&
      (alert.kind !== 'vendor-silent' || alert.vendorId === vendorId) &&
      alert.raisedAtMs >= fromMs &&
      overlaps(alert, silence, storyToleranceMs),
  )
  if (!isFound) score.silencesMissed++
}

/** A silence is found when the desk is told of the device or of the protection it took away. */
const silenceKinds: ReadonlySet<AlertKind> = new Set([
  'device-silent',
  'vendor-silent',
  'protection-degraded',
])

const unknownKinds: ReadonlySet<AlertKind> = new Set([
  'device-silent',
  'protection-degraded',
  'position-unreliable',
])

function isUnknownState({ kind }: Told): boolean {
  return unknownKinds.has(kind)
}

function isAbout(alert: Told, banId: string | null): boolean {
  return banId === null || alert.subjectId === null || alert.subjectId === banId
}

/** Alerts that speak for many cases at once are a load of the desk all the same. */
export function addIncidents(score: CaseScore, incidents: readonly Told[]): CaseScore {
  const sum = addCaseScores([score])
  for (const { kind, priority } of incidents) {
    sum.alerts++
    if (priority !== 'P3') sum.humanAlerts++
    if (priority === 'P1') sum.p1True++
    ;(sum.kinds[kind] ??= { trueCount: 0, falseCount: 0 }).trueCount++
  }
  return sum
}

/** How long at least one of the alerts was open. */
function unionMs(alerts: readonly Told[], world: Stretch): number {
  let coveredMs = 0
  let untilMs = world.startMs
  for (const alert of alerts.toSorted((one, other) => one.occurredAtMs - other.occurredAtMs)) {
    const endMs = Math.min(alert.clearedAtMs ?? world.endMs, world.endMs)
    const fromMs = Math.max(alert.occurredAtMs, untilMs)
    coveredMs += Math.max(0, endMs - fromMs)
    untilMs = Math.max(untilMs, endMs)
  }
  return coveredMs
}
