import { readFile } from 'node:fs/promises'
import { defaultLimits } from '../core/model/limits.ts'
import type { Device, DeviceAssignment, Person, Registry, Vendor } from '../core/model/registry.ts'
import { describeValue, ScenarioFault } from './scenario-fault.ts'
import type { Place } from './scenario-fault.ts'
import {
  fault,
  openRecord,
  readList,
  readNumber,
  readOneOf,
  readText,
  readTimeMs,
  readTimeMsOrNull,
} from './record-reader.ts'
import { readProtectionOrder } from './read-protection-order.ts'

/** The registry of a scenario folder, every reference in it followed. */
export async function readRegistry(path: string): Promise<Registry> {
  const place: Place = { file: path, line: null }
  const text = await readFile(path, 'utf8')
  return parseRegistry(parseJson(text, place), place)
}

function parseRegistry(value: unknown, place: Place): Registry {
  const root = openRecord(place, '', value, registryFields)
  const each = <T>(field: string, read: (path: string, item: unknown) => T): readonly T[] =>
    readList(root, field).map((item, index) => read(`${field}[${index}]`, item))
  const registry: Registry = {
    vendors: each('vendors', (path, item) => readVendor(place, path, item)),
    persons: each('persons', (path, item) => readPerson(place, path, item)),
    devices: each('devices', (path, item) => readDevice(place, path, item)),
    deviceAssignments: each('deviceAssignments', (path, item) =>
      readDeviceAssignment(place, path, item),
    ),
    protectionOrders: each('protectionOrders', (path, item) =>
      readProtectionOrder(place, path, item),
    ),
  }
  checkIds(registry, place)
  checkReferences(registry, place)
  checkBounds(registry, place)
  return registry
}

const registryFields = new Set([
  'vendors',
  'persons',
  'devices',
  'deviceAssignments',
  'protectionOrders',
])
const vendorFields = new Set(['id', 'name'])
const personFields = new Set(['id', 'role', 'reference'])
const deviceFields = new Set(['id', 'vendorId', 'serialNumber', 'kind', 'reportIntervalSeconds'])
const assignmentFields = new Set(['id', 'deviceId', 'personId', 'validFrom', 'validUntil'])

function readVendor(place: Place, path: string, item: unknown): Vendor {
  const reader = openRecord(place, path, item, vendorFields)
  return { id: readText(reader, 'id'), name: readText(reader, 'name') }
}

function readPerson(place: Place, path: string, item: unknown): Person {
  const reader = openRecord(place, path, item, personFields)
  return {
    id: readText(reader, 'id'),
    role: readOneOf(reader, 'role', ['offender', 'victim']),
    reference: readText(reader, 'reference'),
  }
}

function readDevice(place: Place, path: string, item: unknown): Device {
  const reader = openRecord(place, path, item, deviceFields)
  return {
    id: readText(reader, 'id'),
    vendorId: readText(reader, 'vendorId'),
    serialNumber: readText(reader, 'serialNumber'),
    kind: readOneOf(reader, 'kind', ['ankle-monitor', 'victim-device']),
    reportIntervalSeconds: readNumber(reader, 'reportIntervalSeconds', 1, 86_400),
  }
}

function readDeviceAssignment(place: Place, path: string, item: unknown): DeviceAssignment {
  const reader = openRecord(place, path, item, assignmentFields)
  const validFromMs = readTimeMs(reader, 'validFrom')
  const validUntilMs = readTimeMsOrNull(reader, 'validUntil')
  if (validUntilMs !== null && validUntilMs <= validFromMs) {
    throw fault(reader, 'validUntil', 'a time after validFrom', describeValue(item))
  }
  return {
    id: readText(reader, 'id'),
    deviceId: readText(reader, 'deviceId'),
    personId: readText(reader, 'personId'),
    validFromMs,
    validUntilMs,
  }
}

function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error
    }
    throw new ScenarioFault(place, null, 'JSON', error.message.slice(0, 120))
  }
}

function checkIds(registry: Registry, place: Place): void {
  for (const [field, items] of Object.entries(registry)) {
    const seen = new Set<string>()
    for (const [index, item] of (items as readonly { readonly id: string }[]).entries()) {
      if (seen.has(item.id)) {
        throw new ScenarioFault(
          place,
          `${field}[${index}].id`,
          'an id of its own',
          `${describeValue(item.id)} a second time`,
        )
      }
      seen.add(item.id)
    }
  }
}

function checkReferences(registry: Registry, place: Place): void {
  const vendors = new Set(registry.vendors.map((vendor) => vendor.id))
  const devices = new Set(registry.devices.map((device) => device.id))
  const roles = new Map(registry.persons.map((person) => [person.id, person.role]))
  const need = (holds: boolean, field: string, expected: string, got: string): void => {
    if (!holds) {
      throw new ScenarioFault(place, field, expected, describeValue(got))
    }
  }
  for (const [index, device] of registry.devices.entries()) {
    const field = `devices[${index}].vendorId`
    need(vendors.has(device.vendorId), field, 'the id of a vendor', device.vendorId)
  }
  for (const [index, assignment] of registry.deviceAssignments.entries()) {
    const path = `deviceAssignments[${index}]`
    const { deviceId, personId } = assignment
    need(devices.has(deviceId), `${path}.deviceId`, 'the id of a device', deviceId)
    need(roles.has(personId), `${path}.personId`, 'the id of a person', personId)
  }
  for (const [index, order] of registry.protectionOrders.entries()) {
    const path = `protectionOrders[${index}]`
    const { offenderId } = order
    need(
      roles.get(offenderId) === 'offender',
      `${path}.offenderId`,
      'the id of an offender',
      offenderId,
    )
    for (const [banIndex, ban] of order.proximityBans.entries()) {
      const field = `${path}.proximityBans[${banIndex}].victimId`
      need(roles.get(ban.victimId) === 'victim', field, 'the id of a victim', ban.victimId)
    }
  }
}

/** What the server would refuse, detection has no room for. */
function checkBounds(registry: Registry, place: Place): void {
  const victimsOf = new Map<string, Set<string>>()
  const bound = (field: string, what: string, count: number, countMax: number): void => {
    if (count <= countMax) return
    throw new ScenarioFault(place, field, `at most ${countMax} ${what}`, String(count))
  }
  const { bansPerOrderMax, victimsPerOrderMax, victimsPerOffenderMax } = defaultLimits
  for (const [index, order] of registry.protectionOrders.entries()) {
    const path = `protectionOrders[${index}]`
    const { offenderId, locationBans, proximityBans } = order
    bound(`${path}.locationBans`, 'of an order', locationBans.length, bansPerOrderMax)
    bound(`${path}.proximityBans`, 'of an order', proximityBans.length, victimsPerOrderMax)
    const victims = victimsOf.get(offenderId) ?? new Set()
    victimsOf.set(offenderId, victims)
    for (const ban of proximityBans) victims.add(ban.victimId)
    bound(`${path}.proximityBans`, 'victims of one offender', victims.size, victimsPerOffenderMax)
  }
}
