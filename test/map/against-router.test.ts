import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { distanceMeters } from '../../geo/distance.ts'
import { importExtract } from '../../src/map/import/import-extract.ts'
import { indexMap } from '../../src/map/index-map.ts'
import type { TravelMode } from '../../src/core/model/limits.ts'
import { degreesPerE7, type StreetMap } from '../../src/core/roads/street-map.ts'
import { timesToPlace } from '../../src/core/roads/times-to-place.ts'
import { itWithSharedData, sharedFolder } from '../geo/support/shared-data.ts'
import { createRandom } from '../support/random.ts'

/**
 * Routino, a router by others over the same extracts: Debian's `routino`, and nothing but a judge
 * here. The time that decides about a ban must be below what it finds, or somebody is said to have
 * more time than there is.
 */
describe.skipIf(isRouterMissing() && process.env['CI'] === undefined)(
  `The least time by road beside another router${isRouterMissing() ? ' (skipped: no routino here)' : ''}`,
  () => {
    for (const extract of ['liechtenstein', 'north-bayreuth', 'krems']) {
      itWithSharedData(
        `no pair of places in ${extract} is nearer by it than by ours`,
        async () => {
          const file = resolve(sharedFolder, `maps/${extract}.osm.pbf`)
          const { map } = await importExtract(file, {})
          const streets = indexMap(extract, map)
          const folder = await mkdtemp(join(tmpdir(), 'hoede-router-'))
          try {
            execFileSync('planetsplitter', [`--dir=${folder}`, '--prefix=x', file], {
              stdio: 'ignore',
            })
            const rows = await comparePairs(streets, folder, seed)
            const ratios = rows.map(({ ours, theirs }) => ours / theirs).toSorted((a, b) => a - b)
            process.stdout.write(
              `${extract}, seed ${seed}: ours over theirs, ${ratios.length} pairs: least ${ratios.at(0)?.toFixed(2)}, median ${ratios[ratios.length >> 1]?.toFixed(2)}, greatest ${ratios.at(-1)?.toFixed(2)}\n`,
            )
            expect(rows.length).toBeGreaterThanOrEqual(75)
            expect(rows.filter(({ ours, theirs }) => !(ours <= theirs + roundedSeconds))).toEqual(
              [],
            )
          } finally {
            await rm(folder, { recursive: true })
          }
        },
        120_000,
      )
    }

    it('a router that is missing in CI is a failure, not a skip', () => {
      expect(isRouterMissing()).toBe(false)
    })
  },
)

const seed = 20_261_126
/** It prints tenths of a minute. */
const roundedSeconds = 3
const pairsPerMode = 30

type Row = {
  readonly mode: TravelMode
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly ours: number
  readonly theirs: number
}

async function comparePairs(map: StreetMap, folder: string, from: number): Promise<Row[]> {
  const random = createRandom(from)
  const rows: Row[] = []
  for (const mode of ['walk', 'bicycle', 'car'] as const) {
    let found = 0
    for (let round = 0; round < 20 * pairsPerMode && found < pairsPerMode; round++) {
      const [from, to] = [pickVertex(map, random), pickVertex(map, random)]
      const place = placeOf(map, to)
      const times = timesToPlace(map, place, { mode, assumption: 'fastest', limitSeconds: 1e6 })
      const theirs = await askRouter(folder, mode, placeOf(map, from), place)
      if (times === null || theirs === null || from === to) continue
      found += 1
      const ours = times.least.seconds[from] ?? Infinity
      rows.push({ mode, from: coordinates(map, from), to: coordinates(map, to), ours, theirs })
    }
  }
  return rows
}

function pickVertex({ roads }: StreetMap, random: () => number): number {
  return Math.floor(random() * roads.vertexLongitudesE7.length)
}

function placeOf(map: StreetMap, vertex: number) {
  const [longitude, latitude] = coordinates(map, vertex)
  return { longitude, latitude }
}

function coordinates({ roads }: StreetMap, vertex: number): readonly [number, number] {
  return [
    (roads.vertexLongitudesE7[vertex] ?? 0) * degreesPerE7,
    (roads.vertexLatitudesE7[vertex] ?? 0) * degreesPerE7,
  ]
}

type Place = { readonly longitude: number; readonly latitude: number }

/** Seconds of its quickest way; null where it knows none. */
async function askRouter(
  folder: string,
  mode: TravelMode,
  from: Place,
  to: Place,
): Promise<number | null> {
  const share = '/usr/share/routino'
  const args = [
    `--dir=${folder}`,
    '--prefix=x',
    `--profiles=${share}/profiles.xml`,
    `--translations=${share}/translations.xml`,
    `--transport=${{ walk: 'foot', bicycle: 'bicycle', car: 'motorcar' }[mode]}`,
    '--quickest',
    // Without these it takes the pleasant way, not the quickest.
    ...['paved', 'multilane', 'bridge', 'tunnel'].map((name) => `--property-${name}=50`),
    `--lon1=${from.longitude}`,
    `--lat1=${from.latitude}`,
    `--lon2=${to.longitude}`,
    `--lat2=${to.latitude}`,
    '--output-text-all',
    '--output-stdout',
  ]
  try {
    const { stdout } = await promisify(execFile)('routino-router', args)
    const rows = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    const [first = [], last = []] = [rows[0], rows.at(-1)].map((row) => row?.split('\t'))
    // From a footpath it would have a car begin on the next road, and on another way.
    if (!(isThere(first, from) && isThere(last, to))) return null
    const minutes = Number(last[7])
    return Number.isFinite(minutes) ? minutes * 60 : null
  } catch {
    return null
  }
}

function isThere(row: readonly string[], { longitude, latitude }: Place): boolean {
  return distanceMeters(Number(row[1]), Number(row[0]), longitude, latitude) < 10
}

function isRouterMissing(): boolean {
  try {
    execFileSync('planetsplitter', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return true
  }
}
