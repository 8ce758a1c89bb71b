import { describeCoordinate, describeValue, ScenarioFault } from '../scenario-fault.ts'
import type { Place } from '../scenario-fault.ts'
import { readCsvRecords } from './csv-records.ts'
import { parseNumber, parseTableTime } from './parse-number.ts'
import { NotARecording, recordedFix } from './recording.ts'
import type { RecordedFix, RecordingSink } from './recording.ts'
import { readTextLines } from './text-lines.ts'

/**
 * A table with a header line. Columns are found by their common names, or by
 * `columns` (ours → theirs).
 */
export async function readCsv(
  file: string,
  columns: ReadonlyMap<string, string>,
  sink: RecordingSink,
): Promise<void> {
  let layout: Layout | null = null
  for await (const { line, cells } of readCsvRecords(file, readTextLines(file), sink.fault)) {
    if (cells.length === 1 && cells[0]?.trim() === '') {
      continue
    }
    if (layout === null) {
      layout = findLayout(file, cells, columns)
      continue
    }
    try {
      readRow({ file, line }, layout, cells, sink)
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      sink.fault(error)
    }
  }
  if (layout === null) {
    throw new NotARecording('it is empty')
  }
}

export const columnNames = [
  'longitude',
  'latitude',
  'recordedAt',
  'receivedAt',
  'device',
  'accuracyMeters',
  'speedMetersPerSecond',
  'headingDegrees',
  'hdop',
  'satellites',
] as const
type ColumnName = (typeof columnNames)[number]

type Layout = { readonly width: number } & Readonly<Record<ColumnName, number | null>>

/**
 * Lower case, with every other character a hyphen: `location_long` and
 * `Location Long` are one name.
 */
const commonNames: Readonly<Record<ColumnName, readonly string[]>> = {
  longitude: ['longitude', 'location-long', 'lon', 'lng', 'long'],
  latitude: ['latitude', 'location-lat', 'lat'],
  recordedAt: ['recordedat', 'recorded-at', 'timestamp', 'ts', 'time', 'datetime', 'date-time'],
  receivedAt: ['receivedat', 'received-at', 'write-ts'],
  device: [
    'serialnumber',
    'serial-number',
    'device',
    'device-id',
    'tag-local-identifier',
    'tag-id',
    'vehicle-id',
  ],
  accuracyMeters: [
    'accuracymeters',
    'accuracy-meters',
    'accuracy',
    'horizontal-accuracy',
    'location-error-numerical',
  ],
  // Not `ground-speed`: loggers fill it with metres a minute and kilometres an hour alike.
  speedMetersPerSecond: ['speedmeterspersecond', 'speed-meters-per-second', 'speed'],
  headingDegrees: ['headingdegrees', 'heading-degrees', 'bearing', 'heading', 'course'],
  hdop: ['hdop'],
  satellites: ['satellites', 'gps-satellite-count'],
}

function findLayout(
  file: string,
  header: readonly string[],
  columns: ReadonlyMap<string, string>,
): Layout {
  const names = header.map(normalName)
  const find = (column: ColumnName): number | null => {
    const named = columns.get(column)
    if (named !== undefined) {
      const index = names.indexOf(normalName(named))
      if (index === -1) {
        const place = { file, line: 1 }
        throw new ScenarioFault(place, column, `a column ${describeValue(named)}`, 'none')
      }
      return index
    }
    const index = commonNames[column]
      .map((name) => names.indexOf(name))
      .find((candidate) => candidate !== -1)
    return index ?? null
  }
  const layout = Object.fromEntries(columnNames.map((column) => [column, find(column)]))
  for (const needed of ['longitude', 'latitude', 'recordedAt'] as const) {
    if (layout[needed] === null) {
      throw new NotARecording(`no column for ${needed} (name it with --columns)`)
    }
  }
  return { width: header.length, ...layout } as Layout
}

function readRow(
  place: Place,
  layout: Layout,
  cells: readonly string[],
  sink: RecordingSink,
): void {
  if (cells.length !== layout.width) {
    throw new ScenarioFault(place, null, `${layout.width} cells`, String(cells.length))
  }
  const cell = (column: ColumnName): string => {
    const index = layout[column]
    return index === null ? '' : (cells[index] ?? '').trim()
  }
  if (cell('longitude') === '' && cell('latitude') === '') {
    sink.noPosition()
    return
  }
  const recordedAtMs = readTime(place, 'recordedAt', cell('recordedAt'))
  const receivedAt = cell('receivedAt')
  const longitude = readDegrees(place, 'longitude', cell('longitude'), 180)
  const latitude = readDegrees(place, 'latitude', cell('latitude'), 90)
  const known: Partial<RecordedFix> = {
    receivedAtMs: receivedAt === '' ? recordedAtMs : readTime(place, 'receivedAt', receivedAt),
    accuracyMeters: readMeasure(place, 'accuracyMeters', cell('accuracyMeters')),
    speedMetersPerSecond: readMeasure(place, 'speedMetersPerSecond', cell('speedMetersPerSecond')),
    headingDegrees: readMeasure(place, 'headingDegrees', cell('headingDegrees')),
    hdop: readMeasure(place, 'hdop', cell('hdop')),
    satellites: readMeasure(place, 'satellites', cell('satellites')),
  }
  const device = cell('device')
  sink.take(device === '' ? null : device, recordedFix(recordedAtMs, longitude, latitude, known))
}

function readTime(place: Place, field: string, text: string): number {
  const timeMs = parseTableTime(text)
  if (timeMs === null) {
    throw new ScenarioFault(place, field, 'a time', describeValue(text))
  }
  return timeMs
}

function readDegrees(place: Place, field: string, text: string, bound: number): number {
  const value = parseNumber(text)
  if (value === null || !(Math.abs(value) <= bound)) {
    const expected = `a number from -${bound} to ${bound}`
    throw new ScenarioFault(place, field, expected, describeCoordinate(value ?? text))
  }
  return value
}

function readMeasure(place: Place, field: string, text: string): number | null {
  if (text === '') {
    return null
  }
  const value = parseNumber(text)
  if (value === null) {
    throw new ScenarioFault(place, field, 'a number', describeValue(text))
  }
  return value
}

function normalName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
}
