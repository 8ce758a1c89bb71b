import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { refuseOverload } from '../intake-exchange.ts'
import { parseInstant } from '../../schemas/common.ts'
import {
  isJsonObject,
  numberWithin,
  readAccuracyMeters,
  readBatteryFraction,
  readPhoneFix,
  readSpeed,
  refusedReading,
  type JsonObject,
  type PhoneReading,
} from './phone-reading.ts'
import { takeReadings } from './take-readings.ts'

/**
 * Overland for iOS: batches of GeoJSON features, the token as bearer. The app keeps a batch until
 * it reads exactly `{"result":"ok"}`, so one bad feature must not hold back the others.
 */
export function registerOverlandRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/adapters/overland',
    config: { roles: ['victim-device'], mendsText: true },
    onRequest: refuseOverload(deps),
    handler: async (request) => {
      await takeReadings(deps, request, readOverland(request.body))
      return { result: 'ok' }
    },
  })
}

/**
 * Speed in m/s, battery as a fraction, offsets without a colon, -1 for unknown. `current` is
 * where the phone is now while a backlog is still being sent: it is a position like the others,
 * and the one that matters.
 */
export function readOverland(body: unknown): readonly PhoneReading[] {
  if (!isJsonObject(body) || !Array.isArray(body['locations'])) {
    return body === undefined ? [] : [refusedReading(unreadable, body)]
  }
  const readings = body['locations'].flatMap(readFeature)
  return body['current'] === undefined || body['current'] === null
    ? readings
    : [...readFeature(body['current']), ...readings]
}

const unreadable = {
  field: null,
  code: 'unreadable',
  detail:
    'expected a list of locations or a location that is a GeoJSON feature of a point, got something else',
} as const

function readFeature(feature: unknown): PhoneReading[] {
  const properties = isJsonObject(feature) ? feature['properties'] : undefined
  if (!isJsonObject(feature) || !isJsonObject(properties))
    return [refusedReading(unreadable, feature)]
  // Logged actions, visits and trips carry the time of writing beside an older position: taken for
  // fixes they would put somebody where nobody is any more.
  if (properties['action'] !== undefined || properties['type'] === 'trip') return []
  const coordinates = findCoordinates(feature)
  if (coordinates === null) return [refusedReading(unreadable, feature)]
  return [
    readPhoneFix(
      {
        recordedAtMs: readTimestamp(properties['timestamp']),
        longitude: coordinates[0],
        latitude: coordinates[1],
        accuracyMeters: readAccuracyMeters(properties['horizontal_accuracy']),
        speedMetersPerSecond: readSpeed(properties['speed'], 1),
        headingDegrees: numberWithin(properties['course'], 0, 360),
        hdop: null,
        batteryFraction: readBatteryFraction(properties['battery_level'], 1),
      },
      feature,
    ),
  ]
}

function findCoordinates(feature: JsonObject): readonly unknown[] | null {
  const geometry = feature['geometry']
  if (!isJsonObject(geometry) || geometry['type'] !== 'Point') return null
  return Array.isArray(geometry['coordinates']) ? geometry['coordinates'] : null
}

/** `2015-10-01T08:00:00-0700` as this app writes it, and with a colon. */
function readTimestamp(value: unknown): number | null {
  if (typeof value !== 'string') return null
  return parseInstant(value.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
}
