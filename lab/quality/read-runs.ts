import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { plainReading } from '../../src/replay/importers/recording.ts'
import type { RecordedFix, Recording } from '../../src/replay/importers/recording.ts'
import { readRecordings } from '../../src/replay/importers/read-recordings.ts'
import type { Stretch } from './trial.ts'
import { pushAll } from '../../src/core/model/lists.ts'

/**
 * Recordings with something to hold them against: phones carried together on noted trips or
 * lying still, devices on one bicycle, and tracks of one fix a second that are thinned. The
 * others have no truth but themselves.
 */
export async function readRuns(folder: string): Promise<Run[]> {
  const trajectories = existsSync(join(folder, 'trajectories'))
    ? join(folder, 'trajectories')
    : folder
  const runs: Run[] = []
  const phones = join(trajectories, 'mobilitynet')
  if (existsSync(phones)) pushAll(runs, await readPhoneRuns(phones))
  const bicycle = join(trajectories, 'bike-multi-device', 'routeA')
  if (existsSync(bicycle)) runs.push(await readBicycleRun(bicycle))
  const tracks = join(trajectories, 'osm-tracks')
  if (existsSync(tracks)) pushAll(runs, await readTrackRuns(tracks))
  return runs
}

export type Run = {
  readonly source: string
  readonly kind: 'moving' | 'still' | 'bicycle' | 'thinned'
  readonly devices: readonly RunDevice[]
  /** Lines that were to be followed; empty where there was no plan. */
  readonly plannedRoutes: readonly (readonly (readonly [number, number])[])[]
}

export type RunDevice = {
  readonly name: string
  readonly fixes: readonly RecordedFix[]
  /** When it is known to have been with the others. */
  readonly carried: Stretch
}

const anyStartMs = Date.UTC(2020, 0, 1)

async function readPhoneRuns(folder: string): Promise<Run[]> {
  const periods = await readPeriods(join(folder, 'ground-truth-transitions.csv'))
  const names = (await readdir(folder)).filter((name) => name.includes('__')).toSorted()
  const runs: Run[] = []
  for (const name of names) {
    const timeline = name.slice(0, name.indexOf('__'))
    const devices = (await readDevices(join(folder, name))).flatMap((recording) => {
      const phone = recording.deviceName.replace(/^mobilitynet-/, '')
      const carried = findPeriod(periods.get(`${timeline}/${phone}`) ?? [], recording)
      return carried === null ? [] : [{ name: phone, fixes: recording.fixes, carried }]
    })
    const plannedRoutes = await readPlan(join(folder, 'spec', `${timeline}.json`))
    runs.push({
      source: `mobilitynet/${name}`,
      kind: name.includes('stationary') ? 'still' : 'moving',
      devices,
      plannedRoutes,
    })
  }
  return runs
}

async function readBicycleRun(folder: string): Promise<Run> {
  const recordings = await readDevices(folder)
  const plan = await readFile(join(folder, '..', 'planned-routeA.gpx'), 'utf8')
  const points = [...plan.matchAll(/<trkpt lon="([-\d.]+)" lat="([-\d.]+)"/g)].map(
    (match) => [Number(match[1]), Number(match[2])] as const,
  )
  return {
    source: 'bike-multi-device/routeA',
    kind: 'bicycle',
    devices: recordings.map(toRunDevice),
    plannedRoutes: points.length === 0 ? [] : [points],
  }
}

async function readTrackRuns(folder: string): Promise<Run[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.track')).toSorted()
  const runs: Run[] = []
  for (const name of names) {
    const recordings = await readDevices(join(folder, name))
    const devices = recordings.filter(({ fixes }) => fixes.length > 1).map(toRunDevice)
    runs.push({
      source: `osm-tracks/${basename(name)}`,
      kind: 'thinned',
      devices,
      plannedRoutes: [],
    })
  }
  return runs
}

async function readDevices(path: string): Promise<readonly Recording[]> {
  const options = { ...plainReading, startMs: anyStartMs, onFault: () => {} }
  const { recordings, files } = await readRecordings([path], options)
  const broken = files.find(({ brokenBy }) => brokenBy !== null)
  // A measurement without some of its recordings would be another measurement.
  if (broken !== undefined) throw new Error(`not whole: ${broken.brokenBy}`)
  return recordings
}

function toRunDevice({ deviceName, fixes }: Recording): RunDevice {
  const times = fixes.map(({ recordedAtMs }) => recordedAtMs)
  const carried = {
    startMs: times.reduce((least, atMs) => Math.min(least, atMs), Infinity),
    endMs: times.reduce((most, atMs) => Math.max(most, atMs), -Infinity),
  }
  return { name: deviceName, fixes, carried }
}

/** By run and phone: from each noted start of recording to the stop that follows it. */
async function readPeriods(file: string): Promise<ReadonlyMap<string, readonly Stretch[]>> {
  const periods = new Map<string, Stretch[]>()
  const starts = new Map<string, number>()
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [timeline, device, seconds, transition] = line.split(',')
    const key = `${timeline}/${device}`
    const atMs = Number(seconds) * 1000
    if (transition?.match(/^START_(EVALUATION|CALIBRATION)_PERIOD$/)) starts.set(key, atMs)
    const startMs = starts.get(key)
    if (!transition?.match(/^STOP_(EVALUATION|CALIBRATION)_PERIOD$/) || startMs === undefined)
      continue
    periods.set(key, [...(periods.get(key) ?? []), { startMs, endMs: atMs }])
    starts.delete(key)
  }
  return periods
}

/** The period in which most of what this phone stored was stored. */
function findPeriod(periods: readonly Stretch[], { fixes }: Recording): Stretch | null {
  const middle = fixes[fixes.length >> 1]
  if (middle === undefined) return null
  const atMs = middle.receivedAtMs
  return periods.find(({ startMs, endMs }) => startMs <= atMs && atMs <= endMs) ?? null
}

async function readPlan(file: string): Promise<Run['plannedRoutes']> {
  if (!existsSync(file)) return []
  const plan = JSON.parse(await readFile(file, 'utf8')) as Plan
  return (plan.evaluation_trips ?? []).flatMap(({ legs }) =>
    legs.flatMap(({ route_coords: route }) => {
      const coordinates = route?.geometry?.coordinates
      return coordinates === undefined ? [] : [coordinates]
    }),
  )
}

/** The part of a plan that is read here. */
type Plan = {
  readonly evaluation_trips?: readonly {
    readonly legs: readonly {
      readonly route_coords?: {
        readonly geometry?: { readonly coordinates?: readonly (readonly [number, number])[] }
      }
    }[]
  }[]
}
