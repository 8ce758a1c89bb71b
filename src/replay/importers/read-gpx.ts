import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describeCoordinate, ScenarioFault } from '../scenario-fault.ts'
import type { Place } from '../scenario-fault.ts'
import { parseNumber } from './parse-number.ts'
import { readTime } from './recorded-time.ts'
import { NotARecording, recordedFix } from './recording.ts'
import type { ReadingOptions, RecordedFix, RecordingSink } from './recording.ts'
import { createLineCounter, readWholeText } from './text-lines.ts'

/**
 * GPX 1.0 and 1.1: the points of its tracks. Waypoints and routes are plans, not recordings. Of a
 * file that was cut off, the points that are whole.
 */
export async function readGpx(
  file: string,
  options: ReadingOptions,
  sink: RecordingSink,
): Promise<void> {
  const text = await readWholeText(file)
  const lineAt = createLineCounter(text)
  const whole = wholePart(file, text, lineAt)
  const root = asNode(asNode(parser.parse(whole))['gpx'])
  const points = asList(root['trk']).flatMap((track) =>
    asList(asNode(track)['trkseg']).flatMap((segment) => asList(asNode(segment)['trkpt'])),
  )
  if (points.length === 0 && whole === text) {
    throw new NotARecording('no track point in it')
  }
  if (points.length > 0 && points.every((point) => asNode(point)['time'] === undefined)) {
    throw new NotARecording(`none of its ${points.length} points has a time: a plan`)
  }
  const isHdopMeters = textOf(root['@creator']).startsWith('OsmAnd')
  for (const point of points) {
    const node = asNode(point)
    try {
      const place = { file, line: lineAt(startOf(node)) }
      sink.take(null, readPoint(place, node, isHdopMeters, { options, sink }))
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      sink.fault(error)
    }
  }
  if (whole !== text) {
    const got = `a file cut off after ${points.length} whole points`
    sink.cutOff(new ScenarioFault({ file, line: lineAt(text.length) }, null, '</gpx>', got))
  }
}

type XmlNode = Readonly<Record<string | symbol, unknown>>

// Entities are left alone: nothing we read holds one, and an expanding one is an attack.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  captureMetaData: true,
  isArray: (name) => name === 'trk' || name === 'trkseg' || name === 'trkpt',
})
const metaData = XMLParser.getMetaDataSymbol() as unknown as symbol

/** The text, or of one that was cut off its part up to the last whole point. */
function wholePart(file: string, text: string, lineAt: (index: number) => number): string {
  const validity = XMLValidator.validate(text)
  if (validity === true) {
    return text
  }
  if (!/<(?:[\w-]+:)?gpx[\s>]/.test(text) || /<\/(?:[\w-]+:)?gpx\s*>\s*$/.test(text)) {
    const { line, msg } = validity.err
    throw new ScenarioFault({ file, line }, null, 'well-formed XML', msg)
  }
  const ends = [...text.matchAll(/<\/(?:[\w-]+:)?trkpt\s*>/g)]
  const last = ends.at(-1)
  if (last === undefined) {
    const place = { file, line: lineAt(text.length) }
    throw new ScenarioFault(place, null, '</gpx>', 'a file cut off before its first point ended')
  }
  return text.slice(0, last.index + last[0].length)
}

function readPoint(
  place: Place,
  point: XmlNode,
  isHdopMeters: boolean,
  { options, sink }: { readonly options: ReadingOptions; readonly sink: RecordingSink },
): RecordedFix {
  const longitude = readDegrees(place, 'lon', point['@lon'], 180)
  const latitude = readDegrees(place, 'lat', point['@lat'], 90)
  const recordedAtMs = readTime(place, 'time', point['time'], options, sink.say)
  const hdop = measure(point['hdop'])
  const isMeters = hdop !== null && (isHdopMeters || hdop >= hdopMin)
  if (isMeters) sink.say('its hdop was taken as a radius in metres, as OsmAnd writes it')
  return recordedFix(recordedAtMs, longitude, latitude, {
    hdop: isMeters ? null : hdop,
    accuracyMeters: isMeters ? hdop : null,
    satellites: measure(point['sat']),
    // Speed and course are elements of GPX 1.0; 1.1 has them only in
    // makers' extensions, in any unit.
    speedMetersPerSecond: measure(point['speed']),
    headingDegrees: measure(point['course']),
    // Whoever writes metres may have them from masts and Wi-Fi.
    source: isMeters ? null : 'gnss',
  })
}

/** Receivers show at most 99.99, which means none; from here on it can only be metres. */
const hdopMin = 100

function readDegrees(place: Place, field: string, value: unknown, bound: number): number {
  const degrees = parseNumber(textOf(value))
  if (degrees === null || Math.abs(degrees) > bound) {
    const expected = `a number from -${bound} to ${bound}`
    throw new ScenarioFault(place, field, expected, describeCoordinate(degrees ?? value))
  }
  return degrees
}

function startOf(node: XmlNode): number {
  return Number((node[metaData] as { readonly startIndex?: number } | undefined)?.startIndex ?? 0)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function measure(value: unknown): number | null {
  return typeof value === 'string' ? parseNumber(value) : null
}

function asNode(value: unknown): XmlNode {
  return value !== null && typeof value === 'object' ? (value as XmlNode) : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
