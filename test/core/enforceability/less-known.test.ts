import { beforeAll, describe, expect, it } from 'vitest'
import { compilePolygon } from '../../../geo/ban-shape.ts'
import type { KnownPlaces } from '../../../src/core/enforceability/ground.ts'
import { nowhereKnown } from '../../../src/core/enforceability/ground.ts'
import {
  assessEnforceability,
  type EnforceabilityAssessment,
} from '../../../src/core/enforceability/enforceability.ts'
import type { EnforceabilityProposal } from '../../../src/core/enforceability/proposal.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { createRandom } from '../../support/random.ts'
import { mapOf } from '../../support/street-map.ts'

let map: StreetMap
/** Without the station. */
let quiet: StreetMap

beforeAll(async () => {
  const at = (id: number, east: number, north: number, tags = {}) => ({
    id,
    ...gridPlace(east, north),
    tags,
  })
  const nodes = [
    at(90_002, -3_900, -3_800, { shop: 'supermarket' }),
    at(90_003, -3_800, -3_900, { amenity: 'pharmacy' }),
    ...Array.from({ length: 130 }, (_, index) =>
      at(90_100 + index, 10 * index - 650, 20, {
        'addr:street': 'East 0',
        'addr:housenumber': String(index + 1),
      }),
    ),
  ]
  const station = at(90_001, 900, 20, { railway: 'station', name: 'Middelstad' })
  map = await mapOf(drawGridTown(40, { nodes: [station, ...nodes] }))
  quiet = await mapOf(drawGridTown(40, { nodes }))
})

describe('less known is never kinder', () => {
  it('taking an input or the map away makes no check greener and no verdict better', () => {
    const random = createRandom(7)
    let [worse, count] = [0, 0]
    for (let round = 0; round < 10; round++) {
      const proposal = draw(random)
      const full = assess(proposal, known(map))
      for (const name of inputs) {
        if (name !== 'map' && proposal[name] === null) continue
        const less =
          name === 'map'
            ? assess(proposal, nowhereKnown)
            : assess({ ...proposal, [name]: null }, known(map))
        count++
        if (verdictRank[less.verdict] < verdictRank[full.verdict]) worse++
        expect([round, name, kinder(full, less)]).toEqual([round, name, []])
      }
    }
    expect(count).toBeGreaterThan(100)
    expect(worse).toBeGreaterThan(0)
  })

  it('a ban of which everything is known and in order is enforceable, and by nothing less', () => {
    const full = assess(everything, known(quiet))
    expect(full.checks.filter(({ result }) => result !== 'green')).toEqual([])
    expect(full.verdict).toBe('ENFORCEABLE')
    expect(full.counterProposal).toBeNull()
    expect(assess(everything, nowhereKnown).verdict).toBe('NOT_KNOWN')
    for (const name of inputs) {
      // Her address says whether it is secret.
      if (name === 'map' || name === 'victimAddressSecret' || everything[name] === null) continue
      const { verdict } = assess({ ...everything, [name]: null }, known(quiet))
      expect([name, verdict === 'ENFORCEABLE']).toEqual([name, false])
    }
  })
})

/** What is greener or promises more than with everything that is known. */
function kinder(full: EnforceabilityAssessment, less: EnforceabilityAssessment): string[] {
  const found: string[] = []
  for (const [index, check] of less.checks.entries()) {
    const before = full.checks[index]!
    if (resultRank[check.result] > resultRank[before.result]) {
      found.push(`${check.code} ${before.result} ${check.result}`)
    }
  }
  for (const [index, { mode, canDo, verdict }] of less.perTravelMode.entries()) {
    const before = full.perTravelMode[index]!
    if (useRank[canDo] > useRank[before.canDo]) found.push(`${mode} ${before.canDo} ${canDo}`)
    if (verdictRank[verdict] > verdictRank[before.verdict]) found.push(`${mode} ${verdict}`)
  }
  if (verdictRank[less.verdict] > verdictRank[full.verdict]) {
    found.push(`${full.verdict} ${less.verdict}`)
  }
  return found
}

const resultRank = { green: 2, amber: 1, red: 0, 'not-assessed': 0 } as const
const useRank = { intercept: 2, 'warn-victim': 1, 'evidence-only': 0, 'not-known': 0 } as const
const verdictRank = {
  ENFORCEABLE: 2,
  ENFORCEABLE_WITH_LIMITS: 1,
  NOT_ENFORCEABLE: 0,
  NOT_KNOWN: 0,
} as const

/** Not how he travels: every way is what is assumed where nothing is said. */
const inputs = [
  'map',
  'reportIntervalSeconds',
  'policeResponseSeconds',
  'legalBasis',
  'validFromMs',
  'validUntilMs',
  'supervisingBody',
  'isMonitoringNamed',
  'schedule',
  'victimCount',
  'victimConsents',
  'victimAddressSecret',
  'victimAddresses',
  'offenderFixedAddresses',
  'hasFixedAddress',
  'canCharge',
  'sashCompleted',
  'hasDeskAroundTheClock',
  'isPoliceUnitNamed',
] as const

const dayMs = 86_400_000

const everything: EnforceabilityProposal = {
  ...nothingKnown,
  ban: circle(300, 0, 1_900),
  approachMeters: 100,
  reportIntervalSeconds: 15,
  policeResponseSeconds: 60,
  travelModes: ['walk'],
  legalBasis: 'prosecutor-behaviour-order',
  validFromMs: 0,
  validUntilMs: 90 * dayMs,
  supervisingBody: 'Reclassering Nederland',
  isMonitoringNamed: true,
  schedule: { weekly: null, exceptions: [] },
  victimCount: 1,
  victimConsents: true,
  victimAddressSecret: false,
  victimAddresses: [{ label: 'hers', isSecret: false, ...gridPlace(20, 10) }],
  offenderFixedAddresses: [{ label: 'home', ...gridPlace(-3_900, -3_900) }],
  hasFixedAddress: true,
  canCharge: true,
  sashCompleted: true,
  hasDeskAroundTheClock: true,
  isPoliceUnitNamed: true,
  predictedLoad: {
    perDayMedian: 0,
    perDayWorst: 0,
    passagesPerWeek: 0,
    causes: [],
    weekCount: 4,
    seedCount: 5,
    isRecorded: false,
  },
  reception: {
    fixCount: 10_000,
    dayCount: 30,
    accurateShareResting: 0.99,
    accurateShareMoving: 0.99,
    expectedCount: 10_000,
    inTimeCount: 10_000,
  },
}

function draw(random: () => number): EnforceabilityProposal {
  const pick = <T>(...options: readonly T[]): T => options[Math.floor(random() * options.length)]!
  const isSecret = random() < 0.5
  const radiusMeters = pick(120, 400, 900, 1_900, 3_000)
  const separationMeters = pick(300, 1_500, 4_000, 12_000)
  return {
    ...everything,
    ban:
      random() < 0.2
        ? { kind: 'proximity', separationMeters }
        : circle(pick(0, 300, 700), pick(0, -400), radiusMeters),
    approachMeters: pick(0, 500),
    reportIntervalSeconds: pick(15, 60, 300),
    policeResponseSeconds: pick(60, 300, 900),
    travelModes: pick(['walk'], ['walk', 'bicycle', 'car'], ['car']),
    validUntilMs: pick(-1, 90, 91, 400) * dayMs,
    victimCount: pick(1, 9),
    victimConsents: pick(true, false),
    victimAddressSecret: isSecret,
    victimAddresses: [{ label: 'hers', isSecret, ...gridPlace(pick(20, 600, 1_300), 10) }],
    offenderFixedAddresses: [
      { label: 'home', ...gridPlace(pick(-3_900, 25, 400), pick(-3_900, 12, 300)) },
    ],
    hasFixedAddress: pick(true, true, false),
    canCharge: pick(true, true, false),
    sashCompleted: pick(true, false),
    hasDeskAroundTheClock: pick(true, true, false),
    isPoliceUnitNamed: pick(true, true, false),
  }
}

function assess(proposal: EnforceabilityProposal, places: KnownPlaces): EnforceabilityAssessment {
  return assessEnforceability(proposal, defaultLimits, places)
}

/** One municipality round the whole town. */
function known(on: StreetMap): KnownPlaces {
  const corners = (
    [
      [-9, -9],
      [9, -9],
      [9, 9],
      [-9, 9],
      [-9, -9],
    ] as const
  ).map(([east, north]): [number, number] => {
    const { longitude, latitude } = gridPlace(1_000 * east, 1_000 * north)
    return [longitude, latitude]
  })
  const geometry = { type: 'Polygon' as const, coordinates: [corners] }
  const town = { code: 'GM01', name: 'Stad', year: null, geometry, shape: compilePolygon(geometry) }
  return { map: on, areas: { areas: new Map([['GM01', town]]), unite: () => geometry } }
}

function circle(east: number, north: number, radiusMeters: number) {
  return { kind: 'circle', ...gridPlace(east, north), radiusMeters } as const
}
