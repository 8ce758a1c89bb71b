import { randomUUID } from 'node:crypto'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type {
  Device,
  DeviceAssignment,
  LocationBan,
  Person,
  PersonRole,
  ProtectionOrder,
  ProximityBan,
} from '../../src/core/model/registry.ts'
import type { Scenario } from '../../src/replay/scenario.ts'
import type { Storyline } from '../town/cast.ts'
import { moveMs } from './cut-recording.ts'
import type { Cut } from './cut-recording.ts'

/** People of a stage made of recordings: each walks one cut. */
export type RecordingsCast = {
  readonly startMs: number
  readonly endMs: number
  readonly persons: Person[]
  readonly devices: Device[]
  readonly deviceAssignments: DeviceAssignment[]
  readonly protectionOrders: ProtectionOrder[]
  readonly fixes: Fix[]
  readonly deviceEvents: DeviceEvent[]
  readonly storylines: Storyline[]
  readonly labels: Map<string, string>
}

export function createRecordingsCast(startMs: number): RecordingsCast {
  return {
    startMs,
    endMs: startMs + leadMs + moveMs + standMs,
    persons: [],
    devices: [],
    deviceAssignments: [],
    protectionOrders: [],
    fixes: [],
    deviceEvents: [],
    storylines: [],
    labels: new Map([[vendorId, 'Recordings']]),
  }
}

export function scenarioOf(cast: RecordingsCast): Scenario {
  const { persons, devices, deviceAssignments, protectionOrders, fixes, deviceEvents } = cast
  const vendors = [{ id: vendorId, name: 'Recordings' }]
  return {
    registry: { vendors, persons, devices, deviceAssignments, protectionOrders },
    fixes: fixes.toSorted((one, other) => one.receivedAtMs - other.receivedAtMs),
    deviceEvents,
  }
}

/** Somebody who goes the way of a cut and then stands where it ended. */
export function addWalker(
  cast: RecordingsCast,
  role: PersonRole,
  cut: Cut,
  changes: Partial<WalkPlan>,
): Walker {
  const plan: WalkPlan = {
    departMs: cast.startMs + leadMs,
    untilMs: cast.endMs,
    heldUntilMs: null,
    ...changes,
  }
  const number = String(cast.persons.length + 1).padStart(3, '0')
  const personId = `${role}-${number}`
  const deviceId = `device-${number}`
  cast.persons.push({ id: personId, role, reference: `demo-${number}-${randomUUID().slice(0, 8)}` })
  cast.devices.push({
    id: deviceId,
    vendorId,
    serialNumber: `REC-${number}`,
    kind: role === 'offender' ? 'ankle-monitor' : 'victim-device',
    reportIntervalSeconds: cut.intervalSeconds,
  })
  cast.deviceAssignments.push({
    id: `assignment-${number}`,
    deviceId,
    personId,
    validFromMs: Math.min(cast.startMs, plan.departMs - 60_000),
    validUntilMs: null,
  })
  cast.labels.set(personId, `${role} ${number} (${cut.deviceName.slice(-40)})`)
  for (const fix of walkFixes(cut, plan, deviceId)) {
    cast.fixes.push(fix)
  }
  return { personId, deviceId }
}

export function addOrder(
  cast: RecordingsCast,
  walker: Walker,
  locationBans: readonly LocationBan[],
  proximityBans: readonly ProximityBan[],
): void {
  const number = String(cast.protectionOrders.length + 1).padStart(3, '0')
  locationBans.forEach((ban) => cast.labels.set(ban.id, ban.label))
  const assignment = cast.deviceAssignments.find(({ personId }) => personId === walker.personId)
  cast.protectionOrders.push({
    id: `order-${number}`,
    version: 1,
    reference: `demo ${number} ${randomUUID().slice(0, 8)}`,
    legalBasis: 'special-condition',
    offenderId: walker.personId,
    validFromMs: assignment?.validFromMs ?? cast.startMs,
    validUntilMs: cast.startMs + 90 * 86_400_000,
    status: 'active',
    locationBans,
    proximityBans,
    escalation: null,
  })
}

export type Walker = { readonly personId: string; readonly deviceId: string }

export type WalkPlan = {
  readonly departMs: number
  /** The device is heard until here. */
  readonly untilMs: number
  /** Out of reach of the network: everything before this arrives at this moment. */
  readonly heldUntilMs: number | null
}

const vendorId = 'vendor-1'
const leadMs = 4_000
const standMs = 76_000

function walkFixes(cut: Cut, plan: WalkPlan, deviceId: string): readonly Fix[] {
  const fixes: Fix[] = []
  const push = (recorded: Cut['fixes'][number], recordedAtMs: number): void => {
    if (recordedAtMs <= plan.untilMs) {
      const receivedAtMs = Math.max(recordedAtMs + 300, plan.heldUntilMs ?? 0)
      fixes.push({
        ...recorded,
        deviceId,
        recordedAtMs,
        receivedAtMs,
        batteryFraction: null,
        sequence: fixes.length + 1,
      })
    }
  }
  for (const recorded of cut.fixes) {
    push(recorded, plan.departMs + recorded.recordedAtMs)
  }
  const last = cut.fixes.at(-1)!
  const stepMs = cut.intervalSeconds * 1000
  let atMs = plan.departMs + last.recordedAtMs + stepMs
  for (; atMs <= plan.untilMs; atMs += stepMs) {
    push(last, atMs)
  }
  return fixes
}
