import type { BanShape } from '../../../geo/ban-shape.ts'
import { containsPosition, signedDistanceMeters } from '../../../geo/containment.ts'
import { destination } from '../../../geo/distance.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import type { Limits } from '../model/limits.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../model/registry.ts'
import { proposeAlongStreets } from './along-streets.ts'
import {
  exceptCorridors,
  findCorridors,
  type Corridor,
  type CorridorObstacle,
} from './corridors.ts'
import type { CounterProposal } from './counter-proposal.ts'
import type { PredictedLoad } from './load-check.ts'
import { judgeProposal } from './judge-parts.ts'
import type { EnforceabilityVerdict } from './judge-proposal.ts'
import type { Ground } from './ground.ts'
import { holdsProtected } from './hold-protected.ts'
import {
  areasNear,
  municipalityCode,
  neighbourhoodCode,
  type NamedArea,
  type NamedAreas,
} from './named-areas.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import type { StreetObstacle } from './street-outline.ts'
import { centresOfBan, compileBan, splitParts } from './reach.ts'
import type { TravelModeJudgement } from './warning-time.ts'

/**
 * Other bans beside the asked one, which comes first, each judged by the same code, for a court to
 * compare. None leaves a protected address outside that the asked ban holds, or nearer to the
 * border than it may be. None is drawn about the address of the victim anew: several outlines round
 * one door would average to it, so that outlines that exist already are taken, and blocks that the
 * ban touches.
 */
export function compareAlternatives(
  asked: EnforceabilityProposal,
  counter: CounterProposal | null,
  ground: Ground,
  limits: Limits,
  measureLoad: MeasureLoad | null,
): Compared {
  // What was counted of one ban says nothing of another.
  const proposal = { ...asked, predictedLoad: null, reception: null }
  const corridors = ground.map === null ? [] : findCorridors(asked, ground.map, limits)
  const wider = resized(proposal, counter)
  const bans = [...wider.map((one) => one.proposal), proposal]
  const isOffered = ({ ban }: EnforceabilityProposal) =>
    isAskable(ban, limits) && holdsProtected(asked, ban, limits)
  const streets = proposeAlongStreets(bans, isOffered, ground, limits)
  const excepted = exceptFree(proposal, corridors, limits)
  const others = [
    ...wider,
    ...streets.found.map((found) => ({ kind: 'streets', areas: [], ...found }) as const),
    ...excepted.found,
    ...ofAreas(proposal, ground.areas),
    ...moving(proposal, limits),
  ].filter((one) => isOffered(one.proposal))
  const candidates: Candidate[] = [
    { kind: 'asked', proposal: asked, names: [], areas: [] },
    ...others,
  ]
  return {
    corridors: corridors.map(({ kind, name, obstacle }) => ({
      kind,
      name,
      obstacle: obstacle ?? excepted.obstacle,
    })),
    streetObstacle: streets.obstacle,
    alternatives: candidates.map((candidate) =>
      describe(withLoad(candidate, measureLoad), ground, limits),
    ),
  }
}

/** What would be refused if somebody asked about it is no proposal. */
function isAskable(ban: EnforceabilityProposal['ban'], { askedPartCountMax }: Limits): boolean {
  return ban.kind !== 'polygon' || splitParts(ban.geometry).length <= askedPartCountMax
}

/** How many calls a ban would make of an ordinary life; null: it cannot be said. */
export type MeasureLoad = (proposal: EnforceabilityProposal) => PredictedLoad | null

export type Compared = {
  readonly alternatives: readonly Alternative[]
  /** Motorways and railways through the ban, and why one cannot be excepted; null: it can. */
  readonly corridors: readonly Pick<Corridor, 'kind' | 'name' | 'obstacle'>[]
  /** Why no outline along streets is among them; null: one is, or the ban moves. */
  readonly streetObstacle: StreetObstacle | null
}

function withLoad(candidate: Candidate, measureLoad: MeasureLoad | null): Candidate {
  const { proposal } = candidate
  if (measureLoad === null || proposal.predictedLoad !== null) return candidate
  return { ...candidate, proposal: { ...proposal, predictedLoad: measureLoad(proposal) } }
}

export type Alternative = {
  readonly kind: AlternativeKind
  readonly radiusMeters: number | null
  readonly separationMeters: number | null
  readonly approachMeters: number
  readonly reportIntervalSeconds: number | null
  /** By which an outline of areas is asked again. */
  readonly areaCodes: readonly string[]
  readonly areaNames: readonly string[]
  readonly geometry: PolygonGeometry | MultiPolygonGeometry | null
  /** What the offender may not enter; null: it moves. */
  readonly areaSquareKilometers: number | null
  readonly verdict: EnforceabilityVerdict
  /** Codes of the checks that are red. */
  readonly red: readonly string[]
  readonly perTravelMode: readonly Pick<TravelModeJudgement, 'mode' | 'canDo'>[]
  /** How many known addresses of the offender lie inside. */
  readonly offenderAddressCount: number
  /** From its border to the person who is protected. */
  readonly reachMeters: number
  /** Of an ordinary life beside it; null: not measured. */
  readonly callsPerDay: number | null
}

export const alternativeKinds = [
  'asked',
  'resized',
  'streets',
  'corridor',
  'neighbourhoods',
  'municipality',
  'moving',
] as const
export type AlternativeKind = (typeof alternativeKinds)[number]

type Candidate = {
  readonly kind: AlternativeKind
  readonly proposal: EnforceabilityProposal
  readonly areas: readonly NamedArea[]
  /** Of its areas, or of what is excepted from it. */
  readonly names: readonly string[]
}

/** The least circle that does better, where there is one. */
function resized(proposal: EnforceabilityProposal, counter: CounterProposal | null): Candidate[] {
  const { ban } = proposal
  if (counter === null || counter.radiusMeters === null || ban.kind !== 'circle') return []
  const { radiusMeters, approachMeters, reportIntervalSeconds } = counter
  const other = { ...proposal, approachMeters, reportIntervalSeconds }
  const wider = { ...other, ban: { ...ban, radiusMeters } }
  return [{ kind: 'resized', proposal: wider, areas: [], names: [] }]
}

/**
 * The asked ban without the motorways and railways that lead through it and can be held to, or what
 * stands in the way of all of them together.
 */
function exceptFree(
  proposal: EnforceabilityProposal,
  corridors: readonly Corridor[],
  limits: Limits,
): { readonly found: readonly Candidate[]; readonly obstacle: CorridorObstacle | null } {
  const free = corridors.filter(({ obstacle }) => obstacle === null)
  if (free.length === 0) return { found: [], obstacle: null }
  const ban = exceptCorridors(proposal.ban, free, limits)
  if (ban === null || !isAskable(ban, limits)) return { found: [], obstacle: 'not-drawable' }
  if (!holdsProtected(proposal, ban, limits)) return { found: [], obstacle: 'address-beside' }
  const names = free.map(({ name }) => name)
  const kind = 'corridor'
  return { found: [{ kind, proposal: { ...proposal, ban }, areas: [], names }], obstacle: null }
}

/** The neighbourhoods that the ban touches, and the municipality it lies in. */
function ofAreas(proposal: EnforceabilityProposal, known: NamedAreas | null): Candidate[] {
  const shape = compileBan(proposal.ban)
  if (known === null || shape === null) return []
  const boxes = shapeBoxes(shape, 1)
  const touched = areasNear(known, neighbourhoodCode, boxes).filter((area) =>
    isTouched(area, shape, proposal),
  )
  const whole = areasNear(known, municipalityCode, boxes).filter((area) =>
    holdsAny(area, centresOfBan(proposal.ban)),
  )
  return [
    ...unite('neighbourhoods', proposal, touched, known),
    ...unite('municipality', proposal, whole, known),
  ]
}

function unite(
  kind: AlternativeKind,
  proposal: EnforceabilityProposal,
  areas: readonly NamedArea[],
  known: NamedAreas,
): Candidate[] {
  // As many as somebody would write into a judgment; uniting more would hold up everybody else.
  if (areas.length === 0 || areas.length > unitedAreasMax) return []
  const cornerCount = areas.reduce((count, { geometry }) => count + cornersOf(geometry).length, 0)
  if (areas.length > 1 && cornerCount > unitedCornersMax) return []
  const geometry = known.unite(areas.map(({ code }) => code))
  if (geometry === null) return []
  const names = areas.map(({ name }) => name)
  return [{ kind, proposal: { ...proposal, ban: { kind: 'polygon', geometry } }, areas, names }]
}

/** A distance that moves along draws no map, and asks the victim to carry a device. */
function moving(proposal: EnforceabilityProposal, limits: Limits): Candidate[] {
  if (proposal.ban.kind === 'proximity' || proposal.victimConsents === false) return []
  const separationMeters = limits.workableReachMetersMin
  const ban = { kind: 'proximity', separationMeters } as const
  const approachMeters = (limits.approachSeparationFactor - 1) * separationMeters
  const other = { ...proposal, ban, approachMeters }
  return [{ kind: 'moving', proposal: other, areas: [], names: [] }]
}

function describe({ kind, proposal, areas, names }: Candidate, ground: Ground, limits: Limits) {
  const { ban, approachMeters, predictedLoad, reportIntervalSeconds } = proposal
  const { verdict, checks, perTravelMode, reachMeters } = judgeProposal(proposal, limits, ground)
  const shape = compileBan(ban)
  const addresses = proposal.offenderFixedAddresses ?? []
  return {
    kind,
    radiusMeters: ban.kind === 'circle' ? ban.radiusMeters : null,
    separationMeters: ban.kind === 'proximity' ? ban.separationMeters : null,
    approachMeters,
    reportIntervalSeconds,
    areaCodes: areas.map(({ code }) => code),
    areaNames: [...names],
    geometry: ban.kind === 'polygon' ? ban.geometry : null,
    areaSquareKilometers: shape === null ? null : Math.round(shape.areaSquareMeters / 10_000) / 100,
    verdict,
    red: checks.filter(({ result }) => result === 'red').map(({ code }) => code),
    perTravelMode: perTravelMode.map(({ mode, canDo }) => ({ mode, canDo })),
    offenderAddressCount:
      shape === null
        ? 0
        : addresses.filter(({ longitude, latitude }) =>
            containsPosition(shape, longitude, latitude),
          ).length,
    reachMeters: Math.round(reachMeters),
    callsPerDay: predictedLoad === null ? null : decimals(predictedLoad.perDayMedian),
  }
}

function decimals(value: number): number {
  return Math.round(value * 100) / 100
}

type Place = { readonly longitude: number; readonly latitude: number }

/** A corner of it lies in the ban, or the ban's outline, its middle or an address in it. */
export function isTouched(
  area: NamedArea,
  shape: BanShape,
  proposal: EnforceabilityProposal,
): boolean {
  const isCornerInside = cornersOf(area.geometry).some(([longitude, latitude]) =>
    isWellInside(shape, longitude, latitude),
  )
  const { ban } = proposal
  const places = [...centresOfBan(ban), ...outlineOf(ban), ...(proposal.victimAddresses ?? [])]
  const isWithin = places.some(({ longitude, latitude }) =>
    isWellInside(area.shape, longitude, latitude),
  )
  return isCornerInside || isWithin
}

/** A border that two outlines share puts neither into the other. */
function isWellInside(shape: BanShape, longitude: number, latitude: number): boolean {
  return signedDistanceMeters(shape, longitude, latitude) < -sharedBorderMeters
}

const sharedBorderMeters = 5

function outlineOf(ban: EnforceabilityProposal['ban']): Place[] {
  if (ban.kind === 'polygon') {
    return cornersOf(ban.geometry).map(([longitude, latitude]) => ({ longitude, latitude }))
  }
  if (ban.kind === 'proximity') return []
  return Array.from({ length: outlineCount }, (_, index) =>
    destination(ban.longitude, ban.latitude, (index * 360) / outlineCount, ban.radiusMeters),
  )
}

function cornersOf(geometry: PolygonGeometry | MultiPolygonGeometry) {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons.flat(2)
}

const unitedAreasMax = 40
/** Beyond that uniting takes half a second. */
const unitedCornersMax = 3_000

/** Places round a circle; a neighbourhood is wider than what lies between two of them. */
const outlineCount = 48

function holdsAny({ shape }: NamedArea, places: readonly Place[]): boolean {
  return places.some(({ longitude, latitude }) => containsPosition(shape, longitude, latitude))
}
