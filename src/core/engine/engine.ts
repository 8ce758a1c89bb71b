import type { Effect } from '../model/alert.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { packedFix, toCaseFix } from '../fixes/case-fix.ts'
import { applyHeardFix, learnRoute } from './apply-heard-fix.ts'
import {
  advanceDossiers,
  applyDevice,
  applyJamming,
  applyMemberFix,
  applyOrderChange,
  findDossierDevice,
  findFirstDeadlineMs,
  forgetWearer,
  mergeEffects,
  applyWearing,
  noteChanged,
  redateMembers,
} from './engine-dossiers.ts'
import { findSeenMs, findSituation } from './find-situation.ts'
import { findVersion } from '../rules/ban-versions.ts'
import { shareAreasOf } from '../rules/shared-areas.ts'
import type { DeviceEvent, Fix, Heard, Outage } from '../model/fix.ts'
import type { Limits } from '../model/limits.ts'
import {
  applyChange,
  createRegistryIndex,
  findWearer,
  ordersOfOffender,
} from '../model/registry-index.ts'
import { rejudgeWearing } from './registered-late.ts'
import type { DeviceAssignment, RegistryChange } from '../model/registry.ts'
import { rejudgeDossier } from '../dossier/rejudge.ts'
import type { QuietMode } from '../quiet/trail.ts'
import { createQuietRows } from '../quiet/trail.ts'
import type { Situation } from '../watch/situation.ts'
import { dateReport, noteClock } from '../watch/clock-behind.ts'
import {
  advanceWatch,
  createWatch,
  nextWatchDeadlineMs,
  watchDeviceEvent,
  watchFix,
  watchHeard,
  watchOutage,
  watchRegistryChange,
} from '../watch/watch.ts'
import { hearQuietly } from '../watch/hear-quietly.ts'
import type { DueBound } from '../watch/due-items.ts'
import { countDue } from '../watch/due-items.ts'
import { setWatchBack } from '../watch/set-back.ts'
import { createDossierDeadlines } from './dossier-deadlines.ts'
import { createDossierBook } from './dossier-book.ts'
import type { Engine } from './engine-state.ts'
import { createIncidents, nameIncidents } from './incidents.ts'
import { wakeDossier } from './sleeping.ts'

export { rejudgeLookbackMs } from '../dossier/rejudge.ts'
export {
  isWhole,
  listAwaited,
  restoreSnapshot,
  takeSnapshots,
  windowScope,
} from './engine-snapshots.ts'
export { endLaying, layChange, layNamed, laySnapshot, SnapshotFault } from './sleeping.ts'

/**
 * All of detection for one shard: pure, in memory, one fix or change at a time, in
 * the order of the journal.
 */
export function createEngine(limits: Limits, quietMode: QuietMode = 'on'): Engine {
  const index = createRegistryIndex()
  const dossiers = createDossierBook(
    index,
    (dossier, sleeper) => wakeDossier(engine, dossier, sleeper),
    (personId) => forgetWearer(engine, personId),
  )
  const watch = createWatch(
    limits,
    index,
    (personId) => findSituation(dossiers.membersOf(personId), engine.nowMs),
    (personId) => findSeenMs(dossiers.membersOf(personId)),
  )
  const engine: Engine = {
    limits,
    index,
    watch,
    quiet: createQuietRows(quietMode, watch.heard.slab),
    incoming: new Float64Array(packedFix.length),
    dossiers,
    ceasing: createDossierDeadlines(),
    beginning: createDossierDeadlines(),
    changed: new Set(),
    awaited: new Map(),
    incidents: createIncidents(),
    nowMs: -Infinity,
  }
  return engine
}

/**
 * Takes in one change of the registry, at the moment it counts from. Touches only the
 * dossiers it concerns; what it changes of the past, beyond what memory holds, is
 * answered with a 'rejudge-needed'.
 */
export function applyRegistryChange(
  engine: Engine,
  registered: RegistryChange,
  nowMs: number,
): Effect[] {
  const change = shareAreasOf(registered)
  const worn =
    change.type === 'device-assignment'
      ? engine.index.deviceAssignments.get(change.deviceAssignment.id)
      : undefined
  if (!applyChange(engine.index, change)) return []
  const effects = changeRegistry(engine, change, worn ?? null, nowMs)
  return nameIncidents(engine.incidents, effects, engine.limits)
}

function changeRegistry(
  engine: Engine,
  change: RegistryChange,
  worn: DeviceAssignment | null,
  nowMs: number,
): Effect[] {
  const effects = watchRegistryChange(engine.watch, change, nowMs)
  switch (change.type) {
    case 'vendor':
    case 'person':
      return effects
    case 'device':
      applyDevice(engine, change.device, nowMs)
      return effects
    case 'device-assignment':
      applyWearing(engine, change.deviceAssignment.deviceId)
      return [...effects, ...rejudgeWearing(engine, worn, change.deviceAssignment, nowMs)]
    case 'protection-order':
      return [...effects, ...applyOrderChange(engine, change.protectionOrder, nowMs)]
  }
}

/** Judges one fix, for every dossier its wearer is part of, whenever it was recorded. */
export function applyFix(engine: Engine, fix: Fix): Effect[] {
  const heardAt = engine.quiet.mode === 'off' ? null : hearQuietly(engine.watch, fix)
  const effects = heardAt === null ? applyInFull(engine, fix) : applyHeardFix(engine, heardAt, fix)
  return effects.length === 0 ? effects : nameIncidents(engine.incidents, effects, engine.limits)
}

function applyInFull(engine: Engine, fix: Fix): Effect[] {
  const isClockAnother = noteClock(engine.watch, fix)
  const dated = dateReport(engine.watch, fix)
  const personId = findWearer(engine.index, fix.deviceId, dated.recordedAtMs)
  let effects = watchFix(engine.watch, dated, personId)
  const members = personId === null ? [] : engine.dossiers.membersOf(personId)
  if (isClockAnother) effects = [...effects, ...redateMembers(engine, members, fix)]
  for (const { dossier, personSlot } of members) {
    const deviceSlot = findDossierDevice(engine, dossier, dated.deviceId)
    const caseFix = toCaseFix(dated, personSlot, deviceSlot, engine.limits)
    const found = applyMemberFix(engine, dossier, caseFix)
    if (found.length > 0) effects = effects.length === 0 ? found : mergeEffects(effects, found)
  }
  if (engine.quiet.mode !== 'off') learnRoute(engine, fix, personId)
  return effects
}

/** Judges one device event, by what is known of its wearer now. */
export function applyDeviceEvent(engine: Engine, event: DeviceEvent): Effect[] {
  const dated = dateReport(engine.watch, event)
  const personId = findWearer(engine.index, event.deviceId, dated.recordedAtMs)
  const watched = watchDeviceEvent(engine.watch, dated, personId)
  const isJammed = event.kind === 'jamming-suspected' && personId !== null
  const effects = isJammed ? [...watched, ...applyJamming(engine, dated, personId)] : watched
  return nameIncidents(engine.incidents, effects, engine.limits)
}

/**
 * Hears a device whose reports wait to be judged: silence is counted from when they came. That they
 * are judged later says it once more, which changes nothing.
 */
export function applyHeard(engine: Engine, heard: Heard): Effect[] {
  return nameIncidents(engine.incidents, watchHeard(engine.watch, heard), engine.limits)
}

/**
 * Records an outage of our own intake. Call it before advancing the clock
 * past the start of the outage.
 */
export function applyOutage(engine: Engine, outage: Outage): void {
  watchOutage(engine.watch, outage)
}

/**
 * Lets time pass: silences fall due, bans that ceased end what was open under them, and those that
 * begin find whoever is inside. What a bound leaves is due at once, and first of the next advance.
 */
export function advanceTo(engine: Engine, nowMs: number, bound?: DueBound): Effect[] {
  if (nowMs < engine.nowMs) return []
  engine.nowMs = nowMs
  const effects = advanceDossiers(engine, nowMs)
  const watched = advanceWatch(engine.watch, nowMs, bound)
  const all = effects.length === 0 ? watched : [...effects, ...watched]
  return nameIncidents(engine.incidents, all, engine.limits)
}

/** Some of what the clock brought about is not judged yet. */
export function isDueLeft({ watch }: Engine): boolean {
  return countDue(watch.due) > 0
}

/** The latest moment that the clock, or an outage of ours, has reached here. */
export function findLatestMs(engine: Engine): number {
  return Math.max(engine.nowMs, engine.watch.receivingSinceMs ?? -Infinity)
}

/** Takes the clock back to `nowMs`: it was ahead. What it brought about before stays told. */
export function setClockBack(engine: Engine, nowMs: number): void {
  engine.nowMs = Math.min(engine.nowMs, nowMs)
  setWatchBack(engine.watch, nowMs)
}

/**
 * Answers a 'rejudge-needed': judges the stretch again from stored fixes of the offender and his
 * victims, recorded from `rejudgeLookbackMs` before `fromMs` on, in any order; the newest may be
 * left out, they are in memory.
 */
export function rejudge(
  engine: Engine,
  offenderId: string,
  fixes: readonly Fix[],
  fromMs: number,
  nowMs: number,
): Effect[] {
  const dossier = engine.dossiers.get(offenderId)
  if (dossier === undefined) return []
  const given: CaseFix[] = []
  for (const stored of fixes) {
    const fix = dateReport(engine.watch, stored)
    const personId = findWearer(engine.index, fix.deviceId, fix.recordedAtMs)
    const personSlot = personId === null ? -1 : dossier.persons.indexOf(personId)
    if (personSlot === -1) continue
    const deviceSlot = findDossierDevice(engine, dossier, fix.deviceId)
    given.push(toCaseFix(fix, personSlot, deviceSlot, engine.limits))
  }
  const isWorn = ({ deviceSlot, personSlot, recordedAtMs }: CaseFix): boolean =>
    dossier.context.isWorn(deviceSlot, personSlot, recordedAtMs)
  const moment = { learnedAtMs: nowMs, nowMs: Math.max(nowMs, engine.nowMs) }
  const effects = rejudgeDossier(dossier, given, isWorn, fromMs, moment)
  noteChanged(engine, dossier)
  return nameIncidents(engine.incidents, effects, engine.limits)
}

/** How many there are of what the engine holds, for metrics. */
export function countEngine(engine: Engine): EngineCounts {
  let openEpisodes = 0
  let pairs = 0
  const { dossiers, index } = engine
  for (const offenderId of dossiers.listAsleep()) {
    pairs += ordersOfOffender(index, offenderId).flatMap((order) => order.proximityBans).length
  }
  for (const dossier of dossiers.valuesAwake()) {
    pairs += dossier.context.pairRules.filter(
      (rule) => !findVersion(rule.versions, Infinity).isRemoved,
    ).length
    for (const { episode } of dossier.reported.goingOn) {
      if (episode.endMs === null && !episode.isCovered) openEpisodes++
    }
  }
  return {
    dossiers: dossiers.size(),
    pairs,
    openEpisodes,
  }
}

export function situationOf(engine: Engine, personId: string): Situation {
  return engine.watch.findSituation(personId)
}

/** The next moment at which `advanceTo` has something to do; null when there is none. */
export function nextDeadlineMs(engine: Engine): number | null {
  const watchMs = nextWatchDeadlineMs(engine.watch)
  const dossierMs = findFirstDeadlineMs(engine)
  return watchMs === null || dossierMs === null
    ? (watchMs ?? dossierMs)
    : Math.min(watchMs, dossierMs)
}

export type EngineCounts = {
  readonly dossiers: number
  readonly pairs: number
  readonly openEpisodes: number
}
