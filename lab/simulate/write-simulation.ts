import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type { Device, Registry } from '../../src/core/model/registry.ts'
import { createTimeFormatter } from './format-time-quickly.ts'
import { registryBody } from '../../src/replay/write-scenario.ts'
import type { CaseStream, Simulation } from './cases/case-stream.ts'

/**
 * Writes the simulation as a scenario folder, with its truth beside it: `truth.json` for the world,
 * `truth.ndjson` with a line per case. One case is in memory at a time, so the lines are in order
 * of receipt within each case only; replay sorts them.
 */
export function writeSimulation(
  directory: string,
  simulation: Simulation,
  onCase: (counts: WrittenCounts) => void,
): WrittenCounts {
  mkdirSync(directory, { recursive: true })
  const positions = openLines(join(directory, 'positions.ndjson'))
  const deviceEvents = openLines(join(directory, 'device-events.ndjson'))
  const truths = openLines(join(directory, 'truth.ndjson'))
  const registries: Registry[] = []
  let counts: WrittenCounts = { caseCount: 0, fixCount: 0, eventCount: 0 }
  for (let index = 0; index < simulation.caseCount; index++) {
    const item = simulation.buildCase(index)
    registries.push(item.registry)
    const written = writeCase(item, positions, deviceEvents)
    addLine(truths, `${JSON.stringify(item.truth())}\n`)
    counts = {
      caseCount: index + 1,
      fixCount: counts.fixCount + written.fixCount,
      eventCount: counts.eventCount + written.eventCount,
    }
    onCase(counts)
  }
  for (const lines of [positions, deviceEvents, truths]) closeLines(lines)
  const registry = registryBody(joinRegistries(simulation, registries))
  writeFileSync(join(directory, 'registry.json'), `${JSON.stringify(registry, null, 1)}\n`)
  const { name, seed, startMs, endMs, vendorOutages } = simulation
  const world = { name, seed, startMs, endMs, vendorOutages, ...counts }
  writeFileSync(join(directory, 'truth.json'), `${JSON.stringify(world, null, 2)}\n`)
  return counts
}

export type WrittenCounts = {
  readonly caseCount: number
  readonly fixCount: number
  readonly eventCount: number
}

function writeCase(
  item: CaseStream,
  positions: Lines,
  deviceEvents: Lines,
): { readonly fixCount: number; readonly eventCount: number } {
  const devices = new Map(item.registry.devices.map((device) => [device.id, device]))
  let fixCount = 0
  let eventCount = 0
  for (const record of item.records()) {
    if (record.type === 'fix') {
      addLine(positions, fixLine(devices, record.fix))
      fixCount++
    } else {
      addLine(deviceEvents, eventLine(devices, record.event))
      eventCount++
    }
  }
  return { fixCount, eventCount }
}

const formatTime = createTimeFormatter()

/**
 * Put together by hand: every value is a number, a time or one of our own words; a third
 * of the time of an object.
 */
function fixLine(devices: ReadonlyMap<string, Device>, fix: Fix): string {
  return (
    `{"serialNumber":"${devices.get(fix.deviceId)!.serialNumber}"` +
    `,"recordedAt":"${formatTime(fix.recordedAtMs)}"` +
    `,"longitude":${fix.longitude},"latitude":${fix.latitude}` +
    part('accuracyMeters', fix.accuracyMeters) +
    part('speedMetersPerSecond', fix.speedMetersPerSecond) +
    part('headingDegrees', fix.headingDegrees) +
    (fix.source === null ? '' : `,"source":"${fix.source}"`) +
    part('hdop', fix.hdop) +
    part('satellites', fix.satellites) +
    part('batteryFraction', fix.batteryFraction) +
    part('sequence', fix.sequence) +
    `,"receivedAt":"${formatTime(fix.receivedAtMs)}"}\n`
  )
}

function eventLine(devices: ReadonlyMap<string, Device>, event: DeviceEvent): string {
  return (
    `{"serialNumber":"${devices.get(event.deviceId)!.serialNumber}","kind":"${event.kind}"` +
    `,"recordedAt":"${formatTime(event.recordedAtMs)}"` +
    part('batteryFraction', event.batteryFraction) +
    part('sequence', event.sequence) +
    `,"receivedAt":"${formatTime(event.receivedAtMs)}"}\n`
  )
}

function part(name: string, value: number | null): string {
  return value === null ? '' : `,"${name}":${value}`
}

function joinRegistries(simulation: Simulation, registries: readonly Registry[]): Registry {
  return {
    vendors: simulation.vendors,
    persons: registries.flatMap(({ persons }) => persons),
    devices: registries.flatMap(({ devices }) => devices),
    deviceAssignments: registries.flatMap(({ deviceAssignments }) => deviceAssignments),
    protectionOrders: registries.flatMap(({ protectionOrders }) => protectionOrders),
  }
}

/**
 * Written without waiting in between, a good piece at a time: nothing else runs in this process.
 */
type Lines = { readonly file: number; text: string }

const pieceCharacters = 1 << 20

function openLines(path: string): Lines {
  return { file: openSync(path, 'w'), text: '' }
}

function addLine(lines: Lines, line: string): void {
  lines.text += line
  if (lines.text.length < pieceCharacters) return
  writeAll(lines.file, lines.text)
  lines.text = ''
}

function closeLines(lines: Lines): void {
  writeAll(lines.file, lines.text)
  closeSync(lines.file)
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from)
}
