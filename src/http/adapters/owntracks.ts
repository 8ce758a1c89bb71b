import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { refuseOverload } from '../intake-exchange.ts'
import {
  isJsonObject,
  kilometersPerHourPerMeterPerSecond,
  readAccuracyMeters,
  readBatteryFraction,
  readHeadingDegrees,
  readPhoneFix,
  readSpeed,
  refusedReading,
  type JsonObject,
  type PhoneReading,
} from './phone-reading.ts'
import { takeReadings } from './take-readings.ts'

/**
 * OwnTracks for Android and iOS in HTTP mode: one object per request, the token as the password of
 * HTTP Basic (the user name is free). The app keeps a message until it is answered with a 2xx, so
 * everything is, also what is of no use here; `[]` means that there is nothing for the app to do.
 */
export function registerOwntracksRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/adapters/owntracks',
    config: { roles: ['victim-device'], mendsText: true },
    onRequest: refuseOverload(deps),
    handler: async (request, reply) => {
      await takeReadings(deps, request, readOwntracks(request.body))
      reply.type('application/json; charset=utf-8')
      return '[]'
    },
  })
}

/**
 * Speed comes in km/h, battery in percent, time in seconds. Waypoints, transitions, cards and the
 * rest are no positions of the phone.
 */
export function readOwntracks(body: unknown): readonly PhoneReading[] {
  // Deleting a friend in the app posts an empty body.
  if (body === undefined || body === null) return []
  if (!isJsonObject(body)) return [refusedReading(unreadable, body)]
  switch (body['_type']) {
    case 'location':
      return [readLocation(body)]
    case 'encrypted':
      return [refusedReading(encrypted, body)]
    case undefined:
      return [refusedReading(unreadable, body)]
    default:
      return []
  }
}

const unreadable = {
  field: null,
  code: 'unreadable',
  detail: 'expected an OwnTracks message with a _type, got something else',
} as const

const encrypted = {
  field: null,
  code: 'encrypted',
  detail:
    'expected a message that is not encrypted: this server holds no key; turn encryption off in the app',
} as const

function readLocation(location: JsonObject): PhoneReading {
  const seconds = location['tst']
  return readPhoneFix(
    {
      recordedAtMs: typeof seconds === 'number' ? Math.round(seconds * 1_000) : null,
      longitude: location['lon'],
      latitude: location['lat'],
      accuracyMeters: readAccuracyMeters(location['acc']),
      speedMetersPerSecond: readSpeed(location['vel'], kilometersPerHourPerMeterPerSecond),
      headingDegrees: readHeadingDegrees(location['cog']),
      hdop: null,
      batteryFraction: readBatteryFraction(location['batt'], 100),
    },
    location,
  )
}
