import { situationOf } from '../engine/engine.ts'
import type { Engine } from '../engine/engine-state.ts'
import { findLastSeen } from '../engine/last-seen.ts'
import type { LastSeen } from '../quiet/read-seen.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import { findOpenSpan } from '../watch/clock-behind.ts'
import { findUnwornSince } from '../watch/order-without-device.ts'
import { findRestUntilMs, isStandingStill } from '../watch/held-place.ts'
import {
  findFreshnessInPursuitMs,
  findFreshnessMs,
  findFreshnessNowMs,
} from '../watch/judge-side.ts'
import { listOpened } from '../watch/latches.ts'
import { findUnseenCallMs } from '../watch/unseen-offender.ts'
import type { Watch, WatchedDevice, WatchedPerson } from '../watch/watch-state.ts'
import { allowedSilenceMs, findHeardMs } from '../watch/watch-state.ts'

/**
 * Whether it is known where a person of an order is, and everything that stands against it. After a
 * silence, of the device or of its whole vendor, the last sighting no longer counts; the person is
 * unknown until a new fix is believed.
 */
export function judgePersonSeen(
  engine: Engine,
  order: ProtectionOrder,
  personId: string,
  subject: 'offender' | 'victim',
  nowMs: number,
): PersonView {
  const { watch } = engine
  const sighting = findSighting(engine, personId)
  const devices = listDevices(watch, personId)
  if (devices.length === 0) {
    const sinceMs = findUnwornSince(watch, order, personId, nowMs)
    const reason = { code: 'no-device', sinceMs, subject, personId, deviceId: null } as const
    return { isSeen: false, sighting, reasons: [reason] }
  }
  const reasons: ProtectionReason[] = []
  const add = (
    code: ProtectionReasonCode,
    sinceMs: number | null,
    deviceId: string | null,
  ): void => {
    reasons.push({ code, sinceMs, subject, personId, deviceId })
  }
  const audible: WatchedDevice[] = []
  for (const device of devices) {
    const silence = judgeHearing(watch, device, nowMs)
    if (silence === null) audible.push(device)
    else add(silence.code, silence.sinceMs, device.id)
    addConditions(device, add)
    addTamper(watch, device, add)
  }
  if (audible.length === 0) return { isSeen: false, sighting, reasons }
  const asked = { engine, order, personId, subject, nowMs }
  const unseen = judgeSighting(asked, devices, audible, sighting)
  if (unseen !== null) add(unseen.code, unseen.sinceMs, null)
  // Seen by one device, and told that another gives no position: where the person is may be there.
  else if (isToldOf(watch.persons.get(personId))) add('position-unreliable', null, null)
  return { isSeen: unseen === null || unseen.code === 'position-held', sighting, reasons }
}

function isToldOf(person: WatchedPerson | undefined): boolean {
  return person !== undefined && (person.unreliable !== null || person.unplaced.length > 0)
}

/** Every code with its sentence for people who read the interface. */
export const protectionReasonCodes = {
  'order-not-in-force': 'The order is suspended, over or not yet begun.',
  'order-unreadable':
    'Something of the order cannot be read where it is stored: nobody vouches that all of it is watched.',
  'episode-open':
    'An approach or a breach of the order goes on, whatever was answered to its alert.',
  'last-seen-inside':
    'The offender was last seen within a ban of the order, or the two people within the separation, and no position since says otherwise.',
  'no-device': 'The person has no device under this order.',
  'device-never-heard': 'The device has not reported since it was assigned.',
  'device-silent': 'The device has missed more reports than its plan allows.',
  'vendor-silent': 'The device is silent together with others of its vendor.',
  'awaiting-fix': 'The device was silent and is heard again, but no new position is believed yet.',
  'position-unreliable':
    'The device sends positions, and for too long none was believed, or all lie about a banned area or another person and are too coarse to judge; or its networks put it in a banned area and its receiver elsewhere, in turn; or one of several devices is heard without a position.',
  'position-stale': 'The device is heard, but sent no position for too long.',
  'position-held':
    'The device is heard and sends no position that is believed; the wearer was at rest, or stood, when last seen, and is judged by that place.',
  tampered:
    'The strap or the case of the device was reported opened, and the device has not been fitted anew since.',
  'link-lost': 'The parts of the device have lost each other.',
  'clock-behind': 'The clock of the device is behind; its times are corrected by as much.',
  'battery-critical': 'The battery of the device is nearly empty.',
  'not-judged-yet': 'Detection has not come to this order yet.',
  'detection-behind': 'Detection itself is behind or stands still.',
} as const
export type ProtectionReasonCode = keyof typeof protectionReasonCodes

/** One thing that is wrong, since when, with whom. Never a position. */
export type ProtectionReason = {
  readonly code: ProtectionReasonCode
  /** Null when it is not known. */
  readonly sinceMs: number | null
  readonly subject: 'offender' | 'victim' | 'order' | 'detection'
  readonly personId: string | null
  readonly deviceId: string | null
}

export type PersonView = {
  readonly isSeen: boolean
  /** The last believed fix, however old. */
  readonly sighting: LastSeen | null
  readonly reasons: readonly ProtectionReason[]
}

/** Of whom, under which order, and when. */
type Asked = {
  readonly engine: Engine
  readonly order: ProtectionOrder
  readonly personId: string
  readonly subject: 'offender' | 'victim'
  readonly nowMs: number
}

type Finding = { readonly code: ProtectionReasonCode; readonly sinceMs: number }

function listDevices(watch: Watch, personId: string): WatchedDevice[] {
  const deviceIds = watch.persons.get(personId)?.deviceIds ?? []
  return deviceIds.map((id) => watch.devices.get(id)).filter((device) => device !== undefined)
}

function findSighting(engine: Engine, personId: string): LastSeen | null {
  let latest: LastSeen | null = null
  for (const { dossier, personSlot } of engine.dossiers.membersOf(personId)) {
    const sighting = findLastSeen(dossier, personSlot)
    if (sighting === null) continue
    if (latest === null || sighting.recordedAtMs > latest.recordedAtMs) latest = sighting
  }
  return latest
}

function judgeHearing(watch: Watch, device: WatchedDevice, nowMs: number): Finding | null {
  const heardMs = findHeardMs(device)
  if (heardMs === null) {
    const sinceMs = Math.max(device.sinceMs, device.knownSinceMs)
    return { code: 'device-never-heard', sinceMs }
  }
  const vendor = device.vendorId === null ? undefined : watch.vendors.get(device.vendorId)
  if (device.isOverdue && vendor !== undefined && vendor.incident !== null) {
    return { code: 'vendor-silent', sinceMs: heardMs }
  }
  const isSilent = device.silence !== null || nowMs - heardMs > allowedSilenceMs(watch, device)
  return isSilent ? { code: 'device-silent', sinceMs: heardMs } : null
}

function addConditions(
  device: WatchedDevice,
  add: (code: ProtectionReasonCode, sinceMs: number, deviceId: string) => void,
): void {
  const { battery, link } = device
  const clock = findOpenSpan(device)
  if (clock !== null) add('clock-behind', clock.fromMs, device.id)
  if (link !== null) {
    const latches = device.latches.get('link-lost') ?? []
    const lost = latches.find(({ alertId }) => alertId === link.alertId)
    add('link-lost', lost?.fromMs ?? device.sinceMs, device.id)
  }
  // A low battery is no harm yet; the alert of a nearly empty one is P2.
  if (battery?.priority === 'P2') {
    add('battery-critical', device.batteryRecordedMs ?? device.sinceMs, device.id)
  }
}

/**
 * Whoever cut the strap leaves a device that reports on as ever from where it lies. An assignment
 * that begins later says that it was fitted anew, and so does its vendor's report that it was seen
 * to, unless nobody can have been there by then; no flag that clears does, and no fix.
 */
function addTamper(
  watch: Watch,
  device: WatchedDevice,
  add: (code: ProtectionReasonCode, sinceMs: number, deviceId: string) => void,
): void {
  // Nearly nobody's was ever opened.
  if (device.latches.size === 0) return
  const fittedMs = (watch.index.assignmentsByDevice.get(device.id) ?? [])
    .filter(({ personId }) => personId === device.personId)
    .reduce((ms, { validFromMs }) => Math.max(ms, validFromMs), -Infinity)
  const opened = listOpened(device, watch.limits).filter(({ lastMs }) => lastMs >= fittedMs)
  const sinceMs = opened.reduce((ms, { fromMs }) => Math.min(ms, fromMs), Infinity)
  if (sinceMs < Infinity) add('tampered', sinceMs, device.id)
}

/**
 * Null: the sighting is fresh enough to be judged by, and of after the last silence; or it found
 * the victim at rest, where a device has nothing to add. The same of the offender is said, for a
 * shielded monitor looks like that.
 */
function judgeSighting(
  { engine, order, personId, subject, nowMs }: Asked,
  devices: readonly WatchedDevice[],
  audible: readonly WatchedDevice[],
  sighting: LastSeen | null,
): Finding | null {
  const { watch, limits } = engine
  const believedMs = sighting?.recordedAtMs ?? -Infinity
  for (const { intervalMs, resumedAtMs } of audible) {
    // A fix of the last interval before the return is of the present; older ones
    // in the same upload are not.
    if (resumedAtMs !== null && believedMs < resumedAtMs - intervalMs) {
      return { code: 'awaiting-fix', sinceMs: resumedAtMs }
    }
  }
  // Hot path: by numbers that say no more than when, nothing is unclear. Of who goes on, the
  // shorter of both bounds.
  const seenMs = watch.findSeenMs(personId)
  const seenFreshMs =
    order.proximityBans.length > 0
      ? limits.sightingGapMsMax
      : Math.min(findFreshnessInPursuitMs(watch, devices), findFreshnessMs(watch, devices))
  if (nowMs - seenMs <= seenFreshMs) return null
  const situation = situationOf(engine, personId)
  const { unclear } = situation
  const unclearMs = unclear === null ? Infinity : nowMs - unclear.lastMs
  if (unclear?.isLasting === true && unclearMs <= findFreshnessMs(watch, devices)) {
    return { code: 'position-unreliable', sinceMs: unclear.sinceMs }
  }
  // Two people are judged by sightings of one moment, whatever the plan of the devices.
  const freshMs = findFreshnessNowMs(watch, devices, situation)
  const judgedMs = order.proximityBans.length > 0 ? limits.sightingGapMsMax : freshMs
  if (nowMs - believedMs <= judgedMs) return null
  const restUntilMs = findRestUntilMs(situation, subject, limits)
  const person = watch.persons.get(personId)
  const callMs =
    subject === 'victim' || person === undefined
      ? null
      : findUnseenCallMs(person, situation, limits)
  if (restUntilMs !== null && nowMs <= Math.min(restUntilMs, callMs ?? Infinity)) {
    return subject === 'victim' ? null : { code: 'position-held', sinceMs: believedMs }
  }
  if (subject === 'victim' && isStandingStill(situation, limits, nowMs)) {
    return { code: 'position-held', sinceMs: believedMs }
  }
  const startMs = audible.reduce((ms, device) => Math.min(ms, device.sinceMs), Infinity)
  const isSending = audible.some(
    ({ lastFixHeardMs }) => lastFixHeardMs !== null && nowMs - lastFixHeardMs <= judgedMs,
  )
  return {
    code: isSending ? 'position-unreliable' : 'position-stale',
    sinceMs: sighting === null ? startMs : believedMs,
  }
}
