import { describeCoordinate, describeValue, ScenarioFault } from '../scenario-fault.ts'
import { parseTableTime } from './parse-number.ts'
import { NotARecording, recordedFix } from './recording.ts'
import type { RecordingSink } from './recording.ts'
import { readWholeText } from './text-lines.ts'

/** GeoJSON: Points with a time among their properties, LineStrings with `coordTimes`. */
export async function readGeoJson(file: string, sink: RecordingSink): Promise<void> {
  const place = { file, line: null }
  const text = await readWholeText(file)
  let root: JsonObject
  try {
    root = asObject(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error
    }
    throw new ScenarioFault(place, null, 'JSON', `${text.length} characters that are none`)
  }
  const features = root['type'] === 'Feature' ? [root] : asList(root['features'])
  const moments = features.flatMap((feature, index) =>
    momentsOf(asObject(feature), `features[${index}]`),
  )
  if (!moments.some(({ time }) => time !== undefined)) {
    throw new NotARecording('no Point with a time and no LineString with coordTimes in it')
  }
  for (const moment of moments) {
    try {
      takeMoment(place, moment, sink)
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      sink.fault(error)
    }
  }
}

type JsonObject = Readonly<Record<string, unknown>>

type Moment = {
  readonly path: string
  readonly coordinates: unknown
  readonly time: unknown
  readonly properties: JsonObject
}

const timeNames = ['recordedAt', 'time', 'timestamp', 'datetime', 'date_time'] as const
const deviceNames = ['serialNumber', 'device', 'device_id', 'deviceId'] as const
const accuracyNames = ['accuracyMeters', 'accuracy', 'horizontal_accuracy'] as const

function momentsOf(feature: JsonObject, path: string): readonly Moment[] {
  const geometry = asObject(feature['geometry'])
  const properties = asObject(feature['properties'])
  const { type, coordinates } = geometry
  if (type === 'Point') {
    const time = firstOf(properties, timeNames)
    return [{ path, coordinates, time, properties }]
  }
  const nested = asObject(properties['coordinateProperties'])['times']
  const times = properties['coordTimes'] ?? nested ?? properties['times']
  if (type === 'LineString') {
    return lineMoments(coordinates, times, path, properties)
  }
  if (type === 'MultiLineString') {
    return asList(coordinates).flatMap((part, index) =>
      lineMoments(part, asList(times)[index], `${path}.coordinates[${index}]`, properties),
    )
  }
  return []
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
  place: { readonly file: string; readonly line: null },
  moment: Moment,
  sink: RecordingSink,
): void {
  const { path, properties, time } = moment
  const recordedAtMs =
    typeof time === 'string' || typeof time === 'number' ? parseTableTime(String(time)) : null
  if (recordedAtMs === null) {
    throw new ScenarioFault(place, `${path}.time`, 'a time', describeValue(time))
  }
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
