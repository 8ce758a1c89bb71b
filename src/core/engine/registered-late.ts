import type { Effect } from '../model/alert.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import type { Engine } from './engine-state.ts'
import type { DeviceAssignment } from '../model/registry.ts'
import { rejudgeLookbackMs } from '../dossier/rejudge.ts'

/**
 * Who wore a device counts from when it says, not from when we heard of it: where an assignment
 * came, went, or changed its ends in the past, everybody it gives fixes to or takes them from
 * is judged again from there.
 */
export function rejudgeWearing(
  engine: Engine,
  before: DeviceAssignment | null,
  after: DeviceAssignment,
  nowMs: number,
): Effect[] {
  const sinceMs = findFirstDifference(before, after)
  const fromMs = Math.max(sinceMs, nowMs - engine.limits.fixAgeMsMax)
  if (!(fromMs < nowMs)) return []
  const offenderIds = new Set<string>()
  for (const deviceId of new Set([before?.deviceId ?? after.deviceId, after.deviceId])) {
    if (!isHeardSince(engine, deviceId, fromMs)) continue
    for (const personId of listWearers(engine, deviceId, before, fromMs)) {
      for (const { dossier } of engine.dossiers.membersOf(personId)) {
        offenderIds.add(dossier.offenderId)
      }
    }
  }
  return [...offenderIds]
    .toSorted()
    .map((offenderId) => ({ type: 'rejudge-needed', offenderId, fromMs }))
}

/**
 * What an order says of these people from `sinceMs` on is judged again, if anybody was heard since.
 */
export function rejudgeOrder(
  engine: Engine,
  dossier: Dossier,
  personIds: readonly string[],
  sinceMs: number,
  nowMs: number,
): Effect[] {
  const fromMs = Math.max(sinceMs, nowMs - engine.limits.fixAgeMsMax)
  if (!(fromMs <= nowMs)) return []
  const devices = personIds.flatMap(
    (personId) => engine.index.assignmentsByPerson.get(personId) ?? [],
  )
  // Where somebody was shortly before takes part in what the first fix says.
  const isHeard = devices.some(({ deviceId }) =>
    isHeardSince(engine, deviceId, fromMs - rejudgeLookbackMs(engine.limits)),
  )
  return isHeard ? [{ type: 'rejudge-needed', offenderId: dossier.offenderId, fromMs }] : []
}

/** Infinity when the two say the same. */
function findFirstDifference(before: DeviceAssignment | null, after: DeviceAssignment): number {
  if (before === null) return after.validFromMs
  const isSameWearing = before.deviceId === after.deviceId && before.personId === after.personId
  if (!isSameWearing || before.validFromMs !== after.validFromMs) {
    return Math.min(before.validFromMs, after.validFromMs)
  }
  const [one, other] = [before.validUntilMs ?? Infinity, after.validUntilMs ?? Infinity]
  return one === other ? Infinity : Math.min(one, other)
}

/**
 * Everybody who may have worn it since: where two assignments overlap, one
 * takes fixes from the other.
 */
function listWearers(
  engine: Engine,
  deviceId: string,
  before: DeviceAssignment | null,
  fromMs: number,
): Set<string> {
  const personIds = new Set<string>()
  if (before?.deviceId === deviceId) personIds.add(before.personId)
  for (const assignment of engine.index.assignmentsByDevice.get(deviceId) ?? []) {
    if ((assignment.validUntilMs ?? Infinity) > fromMs) personIds.add(assignment.personId)
  }
  return personIds
}

/**
 * Whether a fix recorded since then may be stored: nearly every registration is
 * of a device not heard yet.
 */
function isHeardSince(engine: Engine, deviceId: string, fromMs: number): boolean {
  const heardMs = engine.watch.devices.get(deviceId)?.lastFixHeardMs ?? -Infinity
  return heardMs + engine.limits.clockAheadMsMax >= fromMs
}
