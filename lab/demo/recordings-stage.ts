import { readRecordings } from '../../src/replay/importers/read-recordings.ts'
import type { ImportedFile } from '../../src/replay/importers/read-recordings.ts'
import { plainReading } from '../../src/replay/importers/recording.ts'
import type { Recording } from '../../src/replay/importers/recording.ts'
import { ScenarioFault } from '../../src/replay/scenario-fault.ts'
import { cutRecording, cutSameTime } from './cut-recording.ts'
import type { Cut } from './cut-recording.ts'
import { createRecordingsCast, scenarioOf } from './recordings-cast.ts'
import type { RecordingsCast } from './recordings-cast.ts'
import { addBystander, castPair, castPart, parts } from './recordings-stories.ts'
import type { Stage } from './stage.ts'
import { maxOf } from '../../src/core/model/lists.ts'

/**
 * Real recordings as a demo: the liveliest two minutes of each, bans laid on their
 * way, and incidents that no recording holds (a cut strap, a dead battery, an upload
 * that waits) played over them.
 */
export async function recordingsStage(
  paths: readonly string[],
  trackStartMs: number,
  speed: number,
): Promise<(startMs: number) => Stage> {
  let faultCount = 0
  const { recordings, files } = await readRecordings(paths, {
    ...plainReading,
    startMs: trackStartMs,
    onFault: () => faultCount++,
  })
  const cuts = recordings.flatMap((recording) => {
    const cut = cutRecording(recording, speed)
    return cut === null ? [] : [{ recording, cut }]
  })
  const broken = files.flatMap(({ brokenBy }) => (brokenBy === null ? [] : [brokenBy]))
  if (cuts.length === 0) {
    throw new ScenarioFault(
      { file: paths.join(', '), line: null },
      null,
      'a recording that goes 400 m or more at a plausible speed',
      [`${recordings.length} devices that do not`, ...broken].join('; '),
    )
  }
  const squeezeMax = maxOf(cuts.map(({ cut }) => cut.squeeze))
  const notes = [
    readingNote(files, recordings, faultCount),
    ...broken.map((sentence) => `Not whole: ${sentence}.`),
    `${cuts.length} of them move enough to be played: their liveliest two minutes` +
      (squeezeMax === 1 ? '.' : `, squeezed up to ${squeezeMax} times where fixes are far apart.`),
  ]
  return (startMs) => makeStage(startMs, cuts, paths, notes)
}

type RecordingCut = { readonly recording: Recording; readonly cut: Cut }

/** More would be a crowd nobody can follow. */
const bystandersMax = 4
const pairsTriedMax = 200

function makeStage(
  startMs: number,
  cuts: readonly RecordingCut[],
  paths: readonly string[],
  notes: readonly string[],
): Stage {
  const cast = createRecordingsCast(startMs)
  const pairNote = addPair(cast, cuts)
  const missing: string[] = []
  for (const [index, part] of parts.entries()) {
    // Each part begins with another recording, so that one does not play them all.
    const order = cuts.map((_, shift) => cuts[(index + shift) % cuts.length]!.cut)
    if (!castPart(cast, part, order)) {
      missing.push(`In none of them: ${part.title}.`)
      // About nobody, so that the list at the end shows it as missing.
      const { key, title, mustRaise } = part
      cast.storylines.push({ key, title, mustRaise, subjectIds: [], mayRaise: [] })
    }
  }
  for (const { cut } of cuts.slice(0, bystandersMax)) {
    addBystander(cast, cut)
  }
  return {
    title: `recordings from ${paths.join(', ')}`,
    scenario: scenarioOf(cast),
    storylines: cast.storylines,
    labels: cast.labels,
    startMs,
    endMs: cast.endMs,
    notes: [...notes, pairNote, ...missing],
  }
}

/** Two devices recorded at the same time and place, or else one recording followed by itself. */
function addPair(cast: RecordingsCast, cuts: readonly RecordingCut[]): string {
  let triedCount = 0
  for (const one of cuts) {
    for (const other of cuts) {
      if (one === other || triedCount >= pairsTriedMax) {
        continue
      }
      triedCount++
      const same = cutSameTime(other.recording, one.cut)
      if (same !== null && castPair(cast, one.cut, same, 0)) {
        return `${one.cut.deviceName} and ${same.deviceName} were on their way together: offender and victim.`
      }
    }
  }
  for (const { cut } of cuts) {
    if (castPair(cast, cut, cut, pairLagMs)) {
      return `No two were recorded together, so the victim goes the way of ${cut.deviceName} a few seconds later.`
    }
  }
  return 'In none of them: two moving people who come too close.'
}

const pairLagMs = 7_000

function readingNote(
  files: readonly ImportedFile[],
  recordings: readonly Recording[],
  faultCount: number,
): string {
  const passedOver = files.filter((file) => file.fixCount === 0).length
  const fixCount = files.reduce((sum, file) => sum + file.fixCount, 0)
  const leftOut = faultCount === 0 ? '' : `, ${faultCount} bad lines left out`
  return (
    `${fixCount} fixes of ${recordings.length} devices read from ${files.length - passedOver} files` +
    ` (${passedOver} more without a recording${leftOut}).`
  )
}
