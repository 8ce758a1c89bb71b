import type {
  Device,
  DeviceAssignment,
  Person,
  ProtectionOrder,
  RegistryChange,
  Vendor,
} from './registry.ts'

/** What is registered, findable from the side a fix comes in on: device, wearer, order, pair. */
export function createRegistryIndex(): RegistryIndex {
  return {
    vendors: new Map(),
    persons: new Map(),
    devices: new Map(),
    deviceAssignments: new Map(),
    protectionOrders: new Map(),
    assignmentsByDevice: new Map(),
    assignmentsByPerson: new Map(),
    ordersByOffender: new Map(),
    ordersByVictim: new Map(),
    ordersAskingReports: new Map(),
    casesByPerson: new Map(),
  }
}

/**
 * Upserts by id. False when the change was ignored: an order older than the one at hand. The
 * journal is read again after a restart, on top of the newest registry, so old versions do come by.
 */
export function applyChange(index: RegistryIndex, change: RegistryChange): boolean {
  switch (change.type) {
    case 'vendor':
      index.vendors.set(change.vendor.id, change.vendor)
      return true
    case 'person':
      index.persons.set(change.person.id, change.person)
      return true
    case 'device':
      index.devices.set(change.device.id, change.device)
      return true
    case 'device-assignment':
      return applyAssignment(index, change.deviceAssignment)
    case 'protection-order':
      return applyOrder(index, change.protectionOrder)
  }
}

/** Who wore the device then; where two assignments overlap, the one that began last. */
export function findWearer(index: RegistryIndex, deviceId: string, atMs: number): string | null {
  return findAssignment(index, deviceId, atMs)?.personId ?? null
}

/**
 * The assignment behind `findWearer`: half-open, from `validFromMs` until just before
 * `validUntilMs`.
 */
export function findAssignment(
  index: RegistryIndex,
  deviceId: string,
  atMs: number,
): DeviceAssignment | null {
  const assignments = index.assignmentsByDevice.get(deviceId)
  if (assignments === undefined) return null
  // From the end: nearly every fix is of the assignment that began last.
  for (let position = assignments.length - 1; position >= 0; position--) {
    const assignment = assignments[position]
    if (assignment === undefined || assignment.validFromMs > atMs) continue
    if (assignment.validUntilMs === null || atMs < assignment.validUntilMs) return assignment
  }
  return null
}

/** Until when this person wears it by the assignment of then; null when they do not. */
export function findWornUntilMs(
  index: RegistryIndex,
  deviceId: string,
  personId: string | undefined,
  atMs: number,
): number | null {
  const assignment = findAssignment(index, deviceId, atMs)
  if (assignment === null || assignment.personId !== personId) return null
  return assignment.validUntilMs ?? Infinity
}

/** Ids of the devices the person wore then, the oldest assignment first. */
export function findDevicesOf(index: RegistryIndex, personId: string, atMs: number): string[] {
  const deviceIds: string[] = []
  for (const assignment of index.assignmentsByPerson.get(personId) ?? []) {
    if (assignment.validFromMs > atMs) break
    const { deviceId } = assignment
    // Asked of the device, so that a device handed on to somebody else has one wearer, not two.
    if (findWearer(index, deviceId, atMs) !== personId) continue
    if (!deviceIds.includes(deviceId)) deviceIds.push(deviceId)
  }
  return deviceIds
}

/** Every order of the offender, in force or not, by id. */
export function ordersOfOffender(
  index: RegistryIndex,
  offenderId: string,
): readonly ProtectionOrder[] {
  return index.ordersByOffender.get(offenderId) ?? []
}

/** Every order, in force or not, with a proximity ban that protects the victim, by id. */
export function ordersOfVictim(index: RegistryIndex, victimId: string): readonly ProtectionOrder[] {
  return index.ordersByVictim.get(victimId) ?? []
}

/**
 * Whoever is part of the cases of several offenders is told of by the first of them, which has read
 * the most of their fixes: whatever is put together where, and when, they come in the order in
 * which orders first named that person.
 */
export function noteNamed(
  { casesByPerson }: RegistryIndex,
  { offenderId, proximityBans }: OrderParties,
): void {
  const alone = [offenderId]
  for (const personId of [offenderId, ...proximityBans.map(({ victimId }) => victimId)]) {
    const known = casesByPerson.get(personId)
    if (known === undefined) casesByPerson.set(personId, alone)
    else if (!known.includes(offenderId)) casesByPerson.set(personId, known.concat(offenderId))
  }
}

/** Whom an order names. */
export type OrderParties = Pick<ProtectionOrder, 'offenderId'> & {
  readonly proximityBans: readonly { readonly victimId: string }[]
}

export type RegistryIndex = {
  readonly vendors: Map<string, Vendor>
  readonly persons: Map<string, Person>
  readonly devices: Map<string, Device>
  readonly deviceAssignments: Map<string, DeviceAssignment>
  /** The latest version of each. */
  readonly protectionOrders: Map<string, ProtectionOrder>
  /** Sorted by start, then id. */
  readonly assignmentsByDevice: Map<string, DeviceAssignment[]>
  readonly assignmentsByPerson: Map<string, DeviceAssignment[]>
  /** Sorted by id, so that whoever walks them does so in the same order in every process. */
  readonly ordersByOffender: Map<string, ProtectionOrder[]>
  readonly ordersByVictim: Map<string, ProtectionOrder[]>
  /** Whose risk profile asks for reports faster than planned, by id. */
  readonly ordersAskingReports: Map<string, ProtectionOrder>
  /** Offenders of whom an order has ever named this person, the first one first (`noteNamed`). */
  readonly casesByPerson: Map<string, readonly string[]>
}

/**
 * Assignments kept per device and per person. A device changes hands a few times a year; the oldest
 * ended ones, years behind what intake still accepts (35 days), go first.
 */
export const assignmentsKeptMax = 1_000

function applyAssignment(index: RegistryIndex, assignment: DeviceAssignment): boolean {
  const previous = index.deviceAssignments.get(assignment.id)
  if (previous !== undefined) {
    removeById(index.assignmentsByDevice, previous.deviceId, previous.id)
    removeById(index.assignmentsByPerson, previous.personId, previous.id)
  }
  index.deviceAssignments.set(assignment.id, assignment)
  insertAssignment(index, index.assignmentsByDevice, assignment.deviceId, assignment)
  insertAssignment(index, index.assignmentsByPerson, assignment.personId, assignment)
  return true
}

function insertAssignment(
  index: RegistryIndex,
  lists: Map<string, DeviceAssignment[]>,
  key: string,
  assignment: DeviceAssignment,
): void {
  const known = lists.get(key) ?? []
  const before = known.findLastIndex((one) => compareAssignments(one, assignment) <= 0)
  // As long as it has to be: to a list that is inserted into, room for sixteen is added.
  const list = known.toSpliced(before + 1, 0, assignment)
  lists.set(key, list)
  if (list.length <= assignmentsKeptMax) return
  const dropped = list.find((candidate) => candidate.validUntilMs !== null)
  if (dropped === undefined) return
  index.deviceAssignments.delete(dropped.id)
  removeById(index.assignmentsByDevice, dropped.deviceId, dropped.id)
  removeById(index.assignmentsByPerson, dropped.personId, dropped.id)
}

function compareAssignments(one: DeviceAssignment, other: DeviceAssignment): number {
  return one.validFromMs - other.validFromMs || compareIds(one.id, other.id)
}

function applyOrder(index: RegistryIndex, order: ProtectionOrder): boolean {
  const previous = index.protectionOrders.get(order.id)
  if (previous !== undefined) {
    if (order.version < previous.version) return false
    removeById(index.ordersByOffender, previous.offenderId, previous.id)
    for (const ban of previous.proximityBans) {
      removeById(index.ordersByVictim, ban.victimId, previous.id)
    }
  }
  index.protectionOrders.set(order.id, order)
  noteNamed(index, order)
  if (order.risk?.reportIntervalSeconds == null) index.ordersAskingReports.delete(order.id)
  else index.ordersAskingReports.set(order.id, order)
  insertOrder(index.ordersByOffender, order.offenderId, order)
  for (const ban of order.proximityBans) insertOrder(index.ordersByVictim, ban.victimId, order)
  return true
}

function insertOrder(
  lists: Map<string, ProtectionOrder[]>,
  key: string,
  order: ProtectionOrder,
): void {
  const list = lists.get(key) ?? []
  const before = list.findLastIndex(({ id }) => compareIds(id, order.id) <= 0)
  // Two bans of one order may protect the same victim: the order is listed once.
  if (list[before]?.id === order.id) return
  lists.set(key, list.toSpliced(before + 1, 0, order))
}

function removeById<T extends { readonly id: string }>(
  lists: Map<string, T[]>,
  key: string,
  id: string,
): void {
  const list = lists.get(key)
  if (list === undefined) return
  const position = list.findIndex((item) => item.id === id)
  if (position === -1) return
  if (list.length === 1) lists.delete(key)
  else list.splice(position, 1)
}

function compareIds(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
