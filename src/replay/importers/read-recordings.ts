import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ScenarioFault } from '../scenario-fault.ts'
import { readCsv } from './read-csv.ts'
import { readGeoJson } from './read-geojson.ts'
import { readGpx } from './read-gpx.ts'
import { readNmea } from './read-nmea.ts'
import { readTrackFile } from './read-track-file.ts'
import { NotARecording } from './recording.ts'
import type { RecordedFix, Recording, RecordingSink } from './recording.ts'

/** Reads files, and folders with all in them, into one recording per device. */
export async function readRecordings(
  paths: readonly string[],
  options: ImportOptions,
): Promise<ImportResult> {
  const fixesByDevice = new Map<string, RecordedFix[]>()
  const files: ImportedFile[] = []
  for (const path of paths) {
    for (const file of await filesUnder(path)) {
      files.push(await readFileInto(file, options, fixesByDevice))
    }
  }
  const recordings = [...fixesByDevice].map(([deviceName, fixes]) => ({
    deviceName,
    fixes: fixes.toSorted((one, other) => one.receivedAtMs - other.receivedAtMs),
  }))
  return { recordings, files }
}

export type ImportOptions = {
  /** Our column name → theirs, for tables with unusual headers. */
  readonly columns: ReadonlyMap<string, string>
  /** When the tracks began that count seconds from their own start. */
  readonly startMs: number | null
  readonly onFault: (fault: ScenarioFault) => void
}

export type ImportResult = {
  readonly recordings: readonly Recording[]
  readonly files: readonly ImportedFile[]
}

export type ImportedFile = {
  readonly file: string
  readonly fixCount: number
  readonly noPositionCount: number
  readonly faultCount: number
  /** Why nothing was read from it; null when something was. */
  readonly passedOver: string | null
}

async function readFileInto(
  file: string,
  options: ImportOptions,
  fixesByDevice: Map<string, RecordedFix[]>,
): Promise<ImportedFile> {
  const counts = { fixCount: 0, noPositionCount: 0, faultCount: 0 }
  const folder = basename(dirname(file))
  const stem = basename(file).replace(/(\.[a-z0-9]+)(\.gz)?$/i, '')
  const sink: RecordingSink = {
    take: (deviceName, fix) => {
      // A named device goes through all files of its folder; a file without names is one device.
      const key = deviceKey(deviceName === null ? `${folder}-${stem}` : `${folder}-${deviceName}`)
      const fixes = fixesByDevice.get(key)
      if (fixes === undefined) {
        fixesByDevice.set(key, [fix])
      } else {
        fixes.push(fix)
      }
      counts.fixCount++
    },
    fault: (fault) => {
      counts.faultCount++
      options.onFault(fault)
    },
    noPosition: () => {
      counts.noPositionCount++
    },
  }
  try {
    await readByFormat(file, options, sink)
    return { file, ...counts, passedOver: null }
  } catch (error) {
    if (!(error instanceof NotARecording)) {
      throw error
    }
    return { file, ...counts, passedOver: error.message }
  }
}

async function readByFormat(
  file: string,
  options: ImportOptions,
  sink: RecordingSink,
): Promise<void> {
  const name = file.toLowerCase().replace(/\.gz$/, '')
  if (name.endsWith('.gpx')) {
    return readGpx(file, sink)
  }
  if (name.endsWith('.nmea') || name.endsWith('.nma')) {
    return readNmea(file, sink)
  }
  if (name.endsWith('.geojson') || name.endsWith('.json')) {
    return readGeoJson(file, sink)
  }
  if (name.endsWith('.csv') || name.endsWith('.tsv')) {
    return readCsv(file, options.columns, sink)
  }
  if (name.endsWith('.track')) {
    return readTrackFile(file, options.startMs, sink)
  }
  throw new NotARecording('not GPX, NMEA, GeoJSON, CSV or .track by its name')
}

/** Files in a fixed order, so that the same folder always gives the same scenario. */
async function filesUnder(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) {
    return [path]
  }
  const entries = await readdir(path, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

/** Fit for a serial number: letters, digits, dot and hyphen, at most 64. */
function deviceKey(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9.]+/g, '-').slice(-64)
}
