import type { Fix } from '../../src/core/model/fix.ts'
import type { DeviceEvent } from '../../src/core/model/fix.ts'
import { appendFix, createFixColumns } from '../../src/replay/fix-columns.ts'
import type { CaseStream, CaseTruth, Revelation } from '../simulate/cases/case-stream.ts'
import type { Stretch, Subject, Trial, Truth } from './trial.ts'
import { halfOf } from './trial.ts'
import { maxOf } from '../../src/core/model/lists.ts'

/** A simulated case with its truth as a trial; its silences and stories are scored beside it. */
export function simulationTrial(
  stream: CaseStream,
  world: Stretch,
): { trial: Trial; truth: CaseTruth } {
  const fixes = createFixColumns()
  const deviceEvents: DeviceEvent[] = []
  for (const record of stream.records()) {
    if (record.type === 'fix') appendFix(fixes, record.fix satisfies Fix)
    else deviceEvents.push(record.event)
  }
  const { registry } = stream
  const truth = stream.truth()
  const slowestSeconds = maxOf([
    60,
    ...registry.devices.map(({ reportIntervalSeconds }) => reportIntervalSeconds),
  ])
  const facts = {
    known: [world],
    watchedMs: world.endMs - world.startMs,
    toleranceMs: slowestSeconds * 1000,
    reportIntervalMs: slowestSeconds * 1000,
  }
  const subjects: Subject[] = registry.protectionOrders.flatMap((order) => [
    ...order.locationBans.map(({ id }) => ({
      ...facts,
      id,
      group: 'simulated-stay' as const,
      truths: stayTruths(truth, id),
    })),
    ...order.proximityBans.map(({ id }) => ({
      ...facts,
      id,
      group: 'simulated-meeting' as const,
      truths: meetingTruths(truth, id),
    })),
  ])
  const source = `simulation/${stream.key}`
  const offender = stream.tracks[0]
  const trial: Trial = {
    name: source,
    source,
    half: halfOf(source),
    scenario: { registry, fixes, deviceEvents },
    untilMs: world.endMs,
    subjects,
    truthTrack: offender === undefined ? null : { ...offender, gapMsMax: Infinity },
  }
  return { trial, truth }
}

const dueMs = 60_000
const dueMeters = 150

function stayTruths(truth: CaseTruth, banId: string): Truth[] {
  return truth.stays
    .filter(({ locationBanId, isForbidden }) => locationBanId === banId && isForbidden)
    .map((stay) => toTruth(stay, stay.deepestMeters, 'a good fix'))
}

function meetingTruths(truth: CaseTruth, banId: string): Truth[] {
  return truth.meetings
    .filter(({ proximityBanId }) => proximityBanId === banId)
    .map((meeting) =>
      toTruth(meeting, meeting.separationMeters - meeting.nearestMeters, 'fixes of both'),
    )
}

/**
 * Due: long and deep enough, and fixes of it were sent that show it. A meeting
 * is shown by what both sent.
 */
function toTruth(
  event: Stretch & Revelation,
  deepestMeters: number,
  isShownBy: 'a good fix' | 'fixes of both',
): Truth {
  const { startMs, endMs, goodFixCount, firstRevealingFix } = event
  const isGrave = endMs - startMs >= dueMs && deepestMeters >= dueMeters
  const isShown = isShownBy === 'a good fix' ? goodFixCount > 0 : firstRevealingFix !== null
  return {
    startMs,
    endMs,
    isDue: isGrave && isShown,
    isUnseen: isGrave && !isShown,
    revealedAtMs: firstRevealingFix?.receivedAtMs ?? null,
  }
}
