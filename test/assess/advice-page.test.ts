import { beforeAll, describe, expect, it } from 'vitest'
import { writeAdvice } from '../../src/assess/advice-page.ts'
import type { Edition } from '../../src/assess/edition.ts'
import { assessEnforceability } from '../../src/core/enforceability/enforceability.ts'
import {
  nothingKnown,
  type EnforceabilityProposal,
} from '../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { StreetMap } from '../../src/core/roads/street-map.ts'
import { drawGridTown, gridPlace } from '../support/grid-town.ts'
import { mapOf } from '../support/street-map.ts'

let town: StreetMap
beforeAll(async () => {
  town = await mapOf(drawGridTown(14))
})

const hers = (east: number, north: number, label = 'haar woning') => ({
  label,
  ...gridPlace(east, north),
  isSecret: true,
})
const asked: EnforceabilityProposal = {
  ...nothingKnown,
  ban: { kind: 'circle', ...gridPlace(0, 0), radiusMeters: 600 },
  approachMeters: 500,
  reportIntervalSeconds: 60,
  policeResponseSeconds: 900,
  victimAddresses: [hers(0, 200)],
}

it('the band of a drawn area is as dark in its middle as at its border: nothing lies open there', () => {
  const corner = (east: number, north: number): [number, number] => {
    const { longitude, latitude } = gridPlace(east, north)
    return [longitude, latitude]
  }
  const ring = [corner(-900, -900), corner(900, -900), corner(0, 900), corner(-900, -900)]
  const geometry = { type: 'Polygon' as const, coordinates: [ring] }
  const page = write({ ban: { kind: 'polygon', geometry }, victimAddresses: null }, null)
  expect(page).toContain('class="band"')
  expect(/\.band\{[^}]*\}/.exec(page)?.[0]).toMatch(/fill:#8c1d18;.*stroke:#8c1d18;opacity:/)
})

it('the court is told that a larger area is not drawn, and of no ban that is; the file says nothing of either', () => {
  const [half, door] = [0.0015, gridPlace(0, 0)]
  const { longitude: x, latitude: y } = door
  const ring: [number, number][] = [
    [x - half, y - half],
    [x + half, y - half],
    [x, y + half],
    [x - half, y - half],
  ]
  const ban = { kind: 'polygon', geometry: { type: 'Polygon', coordinates: [ring] } } as const
  const known = { ban, victimAddresses: [{ ...door, label: '', isSecret: false }] }
  const court = write(known, null)
  expect(court).toContain('Geen ander gebied is getekend.')
  expect(court).toMatch(/E19 Alternatief.*alleen een groter gebied.* dat is niet getekend\./i)
  expect(court).not.toMatch(/voorgestelde? verbod|verbod voorgesteld/)
  const said =
    'Of een ander verbod van deze soort het beter doet, staat in de uitgave voor de rechter.'
  for (const victimAddresses of [known.victimAddresses, null, [hers(9_000, 0)]]) {
    const file = write({ ...known, victimAddresses }, null, 'file')
    expect(file).toContain(said)
    expect(file).not.toMatch(/niet getekend|wordt voorgesteld|verbod voorgesteld/)
  }
})

it('an address of the offender is named beside the map only where it is drawn', () => {
  const told = (east: number) =>
    write({ offenderFixedAddresses: [{ label: '', ...gridPlace(east, 0) }] }, null)
  expect(told(1_000)).toContain('Zwart vierkant')
  expect(told(20_000)).not.toContain('Zwart vierkant')
})

it('both editions of an advice list what the text does not say yet, to send back; one that says all lists nothing', () => {
  const schedule = {
    weekly: null,
    exceptions: [{ fromMs: 0, untilMs: null, reason: 'bezoek <kind>' }],
  }
  const said = {
    legalBasis: 'special-condition',
    validFromMs: 0,
    validUntilMs: 86_400_000,
    supervisingBody: 'Reclassering Nederland',
    isMonitoringNamed: true,
    schedule,
  } as const
  for (const edition of ['court', 'file'] as const) {
    const page = write(said, null, edition)
    expect(page).toContain('Terug te sturen')
    expect(page).toContain('<li>tot wanneer uitzondering 1 geldt, met de tijd</li></ul>')
    const whole = { ...said, schedule: { weekly: null, exceptions: [] } }
    expect(write(whole, null, edition)).not.toContain('Terug te sturen')
  }
})

describe('how the time in an advice came about', () => {
  it('the time by the roads is the shortest that is plausible, and the one that decides is printed', () => {
    const court = write({}, town)
    expect(court).toContain('De tijd die beslist, is de kortste die aannemelijk is')
    expect(court).not.toContain('geen tijd gemeten')
    expect(court).not.toContain('hoogstens')
  })

  it.each([
    ['without a map', {}, null],
    ['where the area reaches beyond the map', { ban: circle(3_000) }, 'town'],
    ['without her address', { victimAddresses: null }, 'town'],
  ])(
    'an advice %s does not say that a time was measured by the roads, or at ordinary travel',
    (_where, more, on) => {
      const court = write(more, on === null ? null : town)
      expect(court).toContain('geen tijd gemeten')
      expect(court).not.toMatch(/De tijd die beslist, is|bij gewoon reizen/)
      expect(court).toMatch(/<td>hoogstens /)
    },
  )

  it('the table gives the same latest time as the sentence about the police', () => {
    const court = write({ ban: circle(370), victimAddresses: [hers(0, 200)] }, null)
    const inSentence = /te voet\), kan er (\S+ \S+) na de grens zijn/.exec(court)?.[1]
    expect(inSentence).toBeDefined()
    expect(court).toContain(`<th scope="row">te voet</th>`)
    expect(court).toContain(`<td>hoogstens ${inSentence}</td>`)
  })

  it('a distance that moves along is measured straight on at the fastest there is', () => {
    const moving = { kind: 'proximity', separationMeters: 500 } as const
    const court = write({ ban: moving, victimAddresses: null }, null)
    expect(court).toContain('in een rechte lijn, op het snelst dat aannemelijk is')
    expect(court).not.toContain('geen tijd gemeten')
  })

  it('the file tells none of it where an address is known, wherever that is', () => {
    const pages = [hers(0, 200), hers(500, 0), hers(0, 2_000)].map((place) =>
      write({ victimAddresses: [place] }, town, 'file'),
    )
    expect(pages[0]).toContain('Hoe de tijd is gemeten, staat in de uitgave voor de rechter.')
    for (const page of pages) expect(page).not.toMatch(/geen tijd gemeten|De tijd die beslist/)
    const open = write({ victimAddresses: null }, town, 'file')
    expect(open).toContain('geen tijd gemeten')
  })
})

describe('several areas and other bans in an advice', () => {
  const box = (east: number, half: number): [number, number][][] => [
    [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
      [-1, -1],
    ].map(([x = 0, y = 0]) => {
      const { longitude, latitude } = gridPlace(east + x * half, y * half)
      return [longitude, latitude]
    }),
  ]
  const coordinates = [box(-600, 300), box(600, 200)]
  const ban = { kind: 'polygon', geometry: { type: 'MultiPolygon', coordinates } } as const

  it('each area has its number on the map and its row for the court, and the file has no row', () => {
    const at = { ban, victimAddresses: [hers(-600, 0)] }
    const court = write(at, town)
    expect(court).toContain('Elk gebied op zichzelf')
    expect(court).toMatch(/<th scope="row">gebied 2<\/th>.*geen adres erin/)
    const file = write(at, town, 'file')
    expect(file).not.toMatch(/Elk gebied op zichzelf|geen adres erin/)
    expect(file).toBe(write({ ban, victimAddresses: [hers(-500, 20)] }, town, 'file'))
    for (const page of [court, file]) expect(page).toMatch(/text-anchor="middle">2<\/text>/)
  })

  it('the headline names the area that cannot be kept, for the file by what no address decides', () => {
    const small = { type: 'MultiPolygon' as const, coordinates: [box(-300, 500), box(600, 15)] }
    const at = (east: number) => ({
      ban: { kind: 'polygon' as const, geometry: small },
      victimAddresses: [{ ...hers(east, 0), isSecret: false }],
      policeResponseSeconds: 60,
    })
    const court = write(at(-300), town)
    expect(court).toContain('Niet uitvoerbaar.</strong>')
    expect(court).toContain('Op zichzelf niet uitvoerbaar: gebied 2.')
    expect(court).toContain('Gebied 2: Een auto kan met 50 km/u tussen twee posities')
    const file = write(at(-300), town, 'file')
    expect(file).toContain('Op zichzelf niet uitvoerbaar: gebied 2.')
    expect(file).toBe(write(at(-250), town, 'file'))
    // Two squares, of which only what is measured from her is red.
    const alone = { ban, victimAddresses: [hers(-600, 0)], reportIntervalSeconds: 15 }
    expect(write(alone, town)).toMatch(/op zichzelf/)
    expect(write(alone, town, 'file')).not.toMatch(/op zichzelf/)
    const row = Array.from({ length: 11 }, (_, index) => box(120 * index - 600, 50))
    const many = { kind: 'polygon', geometry: { type: 'MultiPolygon', coordinates: row } } as const
    expect(write({ ban: many }, town)).toMatch(
      /De 10 van 11 gebieden die op zichzelf het minst kunnen/,
    )
  })

  it('the number of an area lies on no address and on no name of one', () => {
    const court = write({ ban, victimAddresses: [hers(-600, 0), hers(560, 0, 'werk')] }, town)
    const plates = [
      ...court.matchAll(
        /<rect class="plate" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"\/><text class="place"/g,
      ),
    ].map(
      ([, x, y, width, height]) => [Number(x), Number(y), Number(width), Number(height)] as const,
    )
    const dots = [
      ...court.matchAll(/<circle class="victim" cx="([\d.]+)" cy="([\d.]+)" r="1.6"/g),
    ].map(([, x, y]) => [Number(x) - 1.6, Number(y) - 1.6, 3.2, 3.2] as const)
    const numbers = plates.filter(([, , width]) => width === 3.6)
    expect([numbers.length, plates.length, dots.length]).toEqual([2, 4, 2])
    for (const [x, y, width, height] of numbers) {
      const under = [...plates.filter(([, , wide]) => wide !== 3.6), ...dots].filter(
        ([left, top, wide, high]) =>
          x < left + wide && x + width > left && y < top + high && y + height > top,
      )
      expect(under).toEqual([])
    }
  })

  it('a proposal says no more than it does, and an area that nobody drew is no proposal', () => {
    const drawn = write({ ban, victimAddresses: [hers(-600, 0)], policeResponseSeconds: 60 }, town)
    expect(drawn).not.toContain('Het kleinste dat de rode punten wegneemt')
    const round = write(
      { ban: circle(300), policeResponseSeconds: 900, victimAddresses: [hers(0, 0)] },
      town,
    )
    expect(round).toContain('Het kleinste dat het beter doet: een cirkel met een straal van')
    const one = { type: 'Polygon', coordinates: box(0, 300) } as const
    const asDrawn = write(
      {
        ban: { kind: 'polygon', geometry: one },
        victimAddresses: [hers(0, 0)],
        reportIntervalSeconds: 15,
        policeResponseSeconds: 60,
      },
      null,
    )
    expect(asDrawn).toContain(
      'Geen ander gebied is getekend. Alleen een groter gebied doet het beter',
    )
  })

  it('other bans are small maps side by side for the court, and not for the file', () => {
    const compared = { ban: circle(300), victimAddresses: [hers(0, 0)] }
    const court = write(compared, town, 'court', true)
    const maps = /<g class="naast-kaart">.*?<\/g><\/svg><\/figure>/s.exec(court)?.[0] ?? ''
    expect(maps.match(/class="asked"/g)?.length).toBe(2)
    expect(maps).toContain('>gevraagd</text>')
    expect(maps).toContain('>andere cirkel</text>')
    expect(write(compared, town, 'file', true)).not.toContain('naast-kaart')
  })
})

describe('the names of places on the map of an advice', () => {
  it.each([
    [500, 0],
    [-560, 0],
    [0, -600],
    [0, 590],
  ])(
    'a name of a hundred letters at %d, %d ends within the frame, above its foot',
    (east, north) => {
      const court = write(
        { ban: circle(900), victimAddresses: [hers(east, north, 'w'.repeat(100))] },
        town,
      )
      const plates = [
        ...court.matchAll(
          /<rect class="plate" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="3.8"\/><text class="place"[^>]*>([^<]*)</g,
        ),
      ]
      expect(plates).toHaveLength(1)
      const [, x = '', y = '', width = '', label = ''] = plates[0]!
      expect(Number(x)).toBeGreaterThanOrEqual(0)
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(180)
      expect(Number(y)).toBeGreaterThanOrEqual(0)
      const height = Number(/viewBox="0 0 180 ([\d.]+)"/.exec(court)?.[1])
      expect(Number(y) + 3.8).toBeLessThan(height - 8)
      expect(label).toMatch(/^w{40,}…$/)
    },
  )

  it('a short name stands whole beside its place', () => {
    expect(write({}, town)).toContain('>haar woning</text>')
    expect(write({ ban: circle(900), victimAddresses: [hers(880, 0)] }, town)).toContain(
      '>haar woning</text>',
    )
  })
})

function circle(radiusMeters: number) {
  return { kind: 'circle', ...gridPlace(0, 0), radiusMeters } as const
}

function write(
  more: Partial<EnforceabilityProposal>,
  map: StreetMap | null,
  edition: Edition = 'court',
  isComparing = false,
): string {
  const proposal = { ...asked, ...more }
  const assessment = assessEnforceability(
    proposal,
    defaultLimits,
    { map, areas: null },
    { isComparing },
  )
  const known = { label: 'zaak', limitsVersion: '1', day: '2026-11-27', policeTime: null }
  return writeAdvice({ ...known, proposal, assessment, map }, edition)
}
