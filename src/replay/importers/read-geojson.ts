import { describeCoordinate, ScenarioFault } from '../scenario-fault.ts'
import type { Place } from '../scenario-fault.ts'
import { readTime } from './recorded-time.ts'
import { NotARecording, recordedFix, withoutPosition } from './recording.ts'
import type { ReadingOptions, RecordingSink } from './recording.ts'
import { readWholeText } from './text-lines.ts'

/**
 * GeoJSON: Points with a time among their properties, lines and MultiPoints with `coordTimes`; also
 * as a text sequence (RFC 8142), one feature a line, or the `locations` of Overland.
 */
export async function readGeoJson(
  file: string,
  options: ReadingOptions,
  sink: RecordingSink,
): Promise<void> {
  const features = parseTexts(file, await readWholeText(file), sink.fault).flatMap(featuresOf)
  // Nothing is counted or refused in a file that is something else.
  const found = features.map((feature) => ({ ...feature, ...momentsOf(feature.body) }))
  if (!found.some(({ moments }) => moments.some(({ time }) => time !== undefined))) {
    throw new NotARecording('no Point with a time and no LineString with coordTimes in it')
  }
  for (const { line, path, moments, passedOver } of found) {
    if (passedOver !== null) {
      const where = line === null ? path : `line ${line}`
      sink.passOver(passedOver, where)
      continue
    }
    for (const moment of moments) {
      try {
        takeMoment({ file, line }, `${path}${moment.path}`, moment, { options, sink })
      } catch (error) {
        if (!(error instanceof ScenarioFault)) {
          throw error
        }
        sink.fault(error)
      }
    }
  }
}

const withoutTime = 'points without a time'

type JsonObject = Readonly<Record<string, unknown>>

/** One of the JSON texts of a file; its line is null where it is the only one. */
type JsonText = { readonly line: number | null; readonly body: JsonObject }
type Feature = JsonText & { readonly path: string }

type Moment = {
  readonly path: string
  readonly coordinates: unknown
  readonly time: unknown
  readonly properties: JsonObject
}

const timeNames = ['recordedAt', 'time', 'timestamp', 'datetime', 'date_time'] as const
const deviceNames = ['serialNumber', 'device', 'device_id', 'deviceId'] as const
const accuracyNames = ['accuracyMeters', 'accuracy', 'horizontal_accuracy'] as const

function parseTexts(
  file: string,
  text: string,
  onFault: RecordingSink['fault'],
): readonly JsonText[] {
  const whole = parseJson(text)
  if (whole !== undefined) {
    return [{ line: null, body: asObject(whole) }]
  }
  const separator = text.includes(recordSeparator) ? recordSeparator : '\n'
  const texts: JsonText[] = []
  let line = 1
  for (const part of text.split(separator)) {
    const body = part.trim() === '' ? null : parseJson(part)
    if (body !== null && body !== undefined) texts.push({ line, body: asObject(body) })
    if (body === undefined) {
      const got = `${part.length} characters that are none`
      const fault = new ScenarioFault({ file, line }, null, 'JSON', got)
      // Where not even the first is whole, this is no sequence but a file that is broken.
      if (texts.length === 0) throw fault
      onFault(fault)
    }
    line += part.split('\n').length - 1 + (separator === '\n' ? 1 : 0)
  }
  return texts
}

const recordSeparator = '\u001E'

/** Undefined where it is none: null is JSON too. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error
    }
    return undefined
  }
}

function featuresOf({ line, body }: JsonText): readonly Feature[] {
  if (body['type'] === 'Feature') {
    return [{ line, body, path: line === null ? 'features[0]' : 'feature' }]
  }
  const name = Array.isArray(body['features']) ? 'features' : 'locations'
  return asList(body[name]).map((feature, index) => ({
    line,
    body: asObject(feature),
    path: `${name}[${index}]`,
  }))
}

type Found = { readonly moments: readonly Moment[]; readonly passedOver: string | null }

/** Whatever has no moment is counted under its reason; a null geometry is one that is not known. */
function momentsOf(feature: JsonObject): Found {
  const geometry = asObject(feature['geometry'])
  const properties = asObject(feature['properties'])
  const { type, coordinates } = geometry
  const passOver = (passedOver: string): Found => ({ moments: [], passedOver })
  if (type === 'Point') {
    const time = firstOf(properties, timeNames)
    return time === undefined
      ? passOver(withoutTime)
      : { moments: [{ path: '', coordinates, time, properties }], passedOver: null }
  }
  const nested = asObject(properties['coordinateProperties'])['times']
  const times = properties['coordTimes'] ?? nested ?? properties['times']
  if (type === 'LineString' || type === 'MultiPoint') {
    return Array.isArray(times)
      ? { moments: lineMoments(coordinates, times, '', properties), passedOver: null }
      : passOver(`${type}s without times`)
  }
  if (type === 'MultiLineString' && Array.isArray(times)) {
    const moments = asList(coordinates).flatMap((part, index) =>
      lineMoments(part, times[index], `.coordinates[${index}]`, properties),
    )
    return { moments, passedOver: null }
  }
  if (type === 'MultiLineString') return passOver(`${type}s without times`)
  return passOver(
    typeof type === 'string' ? `features that are no track (${type})` : 'features without a place',
  )
}

function lineMoments(
  line: unknown,
  times: unknown,
  path: string,
  properties: JsonObject,
): readonly Moment[] {
  // A property of the whole line says nothing of one of its points.
  const device = firstOf(properties, deviceNames)
  const ofPoint = device === undefined ? {} : { device }
  return asList(line).map((coordinates, index) => ({
    path: `${path}.coordinates[${index}]`,
    coordinates,
    time: asList(times)[index],
    properties: ofPoint,
  }))
}

function takeMoment(
  place: Place,
  path: string,
  moment: Moment,
  { options, sink }: { readonly options: ReadingOptions; readonly sink: RecordingSink },
): void {
  const { properties, time } = moment
  if (time === null) {
    sink.passOver(withoutTime, path)
    return
  }
  const recordedAtMs = readTime(place, `${path}.time`, time, options, sink.say)
  const [longitude, latitude] = asList(moment.coordinates)
  if (typeof longitude !== 'number' || !(Math.abs(longitude) <= 180)) {
    const got = describeCoordinate(longitude)
    throw new ScenarioFault(place, `${path}.longitude`, 'a number from -180 to 180', got)
  }
  if (typeof latitude !== 'number' || !(Math.abs(latitude) <= 90)) {
    const got = describeCoordinate(latitude)
    throw new ScenarioFault(place, `${path}.latitude`, 'a number from -90 to 90', got)
  }
  const accuracy = firstOf(properties, accuracyNames)
  const device = firstOf(properties, deviceNames)
  const accuracyMeters = typeof accuracy === 'number' ? accuracy : null
  // How devices mark a position that is none.
  if (accuracyMeters !== null && accuracyMeters < 0) {
    sink.passOver(withoutPosition, path)
    return
  }
  sink.take(
    typeof device === 'string' || typeof device === 'number' ? String(device) : null,
    recordedFix(recordedAtMs, longitude, latitude, { accuracyMeters }),
  )
}

function firstOf(properties: JsonObject, names: readonly string[]): unknown {
  return names
    .map((name) => properties[name])
    .find((value) => value !== undefined && value !== null)
}

function asObject(value: unknown): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as JsonObject)
    : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
