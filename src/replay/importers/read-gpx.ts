import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { parseTime } from '../parse-time.ts'
import { describeCoordinate, describeValue, ScenarioFault } from '../scenario-fault.ts'
import { parseNumber } from './parse-number.ts'
import { NotARecording, recordedFix } from './recording.ts'
import type { RecordedFix, RecordingSink } from './recording.ts'
import { readWholeText } from './text-lines.ts'

/** GPX 1.0 and 1.1: the points of its tracks. Waypoints and routes are plans, not recordings. */
export async function readGpx(file: string, sink: RecordingSink): Promise<void> {
  const text = await readWholeText(file)
  const validity = XMLValidator.validate(text)
  if (validity !== true) {
    const { line, msg } = validity.err
    throw new ScenarioFault({ file, line }, null, 'well-formed XML', msg)
  }
  const root = asNode(asNode(parser.parse(text))['gpx'])
  const points = asList(root['trk']).flatMap((track) =>
    asList(asNode(track)['trkseg']).flatMap((segment) => asList(asNode(segment)['trkpt'])),
  )
  if (points.length === 0) {
    throw new NotARecording('no track point in it')
  }
  if (points.every((point) => asNode(point)['time'] === undefined)) {
    throw new NotARecording(`none of its ${points.length} points has a time: a plan`)
  }
  for (const [index, point] of points.entries()) {
    try {
      sink.take(null, readPoint(file, text, index, asNode(point)))
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      sink.fault(error)
    }
  }
}

type XmlNode = Readonly<Record<string, unknown>>

// Entities are left alone: nothing we read holds one, and an expanding one is an attack.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  isArray: (name) => name === 'trk' || name === 'trkseg' || name === 'trkpt',
})

function readPoint(file: string, text: string, index: number, point: XmlNode): RecordedFix {
  const fault = (field: string, expected: string, got: string): ScenarioFault =>
    new ScenarioFault({ file, line: lineOfPoint(text, index) }, field, expected, got)
  const longitude = parseNumber(textOf(point['@lon']))
  if (longitude === null || Math.abs(longitude) > 180) {
    throw fault('lon', 'a number from -180 to 180', describeCoordinate(longitude ?? point['@lon']))
  }
  const latitude = parseNumber(textOf(point['@lat']))
  if (latitude === null || Math.abs(latitude) > 90) {
    throw fault('lat', 'a number from -90 to 90', describeCoordinate(latitude ?? point['@lat']))
  }
  const recordedAtMs = parseTime(textOf(point['time']))
  if (recordedAtMs === null) {
    throw fault('time', 'an RFC 3339 time', describeValue(point['time']))
  }
  return recordedFix(recordedAtMs, longitude, latitude, {
    hdop: measure(point['hdop']),
    satellites: measure(point['sat']),
    // Speed and course are elements of GPX 1.0; 1.1 has them only in
    // makers' extensions, in any unit.
    speedMetersPerSecond: measure(point['speed']),
    headingDegrees: measure(point['course']),
    source: 'gnss',
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function measure(value: unknown): number | null {
  return typeof value === 'string' ? parseNumber(value) : null
}

/** The parser keeps no lines, so the point is looked up again; only a fault pays for it. */
function lineOfPoint(text: string, index: number): number {
  let at = -1
  for (let seen = 0; seen <= index; seen++) {
    at = text.indexOf('<trkpt', at + 1)
  }
  return text.slice(0, Math.max(0, at)).split('\n').length
}

function asNode(value: unknown): XmlNode {
  return value !== null && typeof value === 'object' ? (value as XmlNode) : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
