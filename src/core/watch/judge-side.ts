import type { Limits } from '../model/limits.ts'
import type { SideState } from '../model/side-state.ts'
import type { Reach } from './held-place.ts'
import {
  findLikelyMeters,
  findReliable,
  findRestUntilMs,
  isClosingIn,
  isListedOnlyBy,
} from './held-place.ts'
import type { Situation } from './situation.ts'
import { isSilenceShown } from './silence.ts'
import { findUnseenCallMs, isLostWhereBefore, mayHaveDriven } from './unseen-offender.ts'
import type { Watch, WatchedDevice, WatchedPerson } from './watch-state.ts'
import {
  allowedSilenceInPursuitMs,
  allowedSilenceMs,
  ensurePerson,
  findHeardMs,
  laterOf,
  overdueMs,
} from './watch-state.ts'

/** What can be said of where one person is now. */
export function judgeSide(
  watch: Watch,
  personId: string,
  role: 'offender' | 'victim',
  nowMs: number,
): Side {
  const situation = watch.findSituation(personId)
  const { lastBelievedAtMs } = situation
  const findWhereabouts = (): Reach | null => findReliable(situation, role, watch.limits, nowMs)
  const pollAtMs = nowMs + watch.limits.troublePollMs
  const person = ensurePerson(watch, personId)
  const unknown = describeUnknown(watch, person, situation, role, nowMs)
  const devices = listDevices(watch, person)
  if (devices.length === 0) return { ...unknown, state: 'no-device', sinceMs: nowMs }
  const freshMs = findFreshnessNowMs(watch, devices, situation)
  const knownUntilMs = findKnownUntilMs(person, role, situation, watch.limits)
  const seenAtMs = nowMs > knownUntilMs ? situation.provenAtMs : lastBelievedAtMs
  if (lastBelievedAtMs !== null && seenAtMs !== null && nowMs - seenAtMs <= freshMs) {
    // An approach that opens meanwhile, by a move of the other person, makes it shorter.
    const pursuitEndMs = lastBelievedAtMs + findFreshnessInPursuitMs(watch, devices) + 1
    const endMs = lastBelievedAtMs + freshMs + 1
    const lookMs = nowMs < pursuitEndMs ? pursuitEndMs : Math.min(endMs, pollAtMs)
    const nextMs = nowMs > knownUntilMs ? lookMs : Math.min(lookMs, knownUntilMs + 1)
    const fresh = { ...unknown, state: 'fresh', sinceMs: lastBelievedAtMs, nextMs } as const
    return isOfNow(watch, situation, nowMs) ? { ...fresh, findWhereabouts } : fresh
  }
  const { isHeard, isAudible, startMs, graceUntilMs } = listen(watch, devices, nowMs)
  if (!isHeard) {
    return nowMs <= graceUntilMs
      ? { ...unknown, state: 'starting', sinceMs: graceUntilMs, nextMs: graceUntilMs + 1 }
      : { ...unknown, state: 'never-heard', sinceMs: graceUntilMs }
  }
  if (!isAudible) return { ...unknown, state: 'silent', sinceMs: nowMs }
  const callMs = findCallMs(person, role, situation, watch.limits)
  const restUntilMs = findRestUntilMs(situation, role, watch.limits)
  const heldUntilMs = Math.min(restUntilMs ?? -Infinity, callMs)
  if (nowMs <= heldUntilMs) {
    const nextMs = Math.min(heldUntilMs + 1, pollAtMs)
    const sinceMs = lastBelievedAtMs ?? nowMs
    return { ...unknown, state: 'held', sinceMs, findWhereabouts, nextMs }
  }
  const sinceMs = (seenAtMs ?? startMs) + freshMs
  const staleMs = Math.max(graceUntilMs, sinceMs)
  const isListedOnly = nowMs <= callMs && isIndoors(watch, person, role, situation, nowMs)
  const isCallDue = nowMs > callMs && mayHaveDriven(situation, watch.limits, nowMs)
  const side = { ...unknown, sinceMs, findWhereabouts, isListedOnly, isCallDue }
  if (nowMs <= staleMs) return { ...side, state: 'starting', nextMs: staleMs + 1 }
  return { ...side, state: isSending(devices, nowMs - freshMs) ? 'stale' : 'without-position' }
}

/** Nearly always: last seen at rest or on foot, or where the position was lost before. */
function isIndoors(
  { limits }: Watch,
  person: WatchedPerson,
  role: 'offender' | 'victim',
  situation: Situation,
  nowMs: number,
): boolean {
  if (isListedOnlyBy(situation, role, limits, nowMs)) return true
  return role === 'offender' && isLostWhereBefore(person, situation, limits)
}

function isSending(devices: readonly WatchedDevice[], sinceMs: number): boolean {
  return devices.some(({ lastFixHeardMs }) => lastFixHeardMs !== null && lastFixHeardMs >= sinceMs)
}

function listDevices(watch: Watch, { deviceIds }: WatchedPerson): WatchedDevice[] {
  return deviceIds.map((id) => watch.devices.get(id)).filter((device) => device !== undefined)
}

/**
 * What is believed and proves nothing makes nobody known for longer than nothing would. Hot path:
 * nearly always it does, and only of the others it is measured how far every ban is.
 */
function findKnownUntilMs(
  person: WatchedPerson,
  role: 'offender' | 'victim',
  situation: Situation,
  limits: Limits,
): number {
  if (situation.provenAtMs === situation.lastBelievedAtMs) return Infinity
  return findCallMs(person, role, situation, limits)
}

/** Between two reports of a slow plan whoever moves goes further than the whereabouts reach. */
function isOfNow(
  { limits }: Watch,
  { lastBelievedAtMs, heldUntilMs }: Situation,
  nowMs: number,
): boolean {
  const isCurrent = nowMs - (lastBelievedAtMs ?? -Infinity) <= limits.sightingGapMsMax
  return isCurrent || heldUntilMs !== null
}

/** From when on an offender is called for however quietly they were last seen; else Infinity. */
function findCallMs(
  person: WatchedPerson,
  role: 'offender' | 'victim',
  situation: Situation,
  limits: Limits,
): number {
  if (role === 'victim') return Infinity
  return findUnseenCallMs(person, situation, limits) ?? Infinity
}

/** What is said of a person of whom nothing else is known. */
function describeUnknown(
  { limits }: Watch,
  person: WatchedPerson,
  situation: Situation,
  role: 'offender' | 'victim',
  nowMs: number,
) {
  return {
    lastBelievedAtMs: situation.lastBelievedAtMs,
    findWhereabouts: () => null,
    likelyMeters: findLikelyMeters(situation, limits),
    isListedOnly: false,
    isCallDue: false,
    isStaying: role === 'victim' && situation.whereabouts?.isStanding === true,
    isClosingIn: () =>
      isClosingIn(person, situation, findReliable(situation, role, limits, nowMs), limits, nowMs),
    nextMs: nowMs + limits.troublePollMs,
  }
}

/** The device is heard, and its positions are not believed, or do not come. */
export function isUnplaced({ state }: Side): boolean {
  return state === 'stale' || state === 'without-position'
}

export type Side = {
  readonly state: SideState
  readonly sinceMs: number
  readonly lastBelievedAtMs: number | null
  /**
   * About where, as long as that may be relied on and the device is heard. Worked out when it is
   * asked, for it measures how far every ban is.
   */
  readonly findWhereabouts: () => Reach | null
  /** Nearly always within so much of them: who vanishes seldom goes on for more than minutes. */
  readonly likelyMeters: number
  /** Unknown in a way that is listed, and that nobody is called for by its lasting alone. */
  readonly isListedOnly: boolean
  /** Not seen for so long that it calls somebody, however quietly they were last seen. */
  readonly isCallDue: boolean
  /**
   * Last seen standing, by a device that is carried to be protected and has no reason to say
   * nothing but that it lies still. What may open is judged by that place.
   */
  readonly isStaying: boolean
  /**
   * Last seen on the way towards a ban or the other person, near enough to be there by now.
   * Likewise.
   */
  readonly isClosingIn: () => boolean
  readonly nextMs: number
}

/** Where this person is can be said well enough to judge by. */
export function isKnown({ state }: Pick<Side, 'state'>): boolean {
  return state === 'fresh' || state === 'held'
}

/** The same for one of two people, whose distance takes sightings of one moment. */
export function judgeSideOfPair(
  watch: Watch,
  personId: string,
  role: 'offender' | 'victim',
  nowMs: number,
): Side {
  const side = judgeSide(watch, personId, role, nowMs)
  const isTooSeldom = ensurePerson(watch, personId).deviceIds.every((deviceId) => {
    const intervalMs = watch.devices.get(deviceId)?.intervalMs ?? Infinity
    return intervalMs > watch.limits.sightingGapMsMax
  })
  return side.state === 'fresh' && isTooSeldom
    ? { ...side, state: 'too-seldom', findWhereabouts: () => null }
    : side
}

/** How old the sighting of a wearer of these devices may be and still say where he is. */
export function findFreshnessMs(watch: Watch, devices: readonly WatchedDevice[]): number {
  const intervalMs = devices.reduce((ms, device) => Math.max(ms, device.intervalMs), 0)
  // One interval more than silence takes, so that silence speaks first where both would.
  return Math.max(watch.limits.sightingAgeMsMax, (watch.limits.silentIntervalsMax + 1) * intervalMs)
}

/**
 * The same now: within an open approach or breach a device that gives no position is told about
 * when its silence would be, whatever its plan. To be heard must not buy time.
 */
export function findFreshnessNowMs(
  watch: Watch,
  devices: readonly WatchedDevice[],
  { isInOpenApproach }: Situation,
): number {
  return isInOpenApproach
    ? findFreshnessInPursuitMs(watch, devices)
    : findFreshnessMs(watch, devices)
}

/** Of whoever has an open approach or breach. */
export function findFreshnessInPursuitMs(watch: Watch, devices: readonly WatchedDevice[]): number {
  const { sightingAgeMsMax, clockSlackMs } = watch.limits
  const silenceMs = devices.reduce(
    (ms, device) => Math.max(ms, allowedSilenceInPursuitMs(watch, device)),
    0,
  )
  // A minute after silence would be told, which speaks first where both would.
  return Math.max(sightingAgeMsMax, silenceMs + clockSlackMs)
}

type Hearing = {
  /** Any of the devices, at any time under this wearer. */
  readonly isHeard: boolean
  /** One of them is not known to be silent. */
  readonly isAudible: boolean
  readonly startMs: number
  readonly graceUntilMs: number
}

function listen(watch: Watch, devices: readonly WatchedDevice[], nowMs: number): Hearing {
  let startMs = Infinity
  let graceUntilMs = -Infinity
  let isHeard = false
  let isAudible = false
  for (const device of devices) {
    const heardMs = findHeardMs(device)
    const knownMs = Math.max(device.sinceMs, device.knownSinceMs)
    startMs = Math.min(startMs, knownMs)
    if (heardMs === null) {
      const startedMs = laterOf(knownMs, watch.receivingSinceMs)
      graceUntilMs = Math.max(graceUntilMs, startedMs + allowedSilenceMs(watch, device))
      continue
    }
    isHeard = true
    if (isSilenceShown(watch, device, nowMs)) continue
    isAudible = true
    // After an outage of ours it gets the time in which its silence would be shown, and one report
    // more.
    if (watch.receivingSinceMs !== null) {
      const answerMs = allowedSilenceMs(watch, device) + device.intervalMs
      graceUntilMs = Math.max(graceUntilMs, watch.receivingSinceMs + answerMs)
    }
    // A device that comes back sends its oldest fixes first; it gets a moment to reach the present.
    if (device.resumedAtMs !== null) {
      graceUntilMs = Math.max(graceUntilMs, device.resumedAtMs + overdueMs(watch, device))
    }
  }
  return { isHeard, isAudible, startMs, graceUntilMs }
}
