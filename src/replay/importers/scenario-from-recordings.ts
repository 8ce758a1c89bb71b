import type {
  Device,
  DeviceAssignment,
  Person,
  ProtectionOrder,
  Registry,
} from '../../core/model/registry.ts'
import type { Fix } from '../../core/model/fix.ts'
import type { Scenario } from '../scenario.ts'
import { ScenarioFault } from '../scenario-fault.ts'
import { layBans } from './lay-bans.ts'
import type { Recording } from './recording.ts'

/**
 * Every recorded device becomes an offender's monitor, or a victim's device
 * where `victims` names it.
 */
export function scenarioFromRecordings(
  recordings: readonly Recording[],
  options: FromRecordingsOptions,
): Scenario {
  for (const name of options.victims) {
    if (!recordings.some(({ deviceName }) => deviceName === name)) {
      const place = { file: '--victims', line: null }
      throw new ScenarioFault(place, null, 'the name of a recorded device', name)
    }
  }
  const worn = recordings.map((recording, index) => wear(recording, index + 1, options.victims))
  const victims = worn.filter(({ person }) => person.role === 'victim')
  const registry: Registry = {
    vendors: [{ id: vendorId, name: 'Recordings' }],
    persons: worn.map(({ person }) => person),
    devices: worn.map(({ device }) => device),
    deviceAssignments: worn.map(({ deviceAssignment }) => deviceAssignment),
    protectionOrders: worn
      .filter(({ person }) => person.role === 'offender')
      .map((offender, index) => makeOrder(offender, victims, index + 1, options))
      .filter(({ locationBans, proximityBans }) => locationBans.length + proximityBans.length > 0),
  }
  return { registry, fixes: worn.flatMap(fixesOf), deviceEvents: [] }
}

/**
 * The recordings under a registry that somebody wrote: device names must be serial numbers in it.
 */
export function scenarioUnderRegistry(
  recordings: readonly Recording[],
  registry: Registry,
  registryFile: string,
): Scenario {
  const fixes = recordings.flatMap((recording) => {
    const { deviceName } = recording
    const device = registry.devices.find(({ serialNumber }) => serialNumber === deviceName)
    if (device === undefined) {
      const place = { file: registryFile, line: null }
      throw new ScenarioFault(place, 'devices', `a device with serial number ${deviceName}`, 'none')
    }
    return fixesOf({ recording, device })
  })
  return { registry, fixes, deviceEvents: [] }
}

export type FromRecordingsOptions = {
  readonly bans: 'auto' | 'none'
  readonly victims: ReadonlySet<string>
  readonly separationMeters: number
}

type Worn = {
  readonly recording: Recording
  readonly person: Person
  readonly device: Device
  readonly deviceAssignment: DeviceAssignment
  readonly firstMs: number
  readonly lastMs: number
}

const vendorId = 'vendor-1'

function wear(recording: Recording, number: number, victims: ReadonlySet<string>): Worn {
  const { deviceName, fixes } = recording
  const isVictim = victims.has(deviceName)
  const person: Person = {
    id: `person-${number}`,
    role: isVictim ? 'victim' : 'offender',
    reference: deviceName,
  }
  const device: Device = {
    id: `device-${number}`,
    vendorId,
    serialNumber: deviceName,
    kind: isVictim ? 'victim-device' : 'ankle-monitor',
    reportIntervalSeconds: reportIntervalSeconds(recording),
  }
  let firstMs = Infinity
  let lastMs = -Infinity
  for (const { recordedAtMs, receivedAtMs } of fixes) {
    firstMs = Math.min(firstMs, recordedAtMs)
    lastMs = Math.max(lastMs, recordedAtMs, receivedAtMs)
  }
  const deviceAssignment: DeviceAssignment = {
    id: `assignment-${number}`,
    deviceId: device.id,
    personId: person.id,
    validFromMs: firstMs,
    // To the end of the recording: the silence after it is nobody's.
    validUntilMs: lastMs + 1,
  }
  return { recording, person, device, deviceAssignment, firstMs, lastMs }
}

function makeOrder(
  offender: Worn,
  victims: readonly Worn[],
  number: number,
  options: FromRecordingsOptions,
): ProtectionOrder {
  const id = `order-${number}`
  const overlapping = victims.filter(
    ({ firstMs, lastMs }) => firstMs <= offender.lastMs && lastMs >= offender.firstMs,
  )
  return {
    id,
    version: 1,
    reference: `recorded ${number}`,
    legalBasis: 'special-condition',
    offenderId: offender.person.id,
    validFromMs: offender.firstMs,
    validUntilMs: offender.lastMs + 1,
    status: 'active',
    locationBans: options.bans === 'auto' ? layBans(offender.recording.fixes, id) : [],
    proximityBans: overlapping.map(({ person }, index) => ({
      id: `${id}-pair-${index + 1}`,
      victimId: person.id,
      separationMeters: options.separationMeters,
      approachMeters: 2 * options.separationMeters,
    })),
    escalation: null,
  }
}

function fixesOf({ recording, device }: Pick<Worn, 'recording' | 'device'>): readonly Fix[] {
  return recording.fixes.map((fix) => ({
    ...fix,
    deviceId: device.id,
    batteryFraction: null,
    sequence: null,
  }))
}

/**
 * The plan nobody wrote down: the interval that nine in ten gaps keep,
 * between a second and an hour.
 */
function reportIntervalSeconds({ fixes }: Recording): number {
  const gapsMs: number[] = []
  let lastMs = Infinity
  for (const { receivedAtMs } of fixes) {
    if (receivedAtMs > lastMs) {
      gapsMs.push(receivedAtMs - lastMs)
    }
    lastMs = receivedAtMs
  }
  gapsMs.sort((one, other) => one - other)
  const gapMs = gapsMs[Math.floor(gapsMs.length * 0.9)] ?? 60_000
  return Math.max(1, Math.min(3_600, Math.ceil(gapMs / 1000)))
}
