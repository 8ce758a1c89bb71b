import { describeCoordinate, describeValue, ScenarioFault } from '../scenario-fault.ts'
import { parseNumber } from './parse-number.ts'
import { NotARecording, recordedFix } from './recording.ts'
import type { RecordedFix, RecordingSink } from './recording.ts'
import { readTextLines } from './text-lines.ts'

/**
 * Plain `.track` files: longitude, latitude and seconds since a start that the file does not know.
 */
export async function readTrackFile(
  file: string,
  startMs: number | null,
  sink: RecordingSink,
): Promise<void> {
  if (startMs === null) {
    throw new NotARecording('its times count from a start it does not say (give --start)')
  }
  let line = 0
  for await (const text of readTextLines(file)) {
    line++
    if (text.trim() === '') {
      continue
    }
    try {
      sink.take(null, readLine(file, line, text, startMs))
    } catch (error) {
      if (!(error instanceof ScenarioFault)) {
        throw error
      }
      sink.fault(error)
    }
  }
}

function readLine(file: string, line: number, text: string, startMs: number): RecordedFix {
  const place = { file, line }
  const words = text.trim().split(/\s+/)
  if (words.length !== 3) {
    const expected = 'longitude, latitude and seconds'
    throw new ScenarioFault(place, null, expected, `${words.length} words`)
  }
  const [longitude, latitude, seconds] = words.map(parseNumber)
  if (longitude === null || longitude === undefined || Math.abs(longitude) > 180) {
    throw new ScenarioFault(
      place,
      'longitude',
      'degrees',
      describeCoordinate(longitude ?? words[0]),
    )
  }
  if (latitude === null || latitude === undefined || Math.abs(latitude) > 90) {
    throw new ScenarioFault(place, 'latitude', 'degrees', describeCoordinate(latitude ?? words[1]))
  }
  if (seconds === null || seconds === undefined) {
    throw new ScenarioFault(place, 'seconds', 'a number', describeValue(words[2]))
  }
  return recordedFix(startMs + Math.round(seconds * 1000), longitude, latitude, {})
}
