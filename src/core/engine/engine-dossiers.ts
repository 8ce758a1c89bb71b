import { refreshActiveBan } from './active-bans.ts'
import type { Effect } from '../model/alert.ts'
import { applyJammingToCase } from '../dossier/apply-jamming.ts'
import { toCaseFix } from '../fixes/case-fix.ts'
import { applyOrderToCase, findDeviceSlot, setReportInterval } from '../dossier/dossier-registry.ts'
import type { Case } from '../dossier/dossier-state.ts'
import { applyToCase, createCase, findCaseDeadline, refold } from '../dossier/dossier.ts'
import type { Engine } from './engine-state.ts'
import type { DeviceEvent, Fix } from '../model/fix.ts'
import { rejudgeOrder } from './registered-late.ts'
import type { Device, ProtectionOrder } from '../model/registry.ts'

export function applyMemberFix(engine: Engine, item: Case, personSlot: number, fix: Fix): Effect[] {
  const deviceSlot = findCaseDevice(engine, item, fix.deviceId)
  const caseFix = toCaseFix(fix, personSlot, deviceSlot, engine.limits)
  const effects = applyToCase(item, caseFix, engine.nowMs)
  engine.changed.add(item)
  if (effects.length > 0) noteChanged(engine, item)
  return effects
}

export function applyJamming(engine: Engine, event: DeviceEvent, personId: string): Effect[] {
  const { recordedAtMs, receivedAtMs } = event
  let effects: Effect[] = []
  for (const { item } of engine.casesByPerson.get(personId) ?? []) {
    const slot = findCaseDevice(engine, item, event.deviceId)
    const found = applyJammingToCase(item, slot, recordedAtMs, receivedAtMs, engine.nowMs)
    noteChanged(engine, item)
    effects = mergeEffects(effects, found)
  }
  return effects
}

export function findCaseDevice(engine: Engine, item: Case, deviceId: string): number {
  const known = item.devices.indexOf(deviceId)
  if (known !== -1) return known
  const device = engine.index.devices.get(deviceId)
  return findDeviceSlot(item, deviceId, device?.reportIntervalSeconds ?? null)
}

/** A person may be part of several cases; why a fix is not believed is told once. */
export function mergeEffects(effects: Effect[], found: readonly Effect[]): Effect[] {
  const told = effects.filter((effect) => effect.type === 'fix-disbelieved')
  if (told.length === 0) return [...effects, ...found]
  const isTold = (effect: Disbelieved) => told.some((known) => isSameFix(known, effect))
  return [
    ...effects,
    ...found.filter((effect) => effect.type !== 'fix-disbelieved' || !isTold(effect)),
  ]
}

type Disbelieved = Extract<Effect, { readonly type: 'fix-disbelieved' }>

function isSameFix(one: Disbelieved, other: Disbelieved): boolean {
  return (
    one.deviceId === other.deviceId &&
    one.recordedAtMs === other.recordedAtMs &&
    one.longitude === other.longitude &&
    one.latitude === other.latitude
  )
}

export function noteChanged(engine: Engine, item: Case): void {
  engine.changed.add(item)
  const deadlineMs = findCaseDeadline(item)
  if (deadlineMs === Infinity) engine.deadlinesMs.delete(item)
  else engine.deadlinesMs.set(item, deadlineMs)
}

export function applyOrder(engine: Engine, order: ProtectionOrder, nowMs: number): Effect[] {
  let item = engine.cases.get(order.offenderId)
  if (item === undefined) {
    item = createCase(order.offenderId, engine.limits)
    engine.cases.set(order.offenderId, item)
  }
  const { banRules, pairRules } = item.context
  const isNewOrder = ![...banRules, ...pairRules].some((rule) => rule.orderId === order.id)
  const knownCount = item.persons.length
  const isChanged = applyOrderToCase(item, order, nowMs)
  enlistMembers(engine, item)
  if (!isChanged) return []
  for (const rule of item.context.banRules) {
    if (rule.orderId === order.id) refreshActiveBan(engine.activeBans, rule, nowMs)
  }
  // What was recorded before the order was known here is judged by it too: what is at hand, and what is stored.
  const effects = refold(item, 0, nowMs, Math.max(nowMs, engine.nowMs))
  noteChanged(engine, item)
  const newPersonIds = item.persons.slice(knownCount)
  effects.push(...rejudgeOrder(engine, item, order, isNewOrder, newPersonIds, nowMs))
  return effects
}

export function enlistMembers(engine: Engine, item: Case): void {
  for (const [personSlot, personId] of item.persons.entries()) {
    const members = engine.casesByPerson.get(personId) ?? []
    engine.casesByPerson.set(personId, members)
    if (!members.some((member) => member.item === item)) members.push({ item, personSlot })
  }
}

/** Only the cases of those who ever wore it: a registry of thousands is loaded one device at a time. */
export function applyDevice(engine: Engine, device: Device, nowMs: number): void {
  for (const { personId } of engine.index.assignmentsByDevice.get(device.id) ?? []) {
    for (const { item } of engine.casesByPerson.get(personId) ?? []) {
      const slot = item.devices.indexOf(device.id)
      if (slot === -1) continue
      setReportInterval(item, slot, device.reportIntervalSeconds, nowMs)
      engine.changed.add(item)
    }
  }
}
