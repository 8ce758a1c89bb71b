import { defaultLimits } from '../core/model/limits.ts'
import { legalBases, weekdays } from '../core/model/registry.ts'
import type {
  BanArea,
  BanSchedule,
  EscalationStep,
  FixedAddress,
  LocationBan,
  ProtectionOrder,
  ProximityBan,
  ScheduleException,
  WeeklyWindow,
} from '../core/model/registry.ts'
import { checkGeometry } from '../../geo/check-geometry.ts'
import { describeValue } from './scenario-fault.ts'
import type { Place } from './scenario-fault.ts'
import {
  fault,
  isAbsent,
  openRecord,
  readCoordinate,
  readList,
  readNumber,
  readNumberOrNull,
  readOneOf,
  readOneOfOrNull,
  readText,
  readTimeMs,
} from './record-reader.ts'
import type { RecordReader } from './record-reader.ts'

/** A protection order as the contract's body has it, with the ids of its parts. */
export function readProtectionOrder(place: Place, path: string, item: unknown): ProtectionOrder {
  const reader = openRecord(place, path, item, orderFields)
  const validFromMs = readTimeMs(reader, 'validFrom')
  const validUntilMs = readTimeMs(reader, 'validUntil')
  if (validUntilMs <= validFromMs) {
    throw fault(
      reader,
      'validUntil',
      'a time after validFrom',
      describeValue(reader.value['validUntil']),
    )
  }
  return {
    id: readText(reader, 'id'),
    version: readNumberOrNull(reader, 'version', 1, Number.MAX_SAFE_INTEGER) ?? 1,
    reference: readText(reader, 'reference'),
    legalBasis: readOneOf(reader, 'legalBasis', legalBases),
    offenderId: readText(reader, 'offenderId'),
    validFromMs,
    validUntilMs,
    status: readOneOfOrNull(reader, 'status', ['active', 'suspended', 'ended']) ?? 'active',
    locationBans: readList(reader, 'locationBans').map((ban, index) =>
      readLocationBan(place, `${path}.locationBans[${index}]`, ban),
    ),
    proximityBans: readList(reader, 'proximityBans').map((ban, index) =>
      readProximityBan(place, `${path}.proximityBans[${index}]`, ban),
    ),
    escalation: isAbsent(reader, 'escalation')
      ? null
      : readList(reader, 'escalation').map((step, index) =>
          readEscalationStep(place, `${path}.escalation[${index}]`, step),
        ),
  }
}

const orderFields = new Set([
  'id',
  'version',
  'reference',
  'legalBasis',
  'offenderId',
  'validFrom',
  'validUntil',
  'status',
  'locationBans',
  'proximityBans',
  'escalation',
])
const locationBanFields = new Set([
  'id',
  'label',
  'geometry',
  'circle',
  'approachMeters',
  'schedule',
])
const circleFields = new Set(['longitude', 'latitude', 'radiusMeters'])
const proximityBanFields = new Set([
  'id',
  'victimId',
  'separationMeters',
  'approachMeters',
  'fixedAddresses',
])
const addressFields = new Set(['label', 'longitude', 'latitude', 'radiusMeters'])
const scheduleFields = new Set(['timeZone', 'weekly', 'exceptions'])
const windowFields = new Set(['days', 'from', 'until'])
const exceptionFields = new Set(['from', 'until', 'reason'])
const stepFields = new Set(['afterSeconds', 'target'])

const metersMax = 1_000_000
const approachMetersDefault = 500
const localTime = /^([01]\d|2[0-3]):[0-5]\d$/

function readLocationBan(place: Place, path: string, item: unknown): LocationBan {
  const reader = openRecord(place, path, item, locationBanFields)
  return {
    id: readText(reader, 'id'),
    label: readText(reader, 'label'),
    area: readArea(reader),
    approachMeters:
      readNumberOrNull(reader, 'approachMeters', 0, metersMax) ?? approachMetersDefault,
    schedule: isAbsent(reader, 'schedule')
      ? null
      : readSchedule(place, `${path}.schedule`, reader.value['schedule']),
  }
}

function readArea(reader: RecordReader): BanArea {
  if (isAbsent(reader, 'geometry') === isAbsent(reader, 'circle')) {
    const got = isAbsent(reader, 'geometry') ? 'neither' : 'both'
    throw fault(reader, 'geometry', 'either geometry or circle', got)
  }
  if (!isAbsent(reader, 'circle')) {
    const path = `${reader.path}.circle`
    const circle = openRecord(reader.place, path, reader.value['circle'], circleFields)
    return {
      type: 'circle',
      longitude: readCoordinate(circle, 'longitude', 180),
      latitude: readCoordinate(circle, 'latitude', 90),
      radiusMeters: readNumber(circle, 'radiusMeters', 1, metersMax),
    }
  }
  const checked = checkGeometry(reader.value['geometry'], defaultLimits)
  if (!checked.ok) {
    const first = checked.faults[0]
    const field = `geometry${first?.pointer ?? ''}`
    throw fault(reader, field, 'a valid Polygon or MultiPolygon', first?.detail ?? 'none')
  }
  return { type: 'geometry', geometry: checked.geometry }
}

function readProximityBan(place: Place, path: string, item: unknown): ProximityBan {
  const reader = openRecord(place, path, item, proximityBanFields)
  return {
    id: readText(reader, 'id'),
    victimId: readText(reader, 'victimId'),
    separationMeters: readNumber(reader, 'separationMeters', 1, metersMax),
    approachMeters: readNumber(reader, 'approachMeters', 1, metersMax),
    ...(isAbsent(reader, 'fixedAddresses')
      ? {}
      : {
          fixedAddresses: readList(reader, 'fixedAddresses').map((address, index) =>
            readFixedAddress(place, `${path}.fixedAddresses[${index}]`, address),
          ),
        }),
  }
}

function readFixedAddress(place: Place, path: string, item: unknown): FixedAddress {
  const reader = openRecord(place, path, item, addressFields)
  return {
    label: readText(reader, 'label'),
    longitude: readCoordinate(reader, 'longitude', 180),
    latitude: readCoordinate(reader, 'latitude', 90),
    radiusMeters: readNumber(reader, 'radiusMeters', 1, metersMax),
  }
}

function readSchedule(place: Place, path: string, item: unknown): BanSchedule {
  const reader = openRecord(place, path, item, scheduleFields)
  return {
    timeZone: readOneOf(reader, 'timeZone', ['Europe/Amsterdam']),
    weekly: isAbsent(reader, 'weekly')
      ? null
      : readList(reader, 'weekly').map((window, index) =>
          readWindow(place, `${path}.weekly[${index}]`, window),
        ),
    exceptions: isAbsent(reader, 'exceptions')
      ? []
      : readList(reader, 'exceptions').map((exception, index) =>
          readException(place, `${path}.exceptions[${index}]`, exception),
        ),
  }
}

function readWindow(place: Place, path: string, item: unknown): WeeklyWindow {
  const reader = openRecord(place, path, item, windowFields)
  const days = readList(reader, 'days').map((day, index) => {
    const found = weekdays.find((weekday) => weekday === day)
    if (found === undefined) {
      throw fault(reader, `days[${index}]`, `one of ${weekdays.join(', ')}`, describeValue(day))
    }
    return found
  })
  return { days, from: readLocalTime(reader, 'from'), until: readLocalTime(reader, 'until') }
}

function readLocalTime(reader: RecordReader, field: string): string {
  const text = readText(reader, field)
  if (!localTime.test(text)) {
    throw fault(reader, field, 'a local time HH:MM', describeValue(text))
  }
  return text
}

function readException(place: Place, path: string, item: unknown): ScheduleException {
  const reader = openRecord(place, path, item, exceptionFields)
  return {
    fromMs: readTimeMs(reader, 'from'),
    untilMs: readTimeMs(reader, 'until'),
    reason: readText(reader, 'reason'),
  }
}

function readEscalationStep(place: Place, path: string, item: unknown): EscalationStep {
  const reader = openRecord(place, path, item, stepFields)
  return {
    afterSeconds: readNumber(reader, 'afterSeconds', 1, 86_400),
    target: readOneOf(reader, 'target', ['second-operator', 'supervisor']),
  }
}
