import type { Effect } from '../model/alert.ts'
import { applyJammingToDossier } from '../dossier/apply-jamming.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { readDeviceClock } from '../fixes/case-fix.ts'
import { readRecordedAt } from '../fixes/fix-window.ts'
import { versionsKeptMax } from '../rules/ban-versions.ts'
import {
  applyOrderToDossier,
  findDeviceSlot,
  setReportInterval,
} from '../dossier/dossier-registry.ts'
import { findBeginDeadline } from '../dossier/begun.ts'
import { createFindings } from '../dossier/report-tellings.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import {
  advanceDossier,
  applyToDossier,
  createDossier,
  findDossierDeadline,
  foldAgain,
  learnQuiet,
  refold,
} from '../dossier/dossier.ts'
import { forgetRows, setTouched } from '../quiet/trail.ts'
import { forgetHeard } from '../watch/hear-quietly.ts'
import { redateDossier } from '../dossier/redate.ts'
import { dateReport, findOpenSpan } from '../watch/clock-behind.ts'
import type { DossierMember } from './dossier-book.ts'
import { findFirstDeadline, setDeadline } from './dossier-deadlines.ts'
import type { Engine } from './engine-state.ts'
import type { DeviceEvent, Fix } from '../model/fix.ts'
import { rejudgeOrder } from './registered-late.ts'
import type { Device, ProtectionOrder } from '../model/registry.ts'
import { pushAll } from '../model/lists.ts'

export function applyMemberFix(engine: Engine, dossier: Dossier, fix: CaseFix): Effect[] {
  const effects = applyToDossier(dossier, fix, engine.nowMs)
  touch(engine, dossier)
  // What is not heard any more is told of by nothing, and may be taken in.
  if (effects.length > 0 || dossier.state.unheard.length > 0) noteChanged(engine, dossier)
  else noteBeginning(engine, dossier)
  learnQuiet(dossier)
  return effects
}

/** What came in before its clock was known is dated by it, in every dossier of its wearer. */
export function redateMembers(
  engine: Engine,
  members: readonly DossierMember[],
  { deviceId, receivedAtMs }: Fix,
): Effect[] {
  let effects: Effect[] = []
  const device = engine.watch.devices.get(deviceId)
  const fromMs = (device && findOpenSpan(device)?.firstRecordedMs) ?? Infinity
  for (const { dossier } of members) {
    const slot = findDossierDevice(engine, dossier, deviceId)
    const dateAnew = (fix: CaseFix): CaseFix => {
      if (fix.deviceSlot !== slot) return fix
      const told = { deviceId, recordedAtMs: readDeviceClock(fix), receivedAtMs: fix.receivedAtMs }
      const { recordedAtMs, clockBehindMs = 0 } = dateReport(engine.watch, told)
      return { ...fix, recordedAtMs, clockBehindMs }
    }
    const moment = { learnedAtMs: receivedAtMs, nowMs: engine.nowMs }
    effects = mergeEffects(effects, redateDossier(dossier, dateAnew, fromMs, moment))
    noteChanged(engine, dossier)
  }
  return effects
}

export function applyJamming(engine: Engine, event: DeviceEvent, personId: string): Effect[] {
  const { recordedAtMs, receivedAtMs } = event
  let effects: Effect[] = []
  for (const { dossier } of engine.dossiers.membersOf(personId)) {
    const slot = findDossierDevice(engine, dossier, event.deviceId)
    const found = applyJammingToDossier(dossier, slot, recordedAtMs, {
      learnedAtMs: receivedAtMs,
      nowMs: engine.nowMs,
    })
    noteChanged(engine, dossier)
    effects = mergeEffects(effects, found)
  }
  return effects
}

/** Part of one dossier more: devices have to be heard in full once, to learn of which. */
export function forgetWearer({ index, watch }: Engine, personId: string): void {
  const assignments = index.assignmentsByPerson.get(personId) ?? []
  forgetHeard(
    watch,
    assignments.map(({ deviceId }) => deviceId),
  )
}

export function findDossierDevice(engine: Engine, dossier: Dossier, deviceId: string): number {
  const known = dossier.devices.indexOf(deviceId)
  if (known !== -1) return known
  const device = engine.index.devices.get(deviceId)
  return findDeviceSlot(dossier, deviceId, device?.reportIntervalSeconds ?? null)
}

/** A person may be part of several dossiers; why a fix is not believed is told once. */
export function mergeEffects(effects: Effect[], found: readonly Effect[]): Effect[] {
  const told = effects.filter((effect) => effect.type === 'fix-disbelieved')
  if (told.length === 0) return [...effects, ...found]
  const isTold = (effect: Disbelieved) => told.some((known) => isOfSameFix(known, effect))
  return [
    ...effects,
    ...found.filter((effect) => effect.type !== 'fix-disbelieved' || !isTold(effect)),
  ]
}

type Disbelieved = Extract<Effect, { readonly type: 'fix-disbelieved' }>

function isOfSameFix(one: Disbelieved, other: Disbelieved): boolean {
  return (
    one.deviceId === other.deviceId &&
    one.recordedAtMs === other.recordedAtMs &&
    one.longitude === other.longitude &&
    one.latitude === other.latitude
  )
}

/**
 * It differs from its snapshot from now on, and from what would go with it: a window that has not
 * come until now belongs to another state.
 */
function touch(engine: Engine, dossier: Dossier): void {
  forgetRows(dossier.trail)
  noteTouched(engine, dossier)
}

export function noteTouched(engine: Engine, dossier: Dossier): void {
  setTouched(dossier.trail, true)
  engine.changed.add(dossier)
  if (engine.awaited.size > 0) engine.awaited.delete(dossier)
}

export function noteChanged(engine: Engine, dossier: Dossier): void {
  touch(engine, dossier)
  setDeadline(engine.ceasing, dossier, findDossierDeadline(dossier, engine.nowMs))
  noteBeginning(engine, dossier)
}

/** When a ban begins next over where the offender was last seen. */
function noteBeginning(engine: Engine, dossier: Dossier): void {
  setDeadline(engine.beginning, dossier, findBeginDeadline(dossier, engine.nowMs))
}

/**
 * When the first ban ceases to be in force under which something is open, or comes into force about
 * somebody; null when none does.
 */
export function findFirstDeadlineMs(engine: Engine): number | null {
  const firstMs = Math.min(findFirstDeadline(engine.ceasing), findFirstDeadline(engine.beginning))
  return firstMs === Infinity ? null : firstMs
}

/** Bans that ceased end what was open under them, and those that begin find whoever is inside. */
export function advanceDossiers(engine: Engine, nowMs: number): Effect[] {
  const effects: Effect[] = []
  for (const dossier of listDueDossiers(engine, nowMs)) {
    pushAll(effects, advanceDossier(dossier, nowMs))
    noteChanged(engine, dossier)
  }
  return effects
}

/** Of which a ban ceases or begins by now. Hot path: none does, and thousands go on. */
function listDueDossiers(engine: Engine, nowMs: number): Iterable<Dossier> {
  if ((findFirstDeadlineMs(engine) ?? Infinity) > nowMs) return []
  const due = new Set<Dossier>()
  for (const { atMs } of [engine.ceasing, engine.beginning]) {
    for (const [dossier, deadlineMs] of atMs) if (deadlineMs <= nowMs) due.add(dossier)
  }
  return due
}

export function applyOrderChange(engine: Engine, order: ProtectionOrder, nowMs: number): Effect[] {
  if (!engine.watch.share.isOwn(order.offenderId)) return []
  let dossier = engine.dossiers.get(order.offenderId)
  if (dossier === undefined) {
    dossier = createDossier(order.offenderId, engine.limits, engine.quiet, engine.index)
    engine.dossiers.add(dossier)
  }
  const { banRules, pairRules } = dossier.context
  const isNewOrder = ![...banRules, ...pairRules].some((rule) => rule.orderId === order.id)
  const knownCount = dossier.persons.length
  const isChanged = applyOrderToDossier(dossier, order, nowMs)
  engine.dossiers.enlist(dossier)
  if (!isChanged) return []
  // What was recorded before the order was known here is judged by it too: what is at
  // hand, and what is stored.
  const place = isNewOrder ? 0 : findAmendedPlace(dossier, nowMs)
  const moment = { learnedAtMs: nowMs, nowMs: Math.max(nowMs, engine.nowMs) }
  const effects =
    place === null
      ? foldAgain(dossier, dossier.state, [], createFindings(), moment)
      : refold(dossier, place, moment)
  noteChanged(engine, dossier)
  // Hot path while orders change: or the next fix would be judged in full to learn the same.
  learnQuiet(dossier)
  // A new order counts from its own start, for all of its people. One known before counts, as
  // amended, from now on, but whoever it newly names was seen somewhere just before.
  const personIds = isNewOrder ? dossier.persons : dossier.persons.slice(knownCount)
  const sinceMs = isNewOrder ? order.validFromMs : nowMs
  pushAll(effects, rejudgeOrder(engine, dossier, personIds, sinceMs, nowMs))
  return effects
}

/**
 * The first fix that an amendment of this moment judges otherwise: what was recorded before stays
 * judged by the versions of then. Three hundred orders that change at once would else read all that
 * is at hand of their people again, and whoever is seen meanwhile waits behind them. Null: none
 * does, nothing was found since the newest checkpoint, to be named anew, and nothing goes on that
 * was told late or ranks lower, whose last readings say what is told next. What else goes on may
 * cease at another moment, which takes no fix (`reviseCeasing`) and is none before the amendment.
 */
function findAmendedPlace(dossier: Dossier, atMs: number): number | null {
  const { window, context, state, checkpoints, reported } = dossier
  // The oldest versions were made one: what they judged may come out otherwise.
  const rules = [...context.banRules, ...context.pairRules]
  if (rules.some(({ versions }) => versions.length >= versionsKeptMax)) return 0
  let place = window.count
  while (place > 0 && readRecordedAt(window, place - 1) >= atMs) place -= 1
  if (place < window.count) return place
  const isFound = state.episodes.at(-1)?.id !== checkpoints.at(-1)?.episodes.at(-1)?.id
  const isPlain = reported.goingOn.every(({ isLate, isOrdinary }) => !isLate && !isOrdinary)
  return state.unheard.length === 0 && isPlain && !isFound ? null : Math.max(0, place - 1)
}

/** What goes on until a device is taken in may be over at another moment. */
export function applyWearing(engine: Engine, deviceId: string): void {
  for (const dossier of engine.ceasing.atMs.keys()) {
    if (dossier.devices.includes(deviceId)) noteChanged(engine, dossier)
  }
}

/**
 * Only the dossiers of those who ever wore it: a registry of thousands is
 * loaded one device at a time.
 */
export function applyDevice(engine: Engine, device: Device, nowMs: number): void {
  for (const { personId } of engine.index.assignmentsByDevice.get(device.id) ?? []) {
    for (const { dossier } of engine.dossiers.membersOf(personId)) {
      const slot = dossier.devices.indexOf(device.id)
      if (slot === -1) continue
      setReportInterval(dossier, slot, device.reportIntervalSeconds, nowMs)
      touch(engine, dossier)
    }
  }
}
