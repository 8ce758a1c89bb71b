import type { EnforceabilityProposal } from '../../../src/core/enforceability/proposal.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawGridTown, gridNode, gridPlace } from '../../support/grid-town.ts'
import { mapOf } from '../../support/street-map.ts'
import type { DrawnExtract, DrawnNode } from '../../support/write-extract.ts'

/**
 * A town of four kilometres each way with a railway and a motorway through it, a flat in its
 * middle, house numbers along its streets, and a hamlet behind one road in the east.
 */
export async function drawProvince(): Promise<StreetMap> {
  return await mapOf(drawTown())
}

/** The cases of docs/enforceability.md, in its order. */
export const workedCases: readonly WorkedCase[] = [
  {
    name: 'his flat is above hers',
    proposal: ask({
      ban: circle(0, 0, 100),
      approachMeters: 100,
      offenderFixedAddresses: [{ label: 'home', ...gridPlace(68, 18) }],
    }),
  },
  { name: 'a hundred metres round her door', proposal: ask({ ban: circle(0, 0, 100) }) },
  { name: 'five hundred metres round her door', proposal: ask({ ban: circle(0, 0, 500) }) },
  {
    name: 'a kilometre, her address secret and in the middle',
    proposal: ask({ ban: circle(0, 0, 1_000), victimAddresses: [hers(true)] }),
  },
  {
    name: 'a kilometre with its middle moved aside',
    proposal: ask({ ban: circle(-300, 300, 1_400), victimAddresses: [hers(true)] }),
  },
  {
    name: 'the whole town, with a motorway through it',
    proposal: ask({ ban: square(400, 200, 3_400), victimAddresses: [hers(true)] }),
  },
  {
    name: 'his own house is inside',
    proposal: ask({
      ban: circle(0, 0, 1_000),
      offenderFixedAddresses: [{ label: 'home', ...gridPlace(700, 10) }],
    }),
  },
  {
    name: 'the only road to his hamlet leads through it',
    proposal: ask({
      ban: circle(4_300, 0, 400),
      approachMeters: 200,
      victimAddresses: [{ label: 'hers', isSecret: false, ...gridPlace(4_300, 10) }],
      offenderFixedAddresses: [{ label: 'home', ...gridPlace(5_300, 12) }],
    }),
  },
  {
    name: 'a distance to her, and she carries no device',
    proposal: ask({
      ban: { kind: 'proximity', separationMeters: 1_000 },
      approachMeters: 1_000,
      victimConsents: false,
    }),
  },
  {
    name: 'a position every ten minutes',
    proposal: ask({ ban: circle(0, 0, 1_000), reportIntervalSeconds: 600 }),
  },
  {
    name: 'next door, no address to charge at, nobody at the desk by night',
    proposal: ask({
      ban: circle(0, 0, 500),
      offenderFixedAddresses: [{ label: 'home', ...gridPlace(52, 12) }],
      hasFixedAddress: false,
      hasDeskAroundTheClock: false,
    }),
  },
]

export type WorkedCase = { readonly name: string; readonly proposal: EnforceabilityProposal }

function hers(isSecret: boolean) {
  return { label: 'hers', isSecret, ...gridPlace(32, 12) }
}

/** Whatever is not the point of a case is in order. */
function ask(more: Partial<EnforceabilityProposal>): EnforceabilityProposal {
  return {
    ...nothingKnown,
    ban: circle(0, 0, 1_000),
    approachMeters: 500,
    reportIntervalSeconds: 60,
    policeResponseSeconds: 900,
    legalBasis: 'liberty-restricting-measure',
    validFromMs: Date.UTC(2026, 11, 1),
    validUntilMs: Date.UTC(2027, 5, 1),
    supervisingBody: 'Reclassering Nederland',
    isMonitoringNamed: true,
    schedule: { weekly: null, exceptions: [] },
    victimCount: 1,
    victimConsents: true,
    victimAddresses: [hers(false)],
    offenderFixedAddresses: [{ label: 'home', ...gridPlace(-3_900, -3_900) }],
    hasFixedAddress: true,
    canCharge: true,
    sashCompleted: true,
    hasDeskAroundTheClock: true,
    isPoliceUnitNamed: true,
    ...more,
  }
}

function circle(east: number, north: number, radiusMeters: number) {
  return { kind: 'circle', ...gridPlace(east, north), radiusMeters } as const
}

function square(east: number, north: number, half: number): EnforceabilityProposal['ban'] {
  const corner = (x: number, y: number): [number, number] => {
    const { longitude, latitude } = gridPlace(east + x * half, north + y * half)
    return [longitude, latitude]
  }
  const ring = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)]
  return { kind: 'polygon', geometry: { type: 'Polygon', coordinates: [ring] } }
}

function drawTown(): DrawnExtract {
  const rows = 40
  const at = (id: number, east: number, north: number, tags = {}): DrawnNode => ({
    id,
    ...gridPlace(east, north),
    tags,
  })
  const town = drawGridTown(rows, {
    nodes: [
      at(90_001, 4_600, 0),
      at(90_002, 5_500, 0),
      ...[0, 1, 2, 3].map((index) =>
        at(90_010 + index, 5_200 + 40 * index, 12, number('Buurtschap', index + 1)),
      ),
      ...ringCorners.map(([east, north], index) => at(90_020 + index, east, north)),
      at(91_001, 20, 5),
      at(91_002, 80, 5),
      at(91_003, 80, 25),
      at(91_004, 20, 25),
      at(92_001, -4_000, 1_850),
      at(92_002, 4_000, 1_850),
      at(92_003, 1_500, 1_850, { railway: 'station', name: 'Middelstad' }),
      at(93_001, -3_600, -3_700, { shop: 'supermarket', name: 'Kruidenier' }),
      ...Array.from({ length: 300 }, (_, index) =>
        at(
          94_000 + index,
          20 * (index % 60) - 600,
          100 * Math.floor(index / 60) - 190,
          number(`East ${Math.floor(index / 60) - 2}`, (index % 60) + 1),
        ),
      ),
    ],
    ways: [
      {
        id: 900,
        nodes: [gridNode(rows, rows, 0), 90_001, 90_002],
        tags: { highway: 'unclassified', name: 'Buurtschap' },
      },
      // Beyond the town the map goes on.
      {
        id: 899,
        nodes: [90_020, 90_021, 90_022, 90_023, 90_020],
        tags: { highway: 'unclassified', name: 'Ringdijk' },
      },
      { id: 901, nodes: [91_001, 91_002, 91_003, 91_004, 91_001], tags: { building: 'yes' } },
      { id: 902, nodes: [92_001, 92_003, 92_002], tags: { railway: 'rail', name: 'Spoorlijn' } },
    ],
  })
  const ways = town.ways.map((way) =>
    way.tags['name'] === 'East 15'
      ? { ...way, tags: { highway: 'motorway', name: 'A99', maxspeed: '100' } }
      : way,
  )
  return { ...town, ways }
}

const ringCorners = [
  [-6_500, -6_500],
  [6_500, -6_500],
  [6_500, 6_500],
  [-6_500, 6_500],
] as const

function number(street: string, house: number) {
  return { 'addr:street': street, 'addr:housenumber': String(house) }
}
