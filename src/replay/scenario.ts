import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { DeviceEvent, Fix } from '../core/model/fix.ts'
import type { Limits } from '../core/model/limits.ts'
import type { Registry } from '../core/model/registry.ts'
import { appendFix, createFixColumns } from './fix-columns.ts'
import type { FixColumns } from './fix-columns.ts'
import { createDeviceFinder, readDeviceEventLine, readFixLine } from './read-line.ts'
import { readRegistry } from './read-registry.ts'
import { ScenarioFault } from './scenario-fault.ts'
import type { Place } from './scenario-fault.ts'

/**
 * Reads a scenario folder. A line that cannot be used goes to `onFault`, which throws to stop there
 * or returns to leave the line out and count it; it is never left out in silence.
 */
export async function loadScenario(
  directory: string,
  limits: Limits,
  onFault: (fault: ScenarioFault) => void,
): Promise<LoadedScenario> {
  const registry = await readRegistry(await presentFile(directory, 'registry.json'))
  const devices = createDeviceFinder(registry)
  const fixes = createFixColumns()
  const deviceEvents: DeviceEvent[] = []
  await readLines(
    await presentFile(directory, 'positions.ndjson'),
    (text, place) => appendFix(fixes, readFixLine(text, place, devices, limits)),
    onFault,
  )
  const eventsFile = join(directory, 'device-events.ndjson')
  if (await isPresent(eventsFile)) {
    await readLines(
      eventsFile,
      (text, place) => deviceEvents.push(readDeviceEventLine(text, place, devices, limits)),
      onFault,
    )
  }
  return { registry, fixes, deviceEvents }
}

/** A scenario as it stands in memory while it is made: what a generator or an importer gives. */
export type Scenario = {
  readonly registry: Registry
  readonly fixes: readonly Fix[]
  readonly deviceEvents: readonly DeviceEvent[]
}

/** A scenario packed for replay. */
export type LoadedScenario = {
  readonly registry: Registry
  readonly fixes: FixColumns
  readonly deviceEvents: readonly DeviceEvent[]
}

export function packScenario(scenario: Scenario): LoadedScenario {
  const fixes = createFixColumns()
  for (const fix of scenario.fixes) {
    appendFix(fixes, fix)
  }
  return { registry: scenario.registry, fixes, deviceEvents: scenario.deviceEvents }
}

async function readLines(
  file: string,
  take: (text: string, place: Place) => void,
  onFault: (fault: ScenarioFault) => void,
): Promise<void> {
  const input = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 })
  let line = 0
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line++
    // An empty last line is how editors end a file; anything else must be a record.
    if (text.trim() === '') {
      continue
    }
    try {
      // Some editors begin a file with a byte order mark.
      take(line === 1 ? text.replace(/^\uFEFF/, '') : text, { file, line })
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      onFault(error)
    }
  }
}

async function presentFile(directory: string, name: string): Promise<string> {
  const file = join(directory, name)
  if (!(await isPresent(file))) {
    throw new ScenarioFault({ file, line: null }, null, 'a file of the scenario', 'no such file')
  }
  return file
}

async function isPresent(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
