import type { ProtectionOrder, RegistryChange } from '../../../src/core/model/registry.ts'
import { approachMeters, separationMeters, unitsPerDegree, type Workload } from './workload.ts'

/** Everybody of a workload and their orders; each order has geometry of its own, as over HTTP. */
export function* registryOf(workload: Workload): Generator<RegistryChange> {
  yield { type: 'vendor', vendor: { id: 'vendor', name: 'Bench' } }
  for (const [at, id] of workload.deviceIds.entries()) {
    const isOffender = at < workload.offenderCount
    const personId = personOf(id)
    const role = isOffender ? 'offender' : 'victim'
    yield { type: 'person', person: { id: personId, role, reference: personId } }
    const device = {
      id,
      vendorId: 'vendor',
      serialNumber: id,
      kind: isOffender ? 'ankle-monitor' : 'victim-device',
      reportIntervalSeconds: workload.intervalMs / 1_000,
    } as const
    yield { type: 'device', device }
    const validity = { validFromMs: workload.startMs - dayMs, validUntilMs: null }
    const deviceAssignment = { id: `worn-${id}`, deviceId: id, personId, ...validity }
    yield { type: 'device-assignment', deviceAssignment }
  }
  for (const offender of workload.orders.keys()) {
    yield { type: 'protection-order', protectionOrder: orderOf(workload, offender) }
  }
}

export function orderOf(workload: Workload, offender: number): ProtectionOrder {
  const order = workload.orders[offender] ?? { areas: [], victims: [] }
  return {
    id: `order-${offender}`,
    version: 1,
    reference: `order-${offender}`,
    legalBasis: 'special-condition',
    offenderId: personOf(workload.deviceIds[offender] ?? ''),
    validFromMs: workload.startMs - dayMs,
    validUntilMs: workload.startMs + 400 * dayMs,
    status: 'active',
    escalation: null,
    locationBans: order.areas.map((area) => ({
      id: `ban-${offender}:${area}`,
      label: String(area),
      area: {
        type: 'geometry',
        geometry: {
          type: 'Polygon',
          coordinates: [cornersOf(workload.rings[area] ?? new Int32Array())],
        },
      },
      approachMeters: 0,
      schedule: null,
    })),
    proximityBans: order.victims.map((victim) => ({
      id: `pair-${offender}:${victim}`,
      victimId: personOf(workload.deviceIds[workload.offenderCount + victim] ?? ''),
      separationMeters,
      approachMeters,
    })),
  }
}

/** Closed, in degrees, as GeoJSON has it. */
export function cornersOf(ring: Int32Array): [number, number][] {
  const corners: [number, number][] = []
  for (let at = 0; at <= ring.length; at += 2) {
    const from = at % ring.length
    corners.push([(ring[from] ?? 0) / unitsPerDegree, (ring[from + 1] ?? 0) / unitsPerDegree])
  }
  return corners
}

export function personOf(deviceId: string): string {
  return `p${deviceId.slice(1)}`
}

const dayMs = 86_400_000
