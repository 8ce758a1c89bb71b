import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { DeviceEvent, Fix } from '../core/model/fix.ts'
import type { Device, ProtectionOrder, Registry } from '../core/model/registry.ts'
import { orderBodyOf } from '../schemas/protection-order-answer.ts'
import { formatInstant } from '../schemas/common.ts'
import type { Scenario } from './scenario.ts'

/** Writes a scenario folder that `loadScenario` reads back to the same facts. */
export async function writeScenario(directory: string, scenario: Scenario): Promise<void> {
  await mkdir(directory, { recursive: true })
  const registry = `${JSON.stringify(registryBody(scenario.registry), null, 2)}\n`
  await writeFile(join(directory, 'registry.json'), registry)
  const devices = new Map(scenario.registry.devices.map((device) => [device.id, device]))
  const serials = scenario.registry.devices.map((device) => device.serialNumber)
  const isAmbiguous = new Set(serials).size < serials.length
  const line = (entry: Fix | DeviceEvent, body: Record<string, unknown>): string => {
    const device = devices.get(entry.deviceId)
    assert(device !== undefined, 'expected a device of the registry')
    const vendor = isAmbiguous ? { vendorId: device.vendorId } : {}
    return `${JSON.stringify({ serialNumber: device.serialNumber, ...vendor, ...body })}\n`
  }
  await writeLines(join(directory, 'positions.ndjson'), scenario.fixes, (fix) =>
    line(fix, { ...positionBody(fix), receivedAt: formatInstant(fix.receivedAtMs) }),
  )
  await writeLines(join(directory, 'device-events.ndjson'), scenario.deviceEvents, (event) =>
    line(event, { ...deviceEventBody(event), receivedAt: formatInstant(event.receivedAtMs) }),
  )
}

/** The contract's Position without its serial number; absent values are left out. */
export function positionBody(fix: Fix): Record<string, unknown> {
  return withoutNulls({
    recordedAt: formatInstant(fix.recordedAtMs),
    longitude: fix.longitude,
    latitude: fix.latitude,
    accuracyMeters: fix.accuracyMeters,
    speedMetersPerSecond: fix.speedMetersPerSecond,
    headingDegrees: fix.headingDegrees,
    source: fix.source,
    hdop: fix.hdop,
    satellites: fix.satellites,
    batteryFraction: fix.batteryFraction,
    sequence: fix.sequence,
  })
}

export function deviceEventBody(event: DeviceEvent): Record<string, unknown> {
  return withoutNulls({
    kind: event.kind,
    recordedAt: formatInstant(event.recordedAtMs),
    batteryFraction: event.batteryFraction,
    sequence: event.sequence,
  })
}

/** The contract's body of a protection order, without the ids of its parts. */
export function protectionOrderBody(order: ProtectionOrder): Record<string, unknown> {
  const { id: _id, version: _version, status: _status, ...body } = orderBodyOf(order)
  return {
    ...body,
    locationBans: body.locationBans.map(({ id: _ban, ...ban }) => ban),
    proximityBans: body.proximityBans.map(({ id: _ban, ...ban }) => ban),
  }
}

export function deviceBody(device: Device): Record<string, unknown> {
  const { vendorId, serialNumber, kind, reportIntervalSeconds } = device
  return { vendorId, serialNumber, kind, reportIntervalSeconds }
}

/** The whole of registry.json. */
export function registryBody(registry: Registry): Record<string, unknown> {
  return {
    vendors: registry.vendors,
    persons: registry.persons,
    devices: registry.devices,
    deviceAssignments: registry.deviceAssignments.map((assignment) => ({
      id: assignment.id,
      deviceId: assignment.deviceId,
      personId: assignment.personId,
      validFrom: formatInstant(assignment.validFromMs),
      ...(assignment.validUntilMs === null
        ? {}
        : { validUntil: formatInstant(assignment.validUntilMs) }),
    })),
    protectionOrders: registry.protectionOrders.map(orderBodyOf),
  }
}

function withoutNulls(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
}

async function writeLines<T>(
  file: string,
  entries: readonly T[],
  format: (entry: T) => string,
): Promise<void> {
  const stream = createWriteStream(file)
  // Written in chunks: a write per line is several times slower.
  let chunk = ''
  for (const entry of entries) {
    chunk += format(entry)
    if (chunk.length > 1 << 16) {
      if (!stream.write(chunk)) {
        await once(stream, 'drain')
      }
      chunk = ''
    }
  }
  stream.end(chunk)
  await finished(stream)
}
