import { alertTraits } from '../core/model/alert-kinds/alert-kinds.ts'
import type { AlertKind } from '../core/model/alert.ts'
import type { RegistryChange } from '../core/model/registry.ts'
import type { AlertRow } from '../store/alerts/alerts.ts'

/**
 * Whose reports an alert follows from. `narrow`: the cases of the people it names. `wide`:
 * everybody who wears a device of the same vendors, because a vendor that is silent as a
 * whole speaks for its devices.
 */
export function findScope(
  alert: AlertRow,
  changes: readonly RegistryChange[],
  width: 'narrow' | 'wide',
): Scope {
  const world = indexChanges(changes)
  const seeds = [alert.offenderId, alert.victimId].filter((id) => id !== null)
  const offenderIds = new Set<string>()
  const personIds = new Set<string>(seeds)
  if (alert.deviceId !== null) addAll(personIds, world.wearersOf.get(alert.deviceId))
  if (isOfCase(alert.kind)) {
    if (alert.offenderId !== null) offenderIds.add(alert.offenderId)
  } else {
    addCasesOf(world, personIds, offenderIds)
  }
  addPeopleOf(world, offenderIds, personIds)
  const deviceIds = new Set(alert.deviceId === null ? [] : [alert.deviceId])
  for (const personId of personIds) addAll(deviceIds, world.devicesOf.get(personId))
  const vendorIds = new Set(alert.vendorId === null ? [] : [alert.vendorId])
  if (width === 'wide') {
    for (const deviceId of deviceIds) addAll(vendorIds, setOf(world.vendorOf.get(deviceId)))
    for (const [deviceId, vendorId] of world.vendorOf) {
      if (vendorIds.has(vendorId)) addAll(personIds, world.wearersOf.get(deviceId))
    }
    addCasesOf(world, new Set(personIds), offenderIds)
    addPeopleOf(world, offenderIds, personIds)
    for (const personId of personIds) addAll(deviceIds, world.devicesOf.get(personId))
  }
  return { personIds, deviceIds, offenderIds }
}

/** Whether the change concerns the people of the scope. */
export function isInScope(scope: Scope, change: RegistryChange): boolean {
  switch (change.type) {
    case 'vendor':
      return true
    case 'person':
      return scope.personIds.has(change.person.id)
    case 'device':
      return scope.deviceIds.has(change.device.id)
    case 'device-assignment':
      // Of others too, when they wore a device of the scope: theirs are the fixes of that time.
      return (
        scope.deviceIds.has(change.deviceAssignment.deviceId) ||
        scope.personIds.has(change.deviceAssignment.personId)
      )
    case 'protection-order':
      return scope.offenderIds.has(change.protectionOrder.offenderId)
  }
}

/** Fixes alone decide it, the clock and other devices do not. */
export function isOfCase(kind: AlertKind): boolean {
  return alertTraits[kind].followsFrom === 'dossier'
}

export type Scope = {
  readonly personIds: ReadonlySet<string>
  readonly deviceIds: ReadonlySet<string>
  /** Whose orders count: each offender is one case. */
  readonly offenderIds: ReadonlySet<string>
}

/** Over all time: who wore what, and who was ever part of whose orders. */
type World = {
  readonly devicesOf: Map<string, Set<string>>
  readonly wearersOf: Map<string, Set<string>>
  readonly vendorOf: Map<string, string>
  readonly victimsOf: Map<string, Set<string>>
  readonly offendersOf: Map<string, Set<string>>
}

function indexChanges(changes: readonly RegistryChange[]): World {
  const world: World = {
    devicesOf: new Map(),
    wearersOf: new Map(),
    vendorOf: new Map(),
    victimsOf: new Map(),
    offendersOf: new Map(),
  }
  for (const change of changes) {
    if (change.type === 'device') world.vendorOf.set(change.device.id, change.device.vendorId)
    if (change.type === 'device-assignment') {
      const { deviceId, personId } = change.deviceAssignment
      addTo(world.devicesOf, personId, deviceId)
      addTo(world.wearersOf, deviceId, personId)
    }
    if (change.type === 'protection-order') {
      const { offenderId, proximityBans } = change.protectionOrder
      addTo(world.offendersOf, offenderId, offenderId)
      addTo(world.victimsOf, offenderId, offenderId)
      for (const { victimId } of proximityBans) {
        addTo(world.victimsOf, offenderId, victimId)
        addTo(world.offendersOf, victimId, offenderId)
      }
    }
  }
  return world
}

function addCasesOf(world: World, personIds: ReadonlySet<string>, offenderIds: Set<string>): void {
  for (const personId of personIds) addAll(offenderIds, world.offendersOf.get(personId))
}

function addPeopleOf(world: World, offenderIds: ReadonlySet<string>, personIds: Set<string>): void {
  for (const offenderId of offenderIds) addAll(personIds, world.victimsOf.get(offenderId))
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, new Set([value]))
  else known.add(value)
}

function addAll(target: Set<string>, values: ReadonlySet<string> | undefined): void {
  for (const value of values ?? []) target.add(value)
}

function setOf(value: string | undefined): ReadonlySet<string> | undefined {
  return value === undefined ? undefined : new Set([value])
}
