import { describeValue, ScenarioFault } from '../scenario-fault.ts'
import type { Place } from '../scenario-fault.ts'
import { parseNumber } from './parse-number.ts'
import { recordedFix } from './recording.ts'
import type { RecordingSink } from './recording.ts'
import { readTextLines } from './text-lines.ts'
import { dayMs } from '../../core/model/units.ts'

/** NMEA 0183: one fix per epoch, its date and speed from RMC, its quality and HDOP from GGA. */
export async function readNmea(file: string, sink: RecordingSink): Promise<void> {
  const reader: NmeaReader = { file, sink, midnightMs: null, lastClockMs: null, epoch: null }
  let line = 0
  for await (const text of readTextLines(file)) {
    line++
    if (text.trim() === '') {
      continue
    }
    try {
      readSentence(reader, { file, line }, text)
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      sink.fault(error)
    }
  }
  endEpoch(reader)
}

type NmeaReader = {
  readonly file: string
  readonly sink: RecordingSink
  /** Midnight UTC of the day we are in; only RMC says which day it is. */
  midnightMs: number | null
  lastClockMs: number | null
  epoch: Epoch | null
}

type Epoch = {
  readonly clockMs: number
  isVoid: boolean
  longitude: number | null
  latitude: number | null
  speedMetersPerSecond: number | null
  headingDegrees: number | null
  hdop: number | null
  satellites: number | null
}

const metersPerSecondPerKnot = 1852 / 3600

function readSentence(reader: NmeaReader, place: Place, text: string): void {
  const start = text.indexOf('$')
  if (start === -1) {
    throw new ScenarioFault(place, null, 'a sentence that starts with $', 'none')
  }
  const sentence = text.slice(start + 1).trimEnd()
  const [body, checksum] = splitChecksum(sentence)
  if (checksum !== null && checksumOf(body) !== checksum) {
    throw new ScenarioFault(place, 'checksum', hex(checksumOf(body)), hex(checksum))
  }
  const words = body.split(',')
  const type = wordAt(words, 0).slice(-3)
  if (type === 'RMC') {
    readRmc(reader, place, words)
  } else if (type === 'GGA') {
    readGga(reader, place, words)
  }
}

/** $--RMC,time,status,lat,N,lon,E,knots,course,ddmmyy,... */
function readRmc(reader: NmeaReader, place: Place, words: readonly string[]): void {
  if (words.length < 10) {
    throw new ScenarioFault(place, 'RMC', 'at least 10 fields', String(words.length))
  }
  if (words[1] === '') {
    reader.sink.noPosition()
    return
  }
  const epoch = epochAt(reader, readClockMs(place, wordAt(words, 1)))
  if (words[9] !== '') {
    reader.midnightMs = readDateMs(place, wordAt(words, 9))
  }
  if (words[2] !== 'A') {
    epoch.isVoid = true
    return
  }
  readPosition(epoch, place, words, 3)
  const knots = parseNumber(wordAt(words, 7))
  epoch.speedMetersPerSecond = knots === null ? null : knots * metersPerSecondPerKnot
  epoch.headingDegrees = parseNumber(wordAt(words, 8))
}

/** $--GGA,time,lat,N,lon,E,quality,satellites,hdop,... */
function readGga(reader: NmeaReader, place: Place, words: readonly string[]): void {
  if (words.length < 9) {
    throw new ScenarioFault(place, 'GGA', 'at least 9 fields', String(words.length))
  }
  if (words[1] === '') {
    reader.sink.noPosition()
    return
  }
  const epoch = epochAt(reader, readClockMs(place, wordAt(words, 1)))
  if (words[6] === '0' || words[6] === '') {
    epoch.isVoid = true
    return
  }
  readPosition(epoch, place, words, 2)
  epoch.satellites = parseNumber(wordAt(words, 7))
  epoch.hdop = parseNumber(wordAt(words, 8))
}

/** Sentences of one epoch share their time of day; another time begins the next. */
function epochAt(reader: NmeaReader, clockMs: number): Epoch {
  if (reader.epoch !== null && reader.epoch.clockMs === clockMs) {
    return reader.epoch
  }
  endEpoch(reader)
  // The clock jumped back by most of a day: midnight passed, and only RMC will say so later.
  if (reader.lastClockMs !== null && reader.lastClockMs - clockMs > dayMs / 2) {
    reader.midnightMs = reader.midnightMs === null ? null : reader.midnightMs + dayMs
  }
  reader.lastClockMs = clockMs
  reader.epoch = {
    clockMs,
    isVoid: false,
    longitude: null,
    latitude: null,
    speedMetersPerSecond: null,
    headingDegrees: null,
    hdop: null,
    satellites: null,
  }
  return reader.epoch
}

function endEpoch(reader: NmeaReader): void {
  const { epoch, midnightMs } = reader
  reader.epoch = null
  if (epoch === null) {
    return
  }
  const { longitude, latitude, clockMs, isVoid, ...known } = epoch
  if (isVoid || longitude === null || latitude === null || midnightMs === null) {
    reader.sink.noPosition()
    return
  }
  const recordedAtMs = midnightMs + clockMs
  reader.sink.take(
    null,
    recordedFix(recordedAtMs, longitude, latitude, { ...known, source: 'gnss' }),
  )
}

/** A word that a short sentence leaves out is as good as an empty one. */
function wordAt(words: readonly string[], index: number): string {
  return words[index] ?? ''
}

function readPosition(epoch: Epoch, place: Place, words: readonly string[], at: number): void {
  const latitude = readAngle(wordAt(words, at), wordAt(words, at + 1), 2, 'N', 'S')
  const longitude = readAngle(wordAt(words, at + 2), wordAt(words, at + 3), 3, 'E', 'W')
  if (latitude === null || longitude === null) {
    const field = latitude === null ? 'latitude' : 'longitude'
    throw new ScenarioFault(place, field, 'degrees and minutes with a hemisphere', 'something else')
  }
  epoch.latitude = latitude
  epoch.longitude = longitude
}

/** `ddmm.mmmm` or `dddmm.mmmm` with its hemisphere. */
function readAngle(
  text: string,
  hemisphere: string,
  degreeDigits: number,
  positive: string,
  negative: string,
): number | null {
  const degrees = parseNumber(text.slice(0, degreeDigits))
  const minutes = parseNumber(text.slice(degreeDigits))
  const sign = hemisphere === positive ? 1 : hemisphere === negative ? -1 : null
  if (degrees === null || minutes === null || sign === null || minutes >= 60) {
    return null
  }
  const angle = sign * (degrees + minutes / 60)
  return Math.abs(angle) <= (degreeDigits === 2 ? 90 : 180) ? angle : null
}

function readClockMs(place: Place, text: string): number {
  const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)(\.\d+)?$/.exec(text)
  if (match === null) {
    throw new ScenarioFault(place, 'time', 'hhmmss.ss', describeValue(text))
  }
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])
  return seconds * 1000 + Math.round(Number(match[4] ?? 0) * 1000)
}

function readDateMs(place: Place, text: string): number {
  const match = /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(\d\d)$/.exec(text)
  if (match === null) {
    throw new ScenarioFault(place, 'date', 'ddmmyy', describeValue(text))
  }
  // GPS began in January 1980, so the two digits say one century only.
  const year = Number(match[3]) + (Number(match[3]) >= 80 ? 1900 : 2000)
  return Date.UTC(year, Number(match[2]) - 1, Number(match[1]))
}

function splitChecksum(sentence: string): readonly [string, number | null] {
  const star = sentence.lastIndexOf('*')
  if (star === -1) {
    return [sentence, null]
  }
  return [sentence.slice(0, star), Number.parseInt(sentence.slice(star + 1, star + 3), 16)]
}

function checksumOf(body: string): number {
  let sum = 0
  for (let index = 0; index < body.length; index++) {
    sum ^= body.charCodeAt(index)
  }
  return sum
}

function hex(value: number): string {
  return Number.isNaN(value) ? 'no number' : value.toString(16).toUpperCase().padStart(2, '0')
}
