import { metersPerDegree } from '../../../../geo/distance.ts'
import type { LocationBan } from '../net/api.ts'
import type { Handle } from '../register/handles.ts'
import { approachOf } from './approach.ts'
import { ringsOf, type Framed } from './places-of.ts'
import type { Surround } from './surround.ts'
import { isOldAmong, lastOfEach, splitTrack, type MapFix } from './track.ts'

/** What a map shows beside its ground, as the sources that MapLibre draws from. */
export function sceneOf({
  bans,
  fixes,
  chosenMs,
  timeOf,
  places = [],
  surround = null,
}: Scene): Readonly<Record<SceneSource, Features>> {
  const steps = (['offender', 'victim'] as const).flatMap((role) =>
    splitTrack(fixes, role).map(({ from, to, isGap }) =>
      feature(
        { role, isGap },
        {
          type: 'LineString',
          coordinates: [from, to].map((fix) => [fix.longitude, fix.latitude]),
        },
      ),
    ),
  )
  const isOld = isOldAmong(fixes)
  const ends = new Set(lastOfEach(fixes))
  const spots = fixes.map((fix) =>
    feature(
      { ...propertiesOf(fix, chosenMs), time: ends.has(fix) ? timeOf(fix) : '' },
      {
        type: 'Point',
        coordinates: [fix.longitude, fix.latitude],
      },
    ),
  )
  const circles = fixes.map((fix) =>
    feature(
      { ...propertiesOf(fix, chosenMs), isOld: isOld(fix) },
      circleOf(fix, fix.accuracyMeters),
    ),
  )
  return {
    surround: collect(surround === null ? [] : surroundFeatures(surround)),
    bans: collect(bans.flatMap((ban) => banFeatures(ban))),
    accuracy: collect(circles),
    track: collect(steps),
    fixes: collect(spots),
    places: collect(
      places.map(({ role, longitude, latitude }) =>
        feature({ role }, { type: 'Point', coordinates: [longitude, latitude] }),
      ),
    ),
  }
}

export type Scene = {
  readonly bans: readonly LocationBan[]
  readonly fixes: readonly MapFix[]
  /** The fix that was chosen in the table. */
  readonly chosenMs: number | null
  /** As it is written beside the last one of each person. */
  readonly timeOf: (fix: MapFix) => string
  /** What the view holds, whatever of it is shown; empty: it stays where it is. */
  readonly frame: readonly Framed[]
  /** By which the area can be drawn into another shape. */
  readonly handles?: readonly Handle[]
  readonly places?: readonly MarkedPlace[]
  readonly surround?: Surround | null
}

/** A place where somebody is often, and not a position that was measured. */
export type MarkedPlace = {
  readonly key: string
  readonly role: MapFix['role']
  readonly longitude: number
  readonly latitude: number
}

export const sceneSources = ['surround', 'bans', 'accuracy', 'track', 'fixes', 'places'] as const
type SceneSource = (typeof sceneSources)[number]

function propertiesOf(fix: MapFix, chosenMs: number | null) {
  const { role, isBelieved, recordedAtMs } = fix
  return { role, isBelieved, isChosen: recordedAtMs === chosenMs, atMs: recordedAtMs }
}

function surroundFeatures(surround: Surround): Feature[] {
  const { squareMeters, band } = surround
  const perDegree = metersPerDegree(surround.latitude)
  const half = (squareMeters ?? 0) / 2
  const corners = [
    [-half, -half],
    [half, -half],
    [half, half],
    [-half, half],
    [-half, -half],
  ].map(([east = 0, north = 0]) => [
    surround.longitude + east / perDegree.longitude,
    surround.latitude + north / perDegree.latitude,
  ])
  const ring = (meters: number): unknown =>
    (circleOf(surround, meters).coordinates as readonly unknown[])[0]
  const rings =
    band === null
      ? []
      : [ring(band.outerMeters), ...(band.innerMeters > 0 ? [ring(band.innerMeters)] : [])]
  return [
    ...(half === 0
      ? []
      : [feature({ part: 'square' }, { type: 'Polygon', coordinates: [corners] })]),
    ...(band === null
      ? []
      : [feature({ part: 'band-of-victim' }, { type: 'Polygon', coordinates: rings })]),
  ]
}

function banFeatures(ban: LocationBan): Feature[] {
  const { circle, approachMeters } = ban
  if (circle !== null && circle !== undefined) {
    return [
      feature({ part: 'ban' }, circleOf(circle, circle.radiusMeters)),
      feature({ part: 'ring' }, circleOf(circle, circle.radiusMeters + approachMeters)),
    ]
  }
  const geometry = ban.geometry as Geometry | null | undefined
  if (geometry === null || geometry === undefined || ringsOf(ban).length === 0) return []
  return [
    feature({ part: 'ban' }, geometry),
    feature({ part: 'ring' }, { type: 'MultiLineString', coordinates: approachOf(ban) }),
  ]
}

/** Enough corners that none is seen; what is judged is judged on the ellipsoid, by the server. */
const cornerCount = 64

/**
 * A circle in metres: that of MapLibre is in pixels, and would say another accuracy at each zoom.
 */
function circleOf(
  middle: { readonly longitude: number; readonly latitude: number },
  radiusMeters: number,
): Geometry {
  const perDegree = metersPerDegree(middle.latitude)
  const ring = Array.from({ length: cornerCount + 1 }, (_, place) => {
    const turn = (2 * Math.PI * (place % cornerCount)) / cornerCount
    return [
      middle.longitude + (Math.cos(turn) * radiusMeters) / perDegree.longitude,
      middle.latitude + (Math.sin(turn) * radiusMeters) / perDegree.latitude,
    ]
  })
  return { type: 'Polygon', coordinates: [ring] }
}

type Geometry = { readonly type: string; readonly coordinates: unknown }
type Feature = {
  readonly type: 'Feature'
  readonly properties: Readonly<Record<string, unknown>>
  readonly geometry: Geometry
}
type Features = { readonly type: 'FeatureCollection'; readonly features: readonly Feature[] }

function feature(properties: Feature['properties'], geometry: Geometry): Feature {
  return { type: 'Feature', properties, geometry }
}

function collect(features: readonly Feature[]): Features {
  return { type: 'FeatureCollection', features }
}
