import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readQuestion } from '../../src/assess/read-question.ts'
import { drawGridTown, gridPlace, middle } from '../support/grid-town.ts'
import { isBrowserMissing } from '../support/browser.ts'
import { withFile } from '../support/street-map.ts'
import { writeExtract } from '../support/write-extract.ts'

describe('npm run assess', () => {
  it('assess writes an advice for the court and one for the file, from a ban, three addresses and a map', async () => {
    await inTown(async (folder) => {
      // Of another case, which would stand beside this one.
      writeFileSync(join(folder, 'advice-file.pdf'), 'older')
      const { status, stdout } = assess(folder, hers(0, 200), '--label', 'Zaak <RECL> & co')
      expect(existsSync(join(folder, 'advice-file.pdf'))).toBe(false)
      expect(stdout).toMatch(/^NOT_ENFORCEABLE\nE3 red: /)
      expect(stdout).toContain('to send back: who supervises it (/supervision/body)\n')
      expect(status).toBe(0)
      const court = read(folder, 'advice-court.html')
      expect(court).toContain('Zaak &#60;RECL&#62; &#38; co')
      expect(court).toContain('Voor rechter en officier van justitie')
      expect(court).toContain('>haar woning<')
      expect(court).toMatch(/class="way"/)
      expect(court).toMatch(/class="away"/)
      expect(court).toMatch(/class="in"/)
      expect(court).toContain('Rode stip: toegang; gevuld: met de auto te snel voor de politie.')
      const file = read(folder, 'advice-file.html')
      expect(file).not.toMatch(/class="(way|away|in|in enough|victim)"/)
      expect(court).toContain('© OpenStreetMap-bijdragers, ODbL, 14 november 2023')
      // It needs nobody else to be read.
      for (const page of [court, read(folder, 'advice-file.html')]) {
        expect(page.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|url\(/)
      }
      const { checks } = JSON.parse(read(folder, 'assessment-court.json'))
      expect(checks).toHaveLength(19)
    })
  })

  it('an advice is printed as a tagged PDF of two pages, or assess says that there is no browser', async () => {
    await inTown(async (folder) => {
      const { status, stderr } = assess(folder, hers(0, 200), '--pdf')
      if (isBrowserMissing) {
        expect(stderr).toContain('install chromium')
        return
      }
      expect(status).toBe(0)
      const pdf = readFileSync(join(folder, 'advice-court.pdf'), 'latin1')
      expect(pdf).toMatch(/^%PDF-/)
      expect(pdf).toContain('/MarkInfo')
      expect(['court', 'file'].map((edition) => pageCount(folder, edition))).toEqual([2, 2])
      expect(pdf).toMatch(/\/Lang ?\(nl\)/)
    })
  })

  it('an advice that cannot be printed leaves the earlier one whole, and nothing half', async () => {
    await inTown(async (folder) => {
      assess(folder, hers(0, 200), '--label', 'Eerdere zaak')
      const before = ['advice-court.html', 'advice-file.html', 'assessment-court.json'].map(
        (name) => read(folder, name),
      )
      const names = readdirSync(folder)
      // Of a command that was killed: the next one takes it away.
      mkdirSync(join(folder, '.advice-4194999-x'))
      writeFileSync(join(folder, '.advice-4194999-x', 'advice-court.html'), 'of somebody')
      const chromium = process.env['HOEDE_CHROMIUM_PATH']
      process.env['HOEDE_CHROMIUM_PATH'] = '/nowhere/chromium'
      try {
        const { status, stderr } = assess(folder, hers(0, 300), '--pdf')
        expect(status).not.toBe(0)
        expect(stderr).toContain('install chromium')
      } finally {
        if (chromium === undefined) delete process.env['HOEDE_CHROMIUM_PATH']
        else process.env['HOEDE_CHROMIUM_PATH'] = chromium
      }
      // Nor does a folder that stands where a file belongs.
      mkdirSync(join(folder, 'advice-court.pdf'))
      const refused = assess(folder, hers(0, 300))
      expect([refused.status, refused.stderr]).toEqual([
        2,
        expect.stringContaining('advice-court.pdf is a folder there'),
      ])
      rmdirSync(join(folder, 'advice-court.pdf'))
      expect(readdirSync(folder)).toEqual(names)
      expect(
        ['advice-court.html', 'advice-file.html', 'assessment-court.json'].map((name) =>
          read(folder, name),
        ),
      ).toEqual(before)
    })
  })

  it('a command that is stopped while it prints leaves nothing of the court behind, and ends by the signal', async () => {
    await inTown(async (folder) => {
      const given = argumentsOf(folder, hers(0, 200), '--pdf')
      const names = readdirSync(folder)
      const browser = join(folder, '..', `hangs-${process.pid}`)
      writeFileSync(browser, '#!/bin/sh\nexec sleep 60\n', { mode: 0o700 })
      try {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) {
          const child = spawn(process.execPath, given, {
            env: { ...process.env, HOEDE_CHROMIUM_PATH: browser },
            stdio: 'ignore',
          })
          const ended = once(child, 'exit')
          while (child.exitCode === null && !isPrinting(folder)) await setTimeout(20)
          child.kill(signal)
          expect(await ended).toEqual([null, signal])
          expect(readdirSync(folder)).toEqual(names)
        }
      } finally {
        await rm(browser)
      }
    })
  })

  it.skipIf(isBrowserMissing)(
    'an advice has two pages in both editions, about three areas with other bans beside them',
    async () => {
      await inTown(async (folder) => {
        const { status, stderr, stdout } = assess(folder, hers(0, 200), ...manyWords(folder))
        expect(stdout).toMatch(/area 1, 1 km²: NOT_ENFORCEABLE, red: .*\narea 2, 0.09 km²: /)
        expect([status, stderr]).toEqual([0, expect.not.stringContaining('takes')])
        expect(['court', 'file'].map((edition) => pageCount(folder, edition))).toEqual([2, 2])
        const shown = read(folder, 'advice-court.html')
          .replaceAll(/<style>.*?<\/style>/gs, '')
          .replaceAll(/<[^>]*>/g, ' ')
        expect(shown).toContain('3 gebieden')
        expect(shown).toContain('Buurten die het raakt: Dorp met een lange naam 0')
        expect(shown).not.toMatch(/\b(wood|shop|station-inside|railway|the|of the|\d+ s)\b/)
      })
    },
    120_000,
  )

  it('the advice for the file does not change with the secret address, but for the words of its results', async () => {
    await inTown(async (folder) => {
      const pages = [hers(0, 200), hers(-350, 40), hers(300, -300)].map((place) => {
        assess(folder, place)
        return read(folder, 'advice-file.html')
      })
      const withoutResults = pages.map((page) =>
        page
          .replaceAll(/<td class="[a-z-]+">[^<]*<\/td>/g, '<td/>')
          .replaceAll(/<p class="oordeel.*?<\/p>/g, '')
          .replaceAll(/<p>(Geen ander|Er is een) verbod[^<]*<\/p>/g, ''),
      )
      expect(withoutResults[1]).toBe(withoutResults[0])
      expect(withoutResults[2]).toBe(withoutResults[0])
      for (const page of pages) expect(page).not.toContain('haar woning')
    })
  })

  it('a place is found by its address on the map, and never by one of two that fit', async () => {
    await inTown(async (folder) => {
      const named = (address: string) => ({
        properties: { label: 'haar woning', of: 'victim', address },
      })
      expect(assess(folder, named('Dorpsstraat 1, Ede')).status).toBe(0)
      expect(read(folder, 'advice-court.html')).toContain('>haar woning<')
      expect(assess(folder, named('Dorpsstraat 1')).stderr).toContain(
        'several addresses fit, say which: 6711 AB Ede; 6741 CD Lunteren',
      )
      expect(assess(folder, named('Dorpsstraat 9')).stderr).toContain('knows no address like that')
      const { geometry } = hers(-500, -500)
      expect(assess(folder, { ...named('Dorpsstraat 1, Ede'), geometry }).stderr).toContain(
        'its point lies elsewhere than its address',
      )
    })
  })

  it('what the facts say of somebody stays where the file of places says nothing of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hoede-question-'))
    const write = (name: string, value: unknown) => {
      writeFileSync(join(folder, name), JSON.stringify(value))
      return join(folder, name)
    }
    try {
      const address = { label: 'hers', longitude: 5.9, latitude: 52.2, secret: true }
      const files = {
        ban: write('ban.json', { circle: { ...middle, radiusMeters: 600 } }),
        places: write('places.json', { type: 'FeatureCollection', features: [his('home', 0, 0)] }),
        facts: write('facts.json', { victimAddresses: [address] }),
      }
      const { proposal } = readQuestion(files, { map: null, areas: null, policeTimes: null })
      expect(proposal.victimAddresses).toMatchObject([{ label: 'hers' }])
      expect(proposal.offenderFixedAddresses).toMatchObject([{ label: 'home' }])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it.each([
    ['ban', { circle: { ...middle, radiusMeters: 900 } }, '--facts says circle, and so does --ban'],
    ['ban', { separationMeters: 900 }, '--facts says separationMeters, and so does --ban'],
    [
      'places',
      { offenderFixedAddresses: [] },
      '--facts says offenderFixedAddresses, and so does --places',
    ],
  ])(
    'what is said twice, in the file of the %s and as fact %j, is refused',
    async (_file, said, sentence) => {
      await withFile(new Uint8Array(), (_path, folder) => {
        const write = (name: string, value: unknown) => {
          writeFileSync(join(folder, name), JSON.stringify(value))
          return join(folder, name)
        }
        const files = {
          ban: write('ban.json', { circle: { ...middle, radiusMeters: 600 } }),
          places: write('places.json', {
            type: 'FeatureCollection',
            features: [his('home', 0, 0)],
          }),
          facts: write('facts.json', said),
        }
        expect(() => readQuestion(files)).toThrow(sentence)
        return Promise.resolve()
      })
    },
  )

  it('an address is secret unless it is said that it is not', async () => {
    await inTown(async (folder) => {
      const { secret: _secret, ...silent } = hers(0, 100).properties
      assess(folder, { ...hers(0, 100), properties: silent })
      const { checks } = JSON.parse(read(folder, 'assessment-court.json'))
      expect(checks[8]).toMatchObject({ code: 'E9', result: 'red' })
    })
  })

  it.each([
    [[], '--ban is missing'],
    [['--ban', 'package.json'], 'got a module'],
    [['--ban', 'package.json', '--map', 'README.md'], 'is not an imported map'],
    [['--ban', 'package.json', '--fast'], "Unknown option '--fast'"],
  ])('assess with %j ends with 2 and a sentence', (given, sentence) => {
    const { status, stderr } = run('src/assess/assess-main.ts', ...given)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('    at ')
    expect(status).toBe(2)
  })
})

describe('the files of a question', () => {
  const point = { type: 'Point', coordinates: [5, 52] }
  const wife = { geometry: point, properties: { label: 'x', of: 'wife' } }
  const ban = { separationMeters: 500 }

  it.each([
    [{ ban: { type: 'FeatureCollection', features: [] } }, 'expected one area or more, got 0'],
    [{ ban: { type: 'FeatureCollection' } }, 'expected one area or more, got no list'],
    [{ ban: { circle: { ...middle, radiusMeters: -1 } } }, '/circle/radiusMeters: expected'],
    [{ ban: flat([5, 52], [5, 52], [5, 52], [5, 52]) }, '/geometry'],
    [{ ban: flat([5, 52], [5.1, 52.1], [5.1, 52], [5, 52.1], [5, 52]) }, '/geometry'],
    [{ ban: flat([3, 50], [8, 50], [8, 54], [3, 54], [3, 50]) }, '/geometry'],
    [
      {
        ban: collect(
          { geometry: flat([5, 52], [5.1, 52], [5.1, 52.1], [5, 52]) },
          { geometry: point },
        ),
      },
      'feature 1: expected a Polygon, a MultiPolygon, or a point with radiusMeters',
    ],
    [{ ban: [] }, 'holds no object'],
    [{ ban, places: {} }, 'expected a FeatureCollection of points'],
    [{ ban, places: collect(wife) }, 'feature 0 at properties/of: expected a point'],
    [
      { ban, places: collect({ properties: { label: 'x', of: 'victim', address: 'Weg 1, Ede' } }) },
      'feature 0 has an address and no place: give --map too',
    ],
    [{ ban, facts: { policeResponseSeconds: 0 } }, '/policeResponseSeconds: expected'],
    [{ ban, facts: { polise: 1 } }, '/polise'],
  ])('the files of a question are refused where they are wrong: %j', async (files, sentence) => {
    await withFile(new Uint8Array(), (_path, folder) => {
      const write = (name: 'ban' | 'places' | 'facts') => {
        const value: unknown = Object.entries(files).find(([key]) => key === name)?.[1]
        if (value === undefined) return null
        writeFileSync(join(folder, name), JSON.stringify(value))
        return join(folder, name)
      }
      const given = { ban: write('ban') ?? '', places: write('places'), facts: write('facts') }
      expect(() => readQuestion(given)).toThrow(sentence)
      return Promise.resolve()
    })
  })

  it('several areas in one file are one ban', async () => {
    await withFile(new Uint8Array(), (_path, folder) => {
      const near = flat([5, 52], [5.01, 52], [5.01, 52.01], [5, 52.01], [5, 52])
      const far = flat([5.1, 52], [5.11, 52], [5.11, 52.01], [5.1, 52.01], [5.1, 52])
      const ban = join(folder, 'ban.json')
      const round = {
        geometry: { ...point, coordinates: [5.3, 52] },
        properties: { radiusMeters: 400 },
      }
      writeFileSync(ban, JSON.stringify(collect({ geometry: near }, round)))
      const withRound = readQuestion({ ban, places: null, facts: null }).proposal.ban
      const parts = 'geometry' in withRound ? withRound.geometry.coordinates : []
      expect(parts.map((rings) => rings[0]?.length)).toEqual([5, 73])
      writeFileSync(ban, JSON.stringify(collect({ geometry: near }, { geometry: far })))
      const { proposal } = readQuestion({ ban, places: null, facts: null })
      expect(proposal.ban).toMatchObject({
        kind: 'polygon',
        geometry: { type: 'MultiPolygon', coordinates: [near.coordinates, far.coordinates] },
      })
      return Promise.resolve()
    })
  })

  it('a file of another kind is read where it can be, and else refused in one sentence that says what came', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hoede-files-'))
    const ban = join(folder, 'ban.json')
    const ring = [
      [5.1, 52.1],
      [5.2, 52.1],
      [5.2, 52.2],
      [5.1, 52.1],
    ]
    const area = JSON.stringify(flat(...ring))
    const read = (content: string | Uint8Array) => {
      writeFileSync(ban, content)
      return readQuestion({ ban, places: null, facts: null }).proposal.ban.kind
    }
    try {
      // As programs of Windows write it.
      expect(read(`\uFEFF${area}`)).toBe('polygon')
      expect(() => read(Buffer.from(`\uFEFF${area}`, 'utf16le'))).toThrow('is not in UTF-8')
      expect(() => read(JSON.stringify({ type: 'GeometryCollection', geometries: [] }))).toThrow(
        'expected a Polygon, a MultiPolygon, a Feature or a FeatureCollection; got a GeometryCollection.',
      )
      expect(() => read(JSON.stringify({ coordinates: [ring] }))).toThrow('got no type.')
      const deep = '['.repeat(20_000) + ']'.repeat(20_000)
      expect(() => read(`{"type":"Polygon","coordinates":${deep}}`)).toThrow(
        'The question has faults',
      )
      const crs = '{"type":"name","properties":{"name":"EPSG:28992"}}'
      expect(() => read(`{"type":"Polygon","crs":${crs},"coordinates":${deep}}`)).toThrow(
        'lists in lists without an end',
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('a file that is not there, or is not JSON, is named', () => {
    const nothing = { places: null, facts: null }
    expect(() => readQuestion({ ban: '/nowhere', ...nothing })).toThrow(
      '--ban: /nowhere cannot be read (ENOENT).',
    )
    expect(() => readQuestion({ ban: 'README.md', ...nothing })).toThrow('README.md is not JSON')
  })
})

/** The page of the court lies aside, and in the folder of the browser. */
function isPrinting(folder: string): boolean {
  const files = readdirSync(folder, { recursive: true }).map(String)
  return files.some((name) => name.includes('.print-') && name.endsWith('advice.html'))
}

function flat(...ring: readonly (readonly number[])[]) {
  return { type: 'Polygon', coordinates: [ring] }
}

function collect(...features: readonly object[]) {
  return { type: 'FeatureCollection', features }
}

function hers(east: number, north: number) {
  const { longitude, latitude } = gridPlace(east, north)
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: { label: 'haar woning', of: 'victim', secret: true },
  }
}

function his(label: string, east: number, north: number) {
  const { longitude, latitude } = gridPlace(east, north)
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: { label, of: 'offender' },
  }
}

async function inTown(use: (folder: string) => Promise<void>): Promise<void> {
  const house = (id: number, east: number, postcode: string, city: string) => ({
    id,
    ...gridPlace(east, 60),
    tags: {
      'addr:street': 'Dorpsstraat',
      'addr:housenumber': '1',
      'addr:postcode': postcode,
      'addr:city': city,
    },
  })
  const nodes = [house(90_001, 90, '6711 AB', 'Ede'), house(90_002, 210, '6741 CD', 'Lunteren')]
  const town = writeExtract(drawGridTown(12, { sourceSeconds: 1_700_000_000, nodes }))
  await withFile(town, async (path, folder) => {
    expect(run('src/map/import-main.ts', path, '--to', join(folder, 'town.map')).status).toBe(0)
    await use(folder)
  })
}

function assess(folder: string, place: object, ...more: readonly string[]) {
  return run(...argumentsOf(folder, place, ...more))
}

function argumentsOf(folder: string, place: object, ...more: readonly string[]): string[] {
  const write = (name: string, value: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(value))
    return join(folder, name)
  }
  const features = [place, his('zijn woning', 900, 900), his('zijn werk', -900, 300)]
  return [
    'src/assess/assess-main.ts',
    '--ban',
    write('ban.json', { circle: { ...middle, radiusMeters: 600 } }),
    '--places',
    write('places.json', { type: 'FeatureCollection', features }),
    '--map',
    join(folder, 'town.map'),
    '--out',
    folder,
    ...more,
  ]
}

/** Three areas, neighbourhoods and a municipality under them, and a case with a long name. */
function manyWords(folder: string): string[] {
  const box = (east: number, north: number, meters: number) => {
    const corners = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ].map(([x = 0, y = 0]) => gridPlace(east + x * meters, north + y * meters))
    return [corners.map(({ longitude, latitude }) => [longitude, latitude])]
  }
  const area = (statcode: string, statnaam: string, coordinates: readonly unknown[]) => ({
    type: 'Feature',
    properties: { statcode, statnaam },
    geometry: { type: 'Polygon', coordinates },
  })
  const quarters = Array.from({ length: 9 }, (_, index) =>
    area(
      `BU0001000${index}`,
      `Dorp met een lange naam ${index}`,
      box(-1_200 + 800 * (index % 3), -1_200 + 800 * Math.floor(index / 3), 800),
    ),
  )
  const features = [...quarters, area('GM0001', 'Gemeente Dorp', box(-1_200, -1_200, 2_400))]
  const parts = [box(-500, -500, 1_000), box(-1_100, -1_100, 300), box(700, -1_000, 350)]
  const ban = { type: 'MultiPolygon', coordinates: parts }
  const write = (name: string, value: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(value))
    return join(folder, name)
  }
  return [
    '--ban',
    write('parts.json', ban),
    '--areas',
    write('areas.json', { type: 'FeatureCollection', features }),
    '--facts',
    write('facts.json', { reportIntervalSeconds: 60, policeResponseSeconds: 900 }),
    '--label',
    'Zaak RECL-2026-00417 tegen A. B. van der Voorbeeldnaam-Langenbosch',
    '--pdf',
  ]
}

function pageCount(folder: string, edition: string): number | undefined {
  const pdf = readFileSync(join(folder, `advice-${edition}.pdf`), 'latin1')
  return pdf.match(/\/Type ?\/Page\b/g)?.length
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}

function run(...given: readonly string[]) {
  return spawnSync(process.execPath, given, { encoding: 'utf8' })
}
