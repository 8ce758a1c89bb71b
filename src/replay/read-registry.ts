import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { defaultLimits } from '../core/model/limits.ts'
import type { DeviceAssignment, ProtectionOrder, Registry } from '../core/model/registry.ts'
import { instantMs } from '../schemas/common.ts'
import { faultsOf } from '../schemas/faults.ts'
import { readOrder } from '../schemas/read-order.ts'
import { describeValue, faultOfBody, ScenarioFault } from './scenario-fault.ts'
import type { Place } from './scenario-fault.ts'
import { registrySchema } from './scenario-schemas.ts'

/** The registry of a scenario folder, every reference in it followed. */
export async function readRegistry(path: string): Promise<Registry> {
  const place: Place = { file: path, line: null }
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  return parseRegistry(parseJson(text, place), place)
}

function parseRegistry(value: unknown, place: Place): Registry {
  const result = registrySchema.safeParse(value)
  if (!result.success) throw faultOfBody(place, faultsOf(result.error.issues, value), value)
  const { vendors, persons, devices, deviceAssignments, protectionOrders } = result.data
  const registry: Registry = {
    vendors,
    persons,
    devices,
    deviceAssignments: deviceAssignments.map((assignment, index) =>
      readAssignment(place, `deviceAssignments[${index}]`, assignment),
    ),
    protectionOrders: protectionOrders.map((order, index) =>
      readProtectionOrder(place, index, order, value),
    ),
  }
  checkIds(registry, place)
  checkReferences(registry, place)
  checkVictims(registry, place)
  return registry
}

type RegistryBody = z.output<typeof registrySchema>

function readProtectionOrder(
  place: Place,
  index: number,
  body: RegistryBody['protectionOrders'][number],
  registry: unknown,
): ProtectionOrder {
  const { id, version, status } = body
  const { order, faults } = readOrder(body)
  if (faults.length > 0) {
    const inFile = faults.map((fault) => ({
      ...fault,
      pointer: `/protectionOrders/${index}${fault.pointer}`,
    }))
    throw faultOfBody(place, inFile, registry)
  }
  return {
    ...order,
    id,
    version,
    status,
    locationBans: order.locationBans.map((ban) => ({ ...ban, id: given(ban.id) })),
    proximityBans: order.proximityBans.map((ban) => ({ ...ban, id: given(ban.id) })),
  }
}

/** A ban of a new order may be without an id; the schema of a scenario asks for one. */
function given(id: string | null): string {
  assert(id !== null, 'expected the id that the schema asks for')
  return id
}

function readAssignment(
  place: Place,
  path: string,
  body: RegistryBody['deviceAssignments'][number],
): DeviceAssignment {
  const { id, deviceId, personId, validFrom, validUntil } = body
  const validFromMs = instantMs(validFrom)
  const validUntilMs = validUntil == null ? null : instantMs(validUntil)
  if (validUntilMs !== null && validUntilMs <= validFromMs) {
    const got = describeValue(validUntil)
    throw new ScenarioFault(place, `${path}.validUntil`, 'a time after validFrom', got)
  }
  return { id, deviceId, personId, validFromMs, validUntilMs }
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
function checkVictims(registry: Registry, place: Place): void {
  const victimsOf = new Map<string, Set<string>>()
  const countMax = defaultLimits.victimsPerOffenderMax
  for (const [index, { offenderId, proximityBans }] of registry.protectionOrders.entries()) {
    const victims = victimsOf.get(offenderId) ?? new Set()
    victimsOf.set(offenderId, victims)
    for (const ban of proximityBans) victims.add(ban.victimId)
    if (victims.size <= countMax) continue
    const field = `protectionOrders[${index}].proximityBans`
    const expected = `at most ${countMax} victims of one offender`
    throw new ScenarioFault(place, field, expected, String(victims.size))
  }
}
