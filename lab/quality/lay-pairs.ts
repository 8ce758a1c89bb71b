import { destination, distanceMeters } from '../../geo/distance.ts'
import type { RecordedFix } from '../../src/replay/importers/recording.ts'
import type { Victim } from './make-scenario.ts'
import { makeScenario, planOf } from './make-scenario.ts'
import type { Run, RunDevice } from './read-runs.ts'
import type { Stretch, Subject, Trial, Truth } from './trial.ts'
import { halfOf } from './trial.ts'

/**
 * Devices carried together are an offender and victims who are together; the same fixes set two
 * kilometres off are victims who never were.
 */
export function layPairTrials(run: Run): Trial[] {
  return run.devices
    .slice(0, -1)
    .map((offender, index) => layPair(run, offender, run.devices.slice(index + 1)))
}

const separationMeters = 500
const apartMeters = 2_000
/** A fix of each, of this accuracy or better and within this time, shows that they are together. */
const revealingAccuracyMeters = 100
const revealingGapMs = 60_000
const toleranceMs = 60_000

function layPair(run: Run, offender: RunDevice, others: readonly RunDevice[]): Trial {
  const subjects: Subject[] = []
  const victims: Victim[] = []
  for (const [index, other] of others.entries()) {
    const both = {
      startMs: Math.max(offender.carried.startMs, other.carried.startMs),
      endMs: Math.min(offender.carried.endMs, other.carried.endMs),
    }
    const watchedMs = Math.max(0, both.endMs - both.startMs)
    if (watchedMs === 0) continue
    const reportIntervalSeconds = planOf(other.fixes)
    const truths = [findMeeting(offender, other, both)]
    const together = `together-${other.name}`
    const apart = `apart-${other.name}`
    const slowestSeconds = Math.max(reportIntervalSeconds, planOf(offender.fixes))
    const facts = {
      known: [both],
      watchedMs,
      toleranceMs,
      reportIntervalMs: slowestSeconds * 1000,
    }
    subjects.push({ ...facts, id: together, group: 'together', truths })
    subjects.push({ ...facts, id: apart, group: 'apart-2000', truths: [] })
    const wearer = { separationMeters, reportIntervalSeconds }
    victims.push({ ...wearer, personId: `victim-${index}`, banId: together, fixes: other.fixes })
    const moved = other.fixes.map((fix) => moveOff(fix, (index * 360) / others.length))
    victims.push({ ...wearer, personId: `victim-${index}-apart`, banId: apart, fixes: moved })
  }
  const { fixes } = offender
  return {
    name: `${run.source} ${offender.name} and ${others.length} others`,
    source: run.source,
    half: halfOf(run.source),
    scenario: makeScenario({ fixes, reportIntervalSeconds: planOf(fixes) }, [], victims),
    untilMs: null,
    subjects,
    truthTrack: null,
  }
}

/** Due when a fix of each, of one minute, shows it. */
function findMeeting(offender: RunDevice, other: RunDevice, both: Stretch): Truth {
  const mine = goodFixes(offender, both)
  const theirs = goodFixes(other, both)
  let revealedAtMs: number | null = null
  let from = 0
  for (const fix of mine) {
    while (from < theirs.length && theirs[from]!.recordedAtMs < fix.recordedAtMs - revealingGapMs)
      from++
    for (let index = from; index < theirs.length; index++) {
      const match = theirs[index]!
      if (match.recordedAtMs > fix.recordedAtMs + revealingGapMs) break
      if (
        distanceMeters(fix.longitude, fix.latitude, match.longitude, match.latitude) >
        separationMeters
      )
        continue
      const atMs = Math.max(fix.receivedAtMs, match.receivedAtMs)
      revealedAtMs = Math.min(revealedAtMs ?? Infinity, atMs)
    }
  }
  return { ...both, isDue: revealedAtMs !== null, isUnseen: revealedAtMs === null, revealedAtMs }
}

function goodFixes({ fixes }: RunDevice, { startMs, endMs }: Stretch): RecordedFix[] {
  return fixes
    .filter(
      (fix) =>
        fix.recordedAtMs >= startMs &&
        fix.recordedAtMs <= endMs &&
        (fix.accuracyMeters ?? 0) <= revealingAccuracyMeters,
    )
    .toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
}

function moveOff(fix: RecordedFix, bearing: number): RecordedFix {
  return { ...fix, ...destination(fix.longitude, fix.latitude, bearing, apartMeters) }
}
