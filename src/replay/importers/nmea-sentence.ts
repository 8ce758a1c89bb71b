import { describeValue, ScenarioFault } from '../scenario-fault.ts'
import type { Place } from '../scenario-fault.ts'
import { parseNumber } from './parse-number.ts'
import { speedUnits } from './recording.ts'

/**
 * What one sentence of NMEA 0183 says of its epoch: null where the line is no sentence at all, and
 * `other` for the many that hold no position and no date.
 */
export function parseSentence(place: Place, text: string): SentenceReport | 'other' | null {
  const start = text.search(/[$!][A-Z][A-Z0-9]{3,},/)
  if (start === -1) {
    return null
  }
  const [body, checksum] = splitChecksum(text.slice(start + 1).trimEnd())
  if (checksum !== null && checksumOf(body) !== checksum) {
    throw new ScenarioFault(place, 'checksum', hex(checksumOf(body)), hex(checksum))
  }
  const words = body.split(',')
  // A first letter P is a maker's own: Garmin's PGRMC is no RMC.
  const type = wordAt(words, 0).replace(/^P.*|^../, '')
  return isKind(type) ? kinds[type](place, words) : 'other'
}

export type SentenceReport = {
  /** Milliseconds since midnight; null in a sentence that says nothing yet. */
  readonly clockMs: number | null
  readonly midnightMs: number | null
  /**
   * Void where the receiver had no position; bare where it says nothing of how good it is; null
   * where the sentence never holds one.
   */
  readonly state: 'fixed' | 'bare' | 'void' | (typeof unmeasured)[number] | null
  readonly position: readonly [number, number] | null
  readonly speedMetersPerSecond?: number | null
  readonly headingDegrees?: number | null
  readonly hdop?: number | null
  readonly satellites?: number | null
}

/** Positions, and yet nobody was seen there. */
export const unmeasured = ['simulated', 'hand-entered', 'estimated'] as const

type State = SentenceReport['state']
type Words = readonly string[]

const kinds = { RMC: readRmc, GGA: readGga, GNS: readGns, GLL: readGll, ZDA: readZda }

function isKind(type: string): type is keyof typeof kinds {
  return Object.hasOwn(kinds, type)
}

/** $--RMC,time,status,lat,N,lon,E,knots,course,ddmmyy,variation,E,mode */
function readRmc(place: Place, words: Words): SentenceReport {
  needWords(place, 'RMC', words, 10)
  const state = words[2] === 'A' ? stateOfMode(wordAt(words, 12)) : 'void'
  const knots = parseNumber(wordAt(words, 7))
  return {
    clockMs: readClockMs(place, wordAt(words, 1)),
    midnightMs: words[9] === '' ? null : readDateMs(place, wordAt(words, 9)),
    state,
    position: readPosition(place, state, words, 3),
    speedMetersPerSecond: knots === null ? null : knots * speedUnits.knots,
    headingDegrees: parseNumber(wordAt(words, 8)),
  }
}

/** $--GGA,time,lat,N,lon,E,quality,satellites,hdop,... */
function readGga(place: Place, words: Words): SentenceReport {
  needWords(place, 'GGA', words, 9)
  const state = stateOfQuality.get(wordAt(words, 6)) ?? 'fixed'
  return {
    clockMs: readClockMs(place, wordAt(words, 1)),
    midnightMs: null,
    state,
    position: readPosition(place, state, words, 2),
    satellites: parseNumber(wordAt(words, 7)),
    hdop: parseNumber(wordAt(words, 8)),
  }
}

/** $--GNS,time,lat,N,lon,E,a mode of each system,satellites,hdop,... */
function readGns(place: Place, words: Words): SentenceReport {
  needWords(place, 'GNS', words, 9)
  const states = wordAt(words, 6).split('').map(stateOfMode)
  // One system that has a fix is enough, unless something is simulated.
  const state =
    (['simulated', 'fixed', 'estimated', 'hand-entered'] as const).find((each) =>
      states.includes(each),
    ) ?? 'void'
  return {
    clockMs: readClockMs(place, wordAt(words, 1)),
    midnightMs: null,
    state,
    position: readPosition(place, state, words, 2),
    satellites: parseNumber(wordAt(words, 7)),
    hdop: parseNumber(wordAt(words, 8)),
  }
}

/** $--GLL,lat,N,lon,E,time,status,mode */
function readGll(place: Place, words: Words): SentenceReport {
  needWords(place, 'GLL', words, 7)
  const state = words[6] === 'A' ? stateOfMode(wordAt(words, 7)) : 'void'
  const clockMs = readClockMs(place, wordAt(words, 5))
  const position = readPosition(place, state, words, 1)
  return { clockMs, midnightMs: null, state: state === 'fixed' ? 'bare' : state, position }
}

/** $--ZDA,time,day,month,year,... */
function readZda(place: Place, words: Words): SentenceReport {
  needWords(place, 'ZDA', words, 5)
  const date = words.slice(2, 5)
  const midnightMs = date.includes('') ? null : readYearDateMs(place, date.join(' '))
  return { clockMs: readClockMs(place, wordAt(words, 1)), midnightMs, state: null, position: null }
}

const stateOfQuality: ReadonlyMap<string, State> = new Map([
  ['', 'void'],
  ['0', 'void'],
  ['6', 'estimated'],
  ['7', 'hand-entered'],
  ['8', 'simulated'],
])

/** Before version 2.3 there was no mode. */
function stateOfMode(mode: string): State {
  const states = { N: 'void', E: 'estimated', M: 'hand-entered', S: 'simulated' } as const
  return Object.hasOwn(states, mode) ? states[mode as keyof typeof states] : 'fixed'
}

function needWords(place: Place, type: string, words: Words, count: number): void {
  if (words.length < count) {
    throw new ScenarioFault(place, type, `at least ${count} fields`, String(words.length))
  }
}

/** A word that a short sentence leaves out is as good as an empty one. */
function wordAt(words: Words, index: number): string {
  return words[index] ?? ''
}

function readPosition(
  place: Place,
  state: State,
  words: Words,
  at: number,
): SentenceReport['position'] {
  if (state === 'void' || words.slice(at, at + 4).every((word) => word === '')) {
    return null
  }
  const latitude = readAngle(wordAt(words, at), wordAt(words, at + 1), 'N', 'S')
  const longitude = readAngle(wordAt(words, at + 2), wordAt(words, at + 3), 'E', 'W')
  if (latitude === null || longitude === null) {
    const field = latitude === null ? 'latitude' : 'longitude'
    throw new ScenarioFault(place, field, 'degrees and minutes with a hemisphere', 'something else')
  }
  return [longitude, latitude]
}

/** `ddmm.mmmm` or `dddmm.mmmm` with its hemisphere. */
function readAngle(
  text: string,
  hemisphere: string,
  positive: string,
  negative: string,
): number | null {
  const degreeDigits = positive === 'N' ? 2 : 3
  const degrees = parseNumber(text.slice(0, degreeDigits))
  const minutes = parseNumber(text.slice(degreeDigits))
  const sign = hemisphere === positive ? 1 : hemisphere === negative ? -1 : null
  if (degrees === null || minutes === null || sign === null || minutes >= 60) {
    return null
  }
  const angle = sign * (degrees + minutes / 60)
  return Math.abs(angle) <= (degreeDigits === 2 ? 90 : 180) ? angle : null
}

function readClockMs(place: Place, text: string): number | null {
  if (text === '') return null
  const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)(\.\d+)?$/.exec(text)
  if (match === null) {
    throw new ScenarioFault(place, 'time', 'hhmmss.ss', describeValue(text))
  }
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])
  return seconds * 1000 + Math.round(Number(match[4] ?? 0) * 1000)
}

function readDateMs(place: Place, text: string): number {
  const match = /^(\d\d)(\d\d)(\d\d)$/.exec(text)
  // GPS began in January 1980, so the two digits say one century only.
  const century = Number(match?.[3]) >= 80 ? '19' : '20'
  const date = match === null ? text : `${match[1]} ${match[2]} ${century}${match[3]}`
  return readYearDateMs(place, date)
}

function readYearDateMs(place: Place, text: string): number {
  const match = /^(0[1-9]|[12]\d|3[01]) (0[1-9]|1[0-2]) (\d{4})$/.exec(text)
  if (match === null) {
    throw new ScenarioFault(place, 'date', 'a day, a month and a year', describeValue(text))
  }
  return Date.UTC(Number(match[3]), Number(match[2]) - 1, Number(match[1]))
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
