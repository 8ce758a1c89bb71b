import { dayMs } from '../../core/model/units.ts'
import { ScenarioFault } from '../scenario-fault.ts'
import { parseSentence, unmeasured } from './nmea-sentence.ts'
import type { SentenceReport } from './nmea-sentence.ts'
import { recordedFix, withoutPosition } from './recording.ts'
import type { RecordedFix, RecordingSink } from './recording.ts'
import { readTextLines } from './text-lines.ts'

/**
 * NMEA 0183: one fix per epoch, its date from RMC or ZDA. Whatever else stands in such a log is
 * counted and passed over; positions that nobody measured are told apart.
 */
export async function readNmea(file: string, sink: RecordingSink): Promise<void> {
  const reader: NmeaReader = { sink, midnightMs: null, lastClockMs: null, epoch: null }
  let line = 0
  for await (const text of readTextLines(file)) {
    line++
    if (text.trim() === '') {
      continue
    }
    try {
      const report = parseSentence({ file, line }, text)
      if (report === null) {
        sink.passOver('lines that are no NMEA sentence', `line ${line}`)
      } else if (report !== 'other') {
        takeReport(reader, report, line)
      }
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      sink.fault(error)
    }
  }
  endEpoch(reader)
}

/** Whether it holds such sentences, by whatever name it goes. */
export function looksLikeNmea(text: string): boolean {
  return /\$[A-Z]{2}(?:RMC|GGA|GNS|GLL),/.test(text)
}

type NmeaReader = {
  readonly sink: RecordingSink
  /** Midnight UTC of the last epoch that had a position and a date. */
  midnightMs: number | null
  /** Time of day of the last epoch that had a position. */
  lastClockMs: number | null
  epoch: Epoch | null
}

type Epoch = {
  readonly clockMs: number
  readonly line: number
  readonly states: Set<SentenceReport['state']>
  midnightMs: number | null
  position: SentenceReport['position']
  readonly known: Partial<Record<Measure, number | null>>
}

const measures = ['speedMetersPerSecond', 'headingDegrees', 'hdop', 'satellites'] as const
type Measure = (typeof measures)[number] & keyof RecordedFix

function takeReport(reader: NmeaReader, report: SentenceReport, line: number): void {
  if (report.clockMs === null) {
    if (report.state !== null) reader.sink.passOver(withoutPosition, `line ${line}`)
    return
  }
  const epoch = epochAt(reader, report.clockMs, line)
  if (report.state !== null) epoch.states.add(report.state)
  epoch.midnightMs = report.midnightMs ?? epoch.midnightMs
  epoch.position = report.position ?? epoch.position
  for (const name of measures) {
    epoch.known[name] = report[name] ?? epoch.known[name] ?? null
  }
}

/** Sentences of one epoch share their time of day; another time begins the next. */
function epochAt(reader: NmeaReader, clockMs: number, line: number): Epoch {
  if (reader.epoch !== null && reader.epoch.clockMs === clockMs) {
    return reader.epoch
  }
  endEpoch(reader)
  reader.epoch = {
    clockMs,
    line,
    states: new Set(),
    midnightMs: null,
    position: null,
    known: {},
  }
  return reader.epoch
}

function endEpoch(reader: NmeaReader): void {
  const { epoch, sink } = reader
  reader.epoch = null
  if (epoch === null || epoch.states.size === 0) {
    return
  }
  const where = `line ${epoch.line}`
  if (epoch.states.has('void') || epoch.position === null) {
    sink.passOver(withoutPosition, where)
    return
  }
  // One sentence that says so is enough.
  const state = unmeasured.find((each) => epoch.states.has(each))
  if (state !== undefined || !epoch.states.has('fixed')) {
    sink.passOver(state === undefined ? withoutQuality : `${state} positions`, where)
    return
  }
  // Only now: a receiver without a position dates its sentences by a clock that may never have
  // been set, and that date must not reach the positions after it.
  reader.midnightMs = midnightOf(reader, epoch)
  reader.lastClockMs = epoch.clockMs
  if (reader.midnightMs === null) {
    sink.passOver('positions without a date', where)
    return
  }
  const [longitude, latitude] = epoch.position
  const recordedAtMs = reader.midnightMs + epoch.clockMs
  sink.take(
    null,
    recordedFix(recordedAtMs, longitude, latitude, { ...epoch.known, source: 'gnss' }),
  )
}

const withoutQuality = 'positions of GLL alone, which says nothing of their quality'

/**
 * The day of an epoch: as it says itself, or the day of the one before, or the next when the time
 * of day went back by most of a day. Some receivers go on with the old date for a second or two.
 */
function midnightOf({ midnightMs, lastClockMs }: NmeaReader, epoch: Epoch): number | null {
  const told = epoch.midnightMs
  if (midnightMs === null || lastClockMs === null) return told
  const isPastMidnight = lastClockMs - epoch.clockMs > dayMs / 2
  const expectedMs = isPastMidnight ? midnightMs + dayMs : midnightMs
  const isOldDate =
    told === expectedMs - dayMs &&
    epoch.clockMs < staleDateMsMax &&
    (!isPastMidnight || dayMs - lastClockMs < beforeMidnightMsMax)
  return told === null || isOldDate ? expectedMs : told
}

/** How long after midnight the old date is not believed. */
const staleDateMsMax = 10_000
/** Of a recording that was going on just before; a new one may begin with an earlier day. */
const beforeMidnightMsMax = 600_000
