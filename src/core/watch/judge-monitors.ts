import type { Effect } from '../model/alert.ts'
import { wake } from '../model/deadlines.ts'
import { pushAll } from '../model/lists.ts'
import { endAlert, raisePriority, startAfter } from './draft-alert.ts'
import { draftUnreliable } from './draft-unreliable.ts'
import type { UnplacedAlert } from './open-alerts.ts'
import type { Situation } from './situation.ts'
import { tellGraver } from './unknown-position.ts'
import type { UnplacedMonitor } from './monitors-apart.ts'
import { isHardlyBack, isHeardMonitor, listUnplacedMonitors } from './unplaced-monitor.ts'
import { noteTrouble } from './wake-person.ts'
import type { Watch, WatchedPerson } from './watch-state.ts'
import { laterOf } from './watch-state.ts'

/**
 * What is told of single monitors of a wearer of several, one alert for each, beside what is told
 * of the wearer: one that is broken for a year must not keep quiet that the other is lost. Listed,
 * and called for as a silence is; at once where it is grave. While nobody sees the wearer at all,
 * that is told, and these stay as they are.
 */
export function judgeMonitors(
  watch: Watch,
  person: WatchedPerson,
  situation: Situation,
  isSeen: boolean,
  nowMs: number,
): Effect[] {
  // Hot path: nearly everybody has one device.
  if (person.deviceIds.length < 2 && person.unplaced.length === 0) return []
  const found = listUnplacedMonitors(watch, person, situation, nowMs)
  const effects: Effect[] = []
  const stays = (alert: UnplacedAlert): boolean =>
    !found.some((monitor) => isLostAnew(alert, monitor)) &&
    (found.some((monitor) => isAbout(alert, monitor)) ||
      (isSeen
        ? isHardlyBack(watch, person, alert, situation, nowMs)
        : isHeardMonitor(watch, person, alert.deviceId, nowMs)))
  const ended = person.unplaced.filter((alert) => !stays(alert))
  if (ended.length > 0) {
    person.unplaced = person.unplaced.filter((alert) => !ended.includes(alert))
    person.unplacedEndedMs = nowMs
    for (const { alertId } of ended) effects.push(endAlert(alertId, nowMs, nowMs))
  }
  for (const monitor of found) {
    const alert = person.unplaced.find((one) => isAbout(one, monitor))
    if (alert !== undefined) pushAll(effects, raise(watch, person, alert, monitor, nowMs))
    else if (isSeen || monitor.isGrave) {
      effects.push(tellMonitor(watch, person, monitor, { situation, isSeen }, nowMs))
    }
  }
  if (person.unplaced.length > 0) noteTrouble(watch, person.id)
  return effects
}

function isAbout(alert: UnplacedAlert, { deviceId, way, apartFromId }: UnplacedMonitor): boolean {
  const isSame = alert.deviceId === deviceId && alert.isApart === (way === 'apart')
  return isSame && alert.apartFromId === apartFromId
}

/**
 * Called for while it lay somewhere, it gave positions again for less than counts as back, and
 * those led towards an area or the other person: that is another loss, and the call that was
 * answered keeps it from nobody. One position shows no way.
 */
function isLostAnew(alert: UnplacedAlert, monitor: UnplacedMonitor): boolean {
  const { priority, backSinceMs, lastPlaceAtMs } = alert
  const isBack = backSinceMs !== null && (lastPlaceAtMs ?? backSinceMs) > backSinceMs
  return priority === 'P2' && isBack && monitor.isLedIn && isAbout(alert, monitor)
}

function tellMonitor(
  watch: Watch,
  person: WatchedPerson,
  { deviceId, sinceMs, lastPlaceAtMs, way, isGrave, apartFromId }: UnplacedMonitor,
  { situation, isSeen }: { readonly situation: Situation; readonly isSeen: boolean },
  nowMs: number,
): Effect {
  const priority = isGrave ? 'P2' : 'P3'
  const isApart = way === 'apart'
  const alert = draftUnreliable(watch, person, {
    priority,
    idParts: [
      person.id,
      deviceId,
      ...(apartFromId === null ? ['unplaced'] : ['apart', apartFromId]),
    ],
    startMs: startAfter(sinceMs, person.unplacedEndedMs),
    occurredAtMs: sinceMs,
    deviceId,
    lastBelievedAtMs: lastPlaceAtMs,
    isHeardOnly: !isApart,
    isOtherSeen: isSeen,
    inOpenApproach: situation.isInOpenApproach,
    fault: nameWay(way),
    nowMs,
  })
  const kept = { deviceId, lastPlaceAtMs, backSinceMs: null, isApart, apartFromId }
  const open: UnplacedAlert = { alertId: alert.id, priority, lastingSinceMs: nowMs, ...kept }
  person.unplaced = [...person.unplaced, open]
  wakeWhenDue(watch, person, open, nowMs)
  return { type: 'alert-raised', alert }
}

function nameWay(way: UnplacedMonitor['way']): string | null {
  if (way === 'left') return null
  return way === 'apart' ? 'monitors-apart' : 'unseen-beside'
}

/** What was listed has lasted, or has become grave. */
function raise(
  watch: Watch,
  person: WatchedPerson,
  alert: UnplacedAlert,
  { isGrave }: UnplacedMonitor,
  nowMs: number,
): Effect[] {
  if (alert.priority !== 'P3') return []
  if (!isGrave && nowMs <= findDueMs(watch, alert, nowMs)) {
    wakeWhenDue(watch, person, alert, nowMs)
    return []
  }
  alert.priority = 'P2'
  const reason = isGrave
    ? tellGraver('P2')
    : 'One of several devices still says nothing of where its wearer is, or something else than another: it was listed first, and has not passed by itself.'
  return [raisePriority(alert.alertId, 'P2', reason, nowMs)]
}

function wakeWhenDue(
  watch: Watch,
  person: WatchedPerson,
  alert: UnplacedAlert,
  nowMs: number,
): void {
  if (alert.priority === 'P3') wake(watch.deadlines, person, findDueMs(watch, alert, nowMs) + 1)
}

/** An outage of ours lasts for nobody. */
function findDueMs(
  { limits, receivingSinceMs }: Watch,
  { lastingSinceMs }: UnplacedAlert,
  nowMs: number,
): number {
  return laterOf(lastingSinceMs ?? nowMs, receivingSinceMs) + limits.watchListedMs
}
