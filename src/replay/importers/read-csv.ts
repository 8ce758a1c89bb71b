import { describeCoordinate, describeValue, ScenarioFault } from '../scenario-fault.ts'
import type { Place } from '../scenario-fault.ts'
import { readCsvRecords } from './csv-records.ts'
import { parseCommaNumber, parseNumber } from './parse-number.ts'
import { isTimeOfDay, readTime } from './recorded-time.ts'
import { NotARecording, recordedFix, speedUnits, withoutPosition } from './recording.ts'
import type { ReadingOptions, RecordedFix, RecordingSink, SpeedUnit } from './recording.ts'
import { readTextLines } from './text-lines.ts'

/**
 * A table with a header line. Columns are found by their common names, or by
 * `options.columns` (ours → theirs).
 */
export async function readCsv(
  file: string,
  options: ReadingOptions,
  sink: RecordingSink,
): Promise<void> {
  let table: Table | null = null
  for await (const record of readCsvRecords(file, readTextLines(file), sink.fault)) {
    const { line, cells } = record
    if (cells.length === 1 && cells[0]?.trim() === '') {
      continue
    }
    if (table === null) {
      const layout = findLayout({ file, line }, cells, options.columns)
      const parse = record.separator === ',' ? parseNumber : parseCommaNumber
      const unit = options.speedUnit ?? unitOfHeader(cells, layout, sink)
      table = { layout, parse, speedFactor: speedUnits[unit], options, sink }
      continue
    }
    try {
      readRow({ file, line }, table, cells)
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      sink.fault(error)
    }
  }
  if (table === null) {
    throw new NotARecording('it is empty')
  }
}

export const columnNames = [
  'longitude',
  'latitude',
  'recordedAt',
  'recordedDate',
  'receivedAt',
  'device',
  'accuracyMeters',
  'speedMetersPerSecond',
  'headingDegrees',
  'hdop',
  'satellites',
] as const
type ColumnName = (typeof columnNames)[number]

type Layout = Readonly<Record<ColumnName, number | null>> & {
  /** Without and with the columns that have no name. */
  readonly widthMin: number
  readonly widthMax: number
}

type Table = {
  readonly layout: Layout
  readonly parse: (text: string) => number | null
  readonly speedFactor: number
  readonly options: ReadingOptions
  readonly sink: RecordingSink
}

/** How headers name a unit after the word speed. */
const unitByName: Readonly<Record<string, SpeedUnit>> = {
  'm-s': 'm/s',
  mps: 'm/s',
  'km-h': 'km/h',
  kmh: 'km/h',
  'km-u': 'km/h',
  kph: 'km/h',
  kn: 'knots',
  kt: 'knots',
  kts: 'knots',
  knots: 'knots',
  mph: 'mph',
}

/**
 * Lower case, with every other character a hyphen: `location_long` and
 * `Location Long` are one name.
 */
const commonNames: Readonly<Record<ColumnName, readonly string[]>> = {
  longitude: ['longitude', 'location-long', 'lon', 'lng', 'long', 'lengtegraad'],
  latitude: ['latitude', 'location-lat', 'lat', 'breedtegraad'],
  recordedAt: [
    'recordedat',
    'recorded-at',
    'timestamp',
    'ts',
    'datetime',
    'date-time',
    'time',
    'tijdstip',
    'tijd',
    'date',
    'datum',
  ],
  // Beside a column of times of day.
  recordedDate: ['recordeddate', 'recorded-date', 'date', 'datum'],
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
  speedMetersPerSecond: [
    'speedmeterspersecond',
    'speed-meters-per-second',
    'speed',
    'snelheid',
    ...Object.keys(unitByName).map((name) => `speed-${name}`),
  ],
  headingDegrees: ['headingdegrees', 'heading-degrees', 'bearing', 'heading', 'course'],
  hdop: ['hdop'],
  satellites: ['satellites', 'gps-satellite-count'],
}

function findLayout(
  place: Place,
  header: readonly string[],
  columns: ReadonlyMap<string, string>,
): Layout {
  const names = header.map(normalName)
  const find = (column: ColumnName): number | null => {
    const named = columns.get(column)
    if (named !== undefined) {
      const index = names.indexOf(normalName(named))
      if (index === -1) {
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
  return { widthMin: widthOf(header), widthMax: header.length, ...layout } as Layout
}

function unitOfHeader(header: readonly string[], layout: Layout, sink: RecordingSink): SpeedUnit {
  const index = layout.speedMetersPerSecond
  if (index === null) return 'm/s'
  const name = normalName(header[index] ?? '')
  const unit = unitByName[name.replace(/^speed-/, '')]
  if (unit === undefined && !/^speed-?meters-?per-?second$/.test(name)) {
    sink.say('its speeds were taken as metres a second (--speed-unit says another)')
  }
  return unit ?? 'm/s'
}

function readRow(place: Place, table: Table, cells: readonly string[]): void {
  const { layout, parse, sink } = table
  if (cells.length < layout.widthMin || widthOf(cells) > layout.widthMax) {
    throw new ScenarioFault(place, null, `${layout.widthMax} cells`, String(cells.length))
  }
  const cell = (column: ColumnName): string => {
    const index = layout[column]
    const text = index === null ? '' : (cells[index] ?? '').trim()
    return nothing.test(text) ? '' : text
  }
  if (cell('longitude') === '' || cell('latitude') === '') {
    sink.passOver(withoutPosition, `line ${place.line}`)
    return
  }
  const time = cell('recordedAt')
  const moment = isBesideDate(layout, time) ? `${cell('recordedDate')} ${time}`.trim() : time
  const recordedAtMs = readTime(place, 'recordedAt', moment, table.options, sink.say)
  const received = cell('receivedAt')
  const receivedAtMs =
    received === ''
      ? recordedAtMs
      : readTime(place, 'receivedAt', received, table.options, sink.say)
  const longitude = readDegrees(place, 'longitude', cell('longitude'), 180, parse)
  const latitude = readDegrees(place, 'latitude', cell('latitude'), 90, parse)
  const measure = (column: ColumnName): number | null => {
    const text = cell(column)
    const value = parse(text)
    if (text === '' || value !== null) return value
    const got = describeCommaNumber(text) ?? describeValue(text)
    throw new ScenarioFault(place, column, 'a number', got)
  }
  const accuracyMeters = measure('accuracyMeters')
  // How devices mark a position that is none.
  if (accuracyMeters !== null && accuracyMeters < 0) {
    sink.passOver(withoutPosition, `line ${place.line}`)
    return
  }
  const speed = measure('speedMetersPerSecond')
  const known: Partial<RecordedFix> = {
    receivedAtMs,
    accuracyMeters,
    speedMetersPerSecond: speed === null ? null : speed * table.speedFactor,
    headingDegrees: measure('headingDegrees'),
    hdop: measure('hdop'),
    satellites: measure('satellites'),
  }
  const device = cell('device')
  sink.take(device === '' ? null : device, recordedFix(recordedAtMs, longitude, latitude, known))
}

/** Six digits beside a date are a time of day too; alone they would be a day of January 1970. */
function isBesideDate({ recordedAt, recordedDate }: Layout, time: string): boolean {
  const isPair = recordedDate !== null && recordedDate !== recordedAt
  return isPair && (isTimeOfDay(time) || /^\d{6}(?:\.\d+)?$/.test(time))
}

/** What databases and spreadsheets write into a cell that holds nothing. */
const nothing = /^(?:null|nan|none|n\/a|\\n)$/i

/** Without the empty cells that a separator at the end of a line makes. */
function widthOf(cells: readonly string[]): number {
  return cells.findLastIndex((text) => text.trim() !== '') + 1
}

function readDegrees(
  place: Place,
  field: string,
  text: string,
  bound: number,
  parse: Table['parse'],
): number {
  const value = parse(text)
  if (value === null || !(Math.abs(value) <= bound)) {
    const expected = `a number from -${bound} to ${bound}`
    const got = value === null ? describeCommaNumber(text) : null
    throw new ScenarioFault(place, field, expected, got ?? describeCoordinate(value ?? text))
  }
  return value
}

/** The usual reason why a cell is no number; the number itself may be a coordinate. */
function describeCommaNumber(text: string): string | null {
  return /^[+-]?\d+,\d+$/.test(text) ? 'one with a decimal comma in a table parted by commas' : null
}

function normalName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '')
}
