import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ScenarioFault } from '../scenario-fault.ts'
import { listDoubtfulTimes } from './doubtful-times.ts'
import { readCsv } from './read-csv.ts'
import { readGeoJson } from './read-geojson.ts'
import { readGpx } from './read-gpx.ts'
import { looksLikeNmea, readNmea } from './read-nmea.ts'
import { readTrackFile } from './read-track-file.ts'
import { NotARecording } from './recording.ts'
import type { ReadingOptions, RecordedFix, Recording, RecordingSink } from './recording.ts'
import { readBeginning } from './text-lines.ts'

/**
 * Reads files, and folders with all in them, into one recording per device. A file that is broken
 * costs itself alone: it is named, and the others are read.
 */
export async function readRecordings(
  paths: readonly string[],
  options: ImportOptions,
): Promise<ImportResult> {
  const fixesByDevice = new Map<string, RecordedFix[]>()
  const files: ImportedFile[] = []
  for (const path of paths) {
    for (const file of await filesUnder(path)) {
      const { imported, taken } = await readOneFile(file, options)
      files.push(imported)
      for (const [key, fixes] of taken) {
        const known = fixesByDevice.get(key)
        if (known === undefined) fixesByDevice.set(key, fixes)
        else for (const fix of fixes) known.push(fix)
      }
    }
  }
  const recordings = [...fixesByDevice].map(([deviceName, fixes]) => ({
    deviceName,
    fixes: fixes.toSorted((one, other) => one.receivedAtMs - other.receivedAtMs),
  }))
  return { recordings, files }
}

export type ImportOptions = ReadingOptions & {
  /** Of a line that cannot be used: returns to leave it out, throws to leave out its file. */
  readonly onFault: (fault: ScenarioFault) => void
}

export type ImportResult = {
  readonly recordings: readonly Recording[]
  readonly files: readonly ImportedFile[]
}

export type ImportedFile = {
  readonly file: string
  readonly fixCount: number
  readonly faultCount: number
  /** Records that gave no fix, by reason: how many, and where the first stands. */
  readonly passedOverCounts: ReadonlyMap<string, PassedOver>
  /** What was taken for granted, and what looks wrong. */
  readonly notes: readonly string[]
  /** Why it is no recording; null when it is one. */
  readonly passedOver: string | null
  /** What is broken about it; only what was whole before that place was read, if anything. */
  readonly brokenBy: string | null
}

export type PassedOver = { readonly count: number; readonly first: string }

async function readOneFile(
  file: string,
  options: ImportOptions,
): Promise<{ imported: ImportedFile; taken: ReadonlyMap<string, RecordedFix[]> }> {
  const pile = createPile(file, options.onFault)
  let passedOver: string | null = null
  let brokenBy: string | null = null
  try {
    await readByFormat(file, options, {
      ...pile.sink,
      cutOff: (fault) => {
        brokenBy = fault.message
      },
    })
  } catch (error) {
    if (error instanceof NotARecording) passedOver = error.message
    else if (error instanceof ScenarioFault) brokenBy = error.message
    else if (isFaultOfFile(error)) brokenBy = `${file}: ${error.message}`
    else throw error
    // Nobody knows what the part means that was read before.
    pile.taken.clear()
  }
  const fixes = [...pile.taken.values()].flat()
  const imported = {
    file,
    fixCount: fixes.length,
    faultCount: pile.faultCount(),
    passedOverCounts: pile.passedOverCounts,
    notes: [...pile.notes, ...listDoubtfulTimes(fixes, Date.now())],
    passedOver,
    brokenBy,
  }
  return { imported, taken: pile.taken }
}

/** What one file gives, until it is known to be whole. */
function createPile(file: string, onFault: ImportOptions['onFault']) {
  const folder = basename(dirname(file))
  const stem = basename(file).replace(/(\.[a-z0-9]+)(\.gz)?$/i, '')
  const taken = new Map<string, RecordedFix[]>()
  const passedOverCounts = new Map<string, PassedOver>()
  const notes = new Set<string>()
  let faultCount = 0
  const sink: Omit<RecordingSink, 'cutOff'> = {
    take: (deviceName, fix) => {
      // A named device goes through all files of its folder; a file without names is one device.
      const key = deviceKey(deviceName === null ? `${folder}-${stem}` : `${folder}-${deviceName}`)
      const fixes = taken.get(key)
      if (fixes === undefined) {
        taken.set(key, [fix])
      } else {
        fixes.push(fix)
      }
    },
    fault: (fault) => {
      faultCount++
      onFault(fault)
    },
    passOver: (reason, where) => {
      const { count, first } = passedOverCounts.get(reason) ?? { count: 0, first: where }
      passedOverCounts.set(reason, { count: count + 1, first })
    },
    say: (sentence) => notes.add(sentence),
  }
  return { sink, taken, passedOverCounts, notes, faultCount: () => faultCount }
}

/** Not to be opened, not to be unpacked, or larger than a text can be. */
function isFaultOfFile(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(?:Z_|EACCES$|EPERM$|EIO$|ENOENT$|ERR_STRING_TOO_LONG$)/.test(code)
}

async function readByFormat(
  file: string,
  options: ImportOptions,
  sink: RecordingSink,
): Promise<void> {
  const name = file.toLowerCase().replace(/\.gz$/, '')
  if (name.endsWith('.gpx')) {
    return readGpx(file, options, sink)
  }
  if (name.endsWith('.nmea') || name.endsWith('.nma')) {
    return readNmea(file, sink)
  }
  if (/\.(?:geojson|json|geojsonl|geojsons|geojsonseq|ndjson|jsonl)$/.test(name)) {
    return readGeoJson(file, options, sink)
  }
  if (name.endsWith('.csv') || name.endsWith('.tsv')) {
    return readCsv(file, options, sink)
  }
  if (name.endsWith('.track')) {
    return readTrackFile(file, options.startMs, sink)
  }
  // Names that say nothing; receivers' logs come under both.
  if (/\.(?:log|txt)$/.test(name) && looksLikeNmea(await readBeginning(file))) {
    return readNmea(file, sink)
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
