import type { z } from 'zod'
import { compileCircle, compilePolygon } from '../../geo/ban-shape.ts'
import { defaultLimits } from '../core/model/limits.ts'
import type { BanArea } from '../core/model/registry.ts'
import type { EnforceabilityProposal } from '../core/enforceability/proposal.ts'
import { splitParts } from '../core/enforceability/reach.ts'
import { readBanArea, type AreaAdvisory } from './ban-area.ts'
import type { enforceabilityBodySchema } from './enforceability.ts'
import type { BodyFault } from './faults.ts'
import { findContradictions } from './find-contradictions.ts'
import { readDraftSchedule, readOrderText } from './read-order-text.ts'

type Body = z.output<typeof enforceabilityBodySchema>

/**
 * The question of a request or a file as the core asks it; null with the faults that say what is
 * wrong with it.
 */
export function readProposal(body: Body): ReadProposal {
  const faults: BodyFault[] = []
  const advisories: AreaAdvisory[] = []
  const ban = readBan(body, faults, advisories)
  const text = readOrderText(body)
  const { validFromMs, validUntilMs } = text
  if (validFromMs !== null && validUntilMs !== null && validUntilMs <= validFromMs) {
    const detail = 'expected a time after validFrom, got one that is not'
    faults.push({ pointer: '/validUntil', code: 'ends-before-start', detail })
  }
  for (const fault of ban === null ? [] : findContradictions(body, ban)) faults.push(fault)
  const approachMeters = readApproach(body, faults)
  // In an order the approach to a person is counted from that person; in the
  // assessment from the separation.
  const ringMeters: ReadProposal['ringMeters'] = (counter) =>
    ban?.kind === 'proximity' ? (counter.separationMeters ?? ban.separationMeters) : 0
  if (ban === null || faults.length > 0) return { proposal: null, ringMeters, advisories, faults }
  const proposal: EnforceabilityProposal = {
    ...factsOf(body),
    ...text,
    ban,
    approachMeters,
    schedule: body.schedule == null ? null : readDraftSchedule(body.schedule),
  }
  return { proposal, ringMeters, advisories, faults }
}

export type ReadProposal = {
  readonly proposal: EnforceabilityProposal | null
  readonly ringMeters: (counter: { readonly separationMeters: number | null }) => number
  readonly advisories: readonly AreaAdvisory[]
  readonly faults: readonly BodyFault[]
}

/** Absent and null are the same: not known. */
function factsOf(body: Body) {
  return {
    reportIntervalSeconds: body.reportIntervalSeconds ?? null,
    policeResponseSeconds: body.policeResponseSeconds ?? null,
    travelModes: body.travelModes == null ? null : [...new Set(body.travelModes)],
    victimCount: body.victimCount ?? null,
    victimConsents: body.victimConsents ?? null,
    victimAddressSecret: body.victimAddressSecret ?? null,
    distanceFromSecretAddressMeters: body.distanceFromSecretAddressMeters ?? null,
    victimAddresses: knownAddresses(body.victimAddresses ?? []),
    offenderFixedAddresses: body.offenderFixedAddresses ?? null,
    hasFixedAddress: body.hasFixedAddress ?? null,
    canCharge: body.canCharge ?? null,
    sashCompleted: body.sashCompleted ?? null,
    hasDeskAroundTheClock: body.hasDeskAroundTheClock ?? null,
    isPoliceUnitNamed: body.isPoliceUnitNamed ?? null,
    predictedLoad: null,
    reception: null,
  }
}

/** None given is not none there: whoever keeps an address out of a file gives an empty list. */
function knownAddresses(given: NonNullable<Body['victimAddresses']>) {
  if (given.length === 0) return null
  return given.map(({ secret, ...place }) => ({ ...place, isSecret: secret }))
}

function readBan(
  body: Body,
  faults: BodyFault[],
  advisories: AreaAdvisory[],
): EnforceabilityProposal['ban'] | null {
  const { separationMeters } = body
  if (separationMeters == null) {
    const area = readBanArea(body, '', faults, advisories)
    if (area === null || isBeyondProvince(area, faults) || isTooMany(area, faults)) return null
    return area.type === 'geometry'
      ? { kind: 'polygon', geometry: area.geometry }
      : {
          kind: 'circle',
          longitude: area.longitude,
          latitude: area.latitude,
          radiusMeters: area.radiusMeters,
        }
  }
  if (body.circle != null || body.geometry != null) {
    const detail = 'expected one of geometry, circle and separationMeters, got more'
    faults.push({ pointer: '/separationMeters', code: 'area', detail })
    return null
  }
  return { kind: 'proximity', separationMeters }
}

/** No court draws more; each of them is judged by itself, so that none hides another. */
function isTooMany(area: BanArea, faults: BodyFault[]): boolean {
  const { askedPartCountMax } = defaultLimits
  const count = area.type === 'geometry' ? splitParts(area.geometry).length : 1
  if (count <= askedPartCountMax) return false
  faults.push({
    pointer: '/geometry',
    code: 'too-many-areas',
    detail: `expected at most ${askedPartCountMax} areas in one question, got ${count}: ask about fewer at once`,
    detailNl: `Dit zijn ${count} gebieden; per vraag zijn het er hoogstens ${askedPartCountMax}. Vraag er minder tegelijk.`,
  })
  return true
}

/** An order may be as large as the country; a court that asks whether it works asks of less. */
function isBeyondProvince(area: BanArea, faults: BodyFault[]): boolean {
  const { areaSquareMeters } =
    area.type === 'circle'
      ? compileCircle(area.longitude, area.latitude, area.radiusMeters)
      : compilePolygon(area.geometry)
  const { assessedAreaSquareMetersMax } = defaultLimits
  if (areaSquareMeters <= assessedAreaSquareMetersMax) return false
  const [most, got] = [assessedAreaSquareMetersMax, areaSquareMeters].map((area) =>
    Math.round(area / 1e6),
  )
  const detail = `expected an area of at most ${most} km², about the largest province; got ${got} km²`
  const pointer = area.type === 'circle' ? '/circle/radiusMeters' : '/geometry'
  faults.push({ pointer, code: 'too-large', detail })
  return true
}

function readApproach(body: Body, faults: BodyFault[]): number {
  const { approachMeters, separationMeters } = body
  if (separationMeters == null) return approachMeters ?? defaultLimits.approachMetersDefault
  const outerMeters = approachMeters ?? defaultLimits.approachSeparationFactor * separationMeters
  if (outerMeters < separationMeters) {
    const detail = 'expected at least separationMeters, because the approach comes first; got less'
    faults.push({ pointer: '/approachMeters', code: 'too-small', detail })
  }
  return outerMeters - separationMeters
}
