import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRecordings } from '../../../src/replay/importers/read-recordings.ts'
import type { ImportedFile, ImportResult } from '../../../src/replay/importers/read-recordings.ts'
import { plainReading } from '../../../src/replay/importers/recording.ts'
import type { ReadingOptions } from '../../../src/replay/importers/recording.ts'
import type { ScenarioFault } from '../../../src/replay/scenario-fault.ts'

let folder = ''
let faults: ScenarioFault[] = []

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'hoede-import-')), 'trip')
  await mkdir(folder)
  faults = []
})
afterEach(async () => {
  await rm(dirname(folder), { recursive: true })
})

async function read(
  name: string,
  content: string | Buffer,
  options: Partial<Omit<ReadingOptions, 'columns'>> & { columns?: [string, string][] } = {},
): Promise<ImportResult> {
  await writeFile(join(folder, name), content)
  return readRecordings([folder], {
    ...plainReading,
    ...options,
    columns: new Map(options.columns ?? []),
    onFault: (fault) => faults.push(fault),
  })
}

const utc = Date.UTC

function passedOver({ passedOverCounts }: ImportedFile): [string, number, string][] {
  return [...passedOverCounts].map(([reason, { count, first }]) => [reason, count, first])
}

describe('a CSV', () => {
  it('a CSV with Unix seconds keeps when the phone recorded and when it stored', async () => {
    const { recordings } = await read(
      'a.csv',
      'device,ts,write_ts,latitude,longitude,accuracy,speed,bearing\n' +
        'android-1,1563821716.121,1563821720.5,37.5,-122.25,12.5,-1,-1\n',
    )
    expect(recordings).toHaveLength(1)
    expect(recordings[0]!.deviceName).toBe('trip-android-1')
    expect(recordings[0]!.fixes[0]).toEqual({
      recordedAtMs: 1_563_821_716_121,
      receivedAtMs: 1_563_821_720_500,
      longitude: -122.25,
      latitude: 37.5,
      accuracyMeters: 12.5,
      speedMetersPerSecond: null,
      headingDegrees: null,
      source: null,
      hdop: null,
      satellites: null,
    })
  })

  it('a CSV with quotes, commas in them and times without a zone is read as UTC', async () => {
    const { recordings } = await read(
      'a.csv',
      '"tag_id","timestamp","location_long","location_lat","note"\r\n' +
        '"Tom, ""the"" cat",2017-06-24 01:02:13,-5.1,50.1,"two\nlines"\r\n' +
        '"Tom, ""the"" cat",2017-06-24 01:05:33.5,-5.2,50.2,""\r\n',
    )
    expect(recordings[0]!.deviceName).toBe('trip-Tom-the-cat')
    expect(recordings[0]!.fixes.map(({ recordedAtMs }) => recordedAtMs)).toEqual([
      utc(2017, 5, 24, 1, 2, 13),
      utc(2017, 5, 24, 1, 5, 33, 500),
    ])
  })

  it('a CSV with other names is read by the columns that are told, milliseconds and semicolons too', async () => {
    const { recordings } = await read('a.csv', 'wie;wann;x;y\nA;1700000000000;5.5;52.5\n', {
      columns: [
        ['longitude', 'x'],
        ['latitude', 'y'],
        ['recordedAt', 'wann'],
        ['device', 'wie'],
      ],
    })
    expect(recordings[0]!.fixes[0]).toMatchObject({
      recordedAtMs: 1_700_000_000_000,
      longitude: 5.5,
      latitude: 52.5,
    })
  })

  it('a CSV names the line and field of each fault and keeps the rest', async () => {
    const { files } = await read(
      'a.csv',
      'time,lon,lat\n1700000000,5,52\nyesterday,5,52\n1700000001,500,52\n1700000002,5\n1700000003,,\n1700000004,5,0x10\n',
    )
    expect(faults.map(({ line, field }) => [line, field])).toEqual([
      [3, 'recordedAt'],
      [4, 'longitude'],
      [5, null],
      [7, 'latitude'],
    ])
    expect(files[0]).toMatchObject({ fixCount: 1, faultCount: 4 })
    expect(passedOver(files[0]!)).toEqual([['records without a position', 1, 'line 6']])
    expect(faults[1]!.message).not.toContain('500')
  })

  it('a CSV leaves unknown what the contract would refuse as a number', async () => {
    const { recordings } = await read(
      'a.csv',
      'time,lon,lat,accuracy,hdop,satellites\n1700000000,5,52,1e9,1,300\n',
    )
    const known = { accuracyMeters: 1e9, hdop: 1, satellites: null }
    expect(recordings[0]!.fixes[0]).toMatchObject(known)
  })

  it('a row of a CSV with a negative accuracy is no position', async () => {
    const { recordings } = await read(
      'a.csv',
      'time,lon,lat,accuracy\n1700000000,5,52,-1\n1700000060,5,52,10\n',
    )
    expect(recordings[0]!.fixes).toHaveLength(1)
  })

  it('a CSV without positions is passed over with the reason', async () => {
    const { files } = await read('battery.csv', 'device,ts,level\nA,1700000000,90\n')
    expect(files[0]!.passedOver).toMatch(/no column for longitude/)
  })

  const rows = (count: number, note: (row: number) => string): string =>
    Array.from({ length: count }, (_, row) => `${1_700_000_000 + row};5.5;52.5;${note(row)}`).join(
      '\r\n',
    )

  it('a CSV of 100,000 rows is read whole, with a mark of byte order, quoted line ends and one stray quote', async () => {
    const note = (row: number): string =>
      row === 10 ? '5" band' : row % 1000 === 0 ? '"two\r\nlines; ""of"" them"' : ''
    const table = `\uFEFFts;lon;lat;note\r\n${rows(100_000, note)}\r\n`
    const begin = performance.now()
    const { files } = await read('a.csv', table)
    expect(files[0]).toMatchObject({ fixCount: 99_999, faultCount: 1 })
    // Line 1 is the header, and the note of row 0 takes two lines.
    expect(faults.map(({ line, field }) => [line, field])).toEqual([[13, null]])
    expect(faults[0]!.message).toMatch(/expected quotes round whole cells, got one inside$/)
    // It takes about a second; the way that was quadratic took minutes.
    expect(performance.now() - begin).toBeLessThan(20_000)
  })

  it('a CSV names the line of a fault after a cell of several lines', async () => {
    await read('a.csv', 'ts,lon,lat,note\n1,5,52,"a\n\nb"\n\nnever,5,52,\n')
    expect(faults.map(({ line, field }) => [line, field])).toEqual([[6, 'recordedAt']])
  })

  it.each([
    ['is never closed', '"band', /no end up to line 1\d\d\d/],
    ['is closed only in a later cell', '"band', /text after its quote in line 8/],
    ['is followed by text', '"5" band', /text after its quote in line 7/],
  ])('a CSV is refused at the line of a quote that %s', async (how, cell, message) => {
    const note = (row: number): string =>
      row === 5 ? cell : row === 6 && how.includes('later') ? '"band"' : ''
    const { files, recordings } = await read('a.csv', `ts;lon;lat;note\n${rows(1000, note)}\n`)
    expect(files[0]!.brokenBy).toMatch(/a\.csv line 7: /)
    expect(files[0]!.brokenBy).toMatch(message)
    expect(recordings).toEqual([])
    expect(faults).toEqual([])
  })

  it('a CSV is read no further than 64 KiB for the end of a cell', async () => {
    const note = (row: number): string => (row === 5 ? '"band' : '')
    const { files } = await read('a.csv', `ts;lon;lat;note\n${rows(10_000, note)}\n`)
    const [, line] = /no end up to line (\d+)/.exec(files[0]!.brokenBy ?? '') ?? []
    expect(Number(line)).toBeLessThan(5_000)
  })
})

const gpx = (version: string, points: string): string =>
  `<?xml version="1.0"?>\n<gpx version="${version}" xmlns="http://www.topografix.com/GPX/${version.replace('.', '/')}">\n<trk><name>a &amp; b</name>\n<trkseg>\n${points}\n</trkseg>\n</trk>\n</gpx>\n`

describe('a GPX', () => {
  it('a GPX of version 1.1 gives its points with time and HDOP', async () => {
    const { recordings } = await read(
      'ride.gpx',
      gpx(
        '1.1',
        '<trkpt lat="51.5" lon="-1.25"><time>2019-11-29T11:53:49Z</time><hdop>3.0</hdop></trkpt>',
      ),
    )
    expect(recordings[0]!.deviceName).toBe('trip-ride')
    expect(recordings[0]!.fixes[0]).toMatchObject({
      recordedAtMs: utc(2019, 10, 29, 11, 53, 49),
      longitude: -1.25,
      latitude: 51.5,
      hdop: 3,
      source: 'gnss',
    })
  })

  it('a GPX of version 1.0 gives speed and course too', async () => {
    const { recordings } = await read(
      'ride.gpx',
      gpx(
        '1.0',
        '<trkpt lat="51.5" lon="-1.25"><time>2019-11-29T11:53:49Z</time><course>90</course><speed>4.5</speed></trkpt>',
      ),
    )
    expect(recordings[0]!.fixes[0]).toMatchObject({ speedMetersPerSecond: 4.5, headingDegrees: 90 })
  })

  it('a GPX names the line of a point without time among points with one', async () => {
    await read(
      'ride.gpx',
      gpx(
        '1.1',
        '<trkpt lat="1" lon="1"><time>2019-11-29T11:53:49Z</time></trkpt>\n<trkpt lat="1" lon="1"/>',
      ),
    )
    expect(faults.map(({ line, field }) => [line, field])).toEqual([[6, 'time']])
  })

  it('a GPX without any time is a plan and passed over', async () => {
    const { files } = await read('plan.gpx', gpx('1.1', '<trkpt lat="1" lon="1"/>'))
    expect(files[0]!.passedOver).toMatch(/a plan/)
  })

  it('a GPX that is no XML is named with its line', async () => {
    const { files } = await read('bad.gpx', '<gpx>\n<trk>\n</gpx>')
    expect(files[0]!.brokenBy).toMatch(/bad\.gpx line 3: expected well-formed XML/)
  })
})

function sentence(body: string): string {
  let sum = 0
  for (const character of body) {
    sum ^= character.charCodeAt(0)
  }
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`
}

describe('NMEA 0183', () => {
  it('NMEA 0183 joins RMC and GGA of one epoch, packed or not', async () => {
    const text =
      sentence('GNRMC,021417.00,A,3725.5000,N,12206.0000,W,10.0,65.13,070220,,,D') +
      sentence('GNGGA,021417.00,3725.5000,N,12206.0000,W,5,12,0.76,4.4,M,-30.0,M,,')
    const { recordings } = await read('drive.nmea.gz', gzipSync(text))
    expect(recordings[0]!.fixes).toHaveLength(1)
    const fix = recordings[0]!.fixes[0]!
    expect(fix.recordedAtMs).toBe(utc(2020, 1, 7, 2, 14, 17))
    expect(fix.latitude).toBeCloseTo(37.425, 9)
    expect(fix.longitude).toBeCloseTo(-122.1, 9)
    expect(fix.speedMetersPerSecond).toBeCloseTo(5.1444, 3)
    expect(fix).toMatchObject({ hdop: 0.76, satellites: 12, source: 'gnss' })
  })

  it('NMEA 0183 goes over midnight when only GGA follows', async () => {
    const { recordings } = await read(
      'night.nmea',
      sentence('GPRMC,235959,A,5200.0000,N,00500.0000,E,0,0,311226,,') +
        sentence('GPGGA,000001,5200.0000,N,00500.0000,E,1,08,0.9,0,M,0,M,,'),
    )
    expect(recordings[0]!.fixes.map(({ recordedAtMs }) => recordedAtMs)).toEqual([
      utc(2026, 11, 31, 23, 59, 59),
      utc(2027, 0, 1, 0, 0, 1),
    ])
  })

  it('NMEA 0183 names a wrong checksum and counts sentences without a position', async () => {
    const { files } = await read(
      'a.nmea',
      sentence('GPRMC,120000,V,,,,,,,010126,,') +
        sentence('GPRMC,120001,A,5200.0000,N,00500.0000,E,0,0,010126,,') +
        '$GPGGA,120002,5200.0000,N,00500.0000,E,1,08,0.9,0,M,0,M,,*00\r\n',
    )
    expect(files[0]).toMatchObject({ fixCount: 1, faultCount: 1 })
    expect(passedOver(files[0]!)).toEqual([['records without a position', 1, 'line 1']])
    expect(faults[0]).toMatchObject({ line: 3, field: 'checksum' })
  })
})

describe('GeoJSON', () => {
  it('GeoJSON gives Points with a time and LineStrings with coordTimes', async () => {
    const point = { type: 'Feature', geometry: { type: 'Point', coordinates: [5, 52, 3] } }
    const line = {
      type: 'LineString',
      coordinates: [
        [5, 52],
        [5.1, 52.1],
      ],
    }
    const coordTimes = ['2026-01-01T12:00:00Z', '2026-01-01T12:00:10Z']
    const { recordings } = await read(
      'a.geojson',
      JSON.stringify({
        type: 'FeatureCollection',
        features: [
          { ...point, properties: { time: '2026-01-01T13:00:00+01:00', accuracy: 8, device: 'x' } },
          { type: 'Feature', geometry: line, properties: { coordTimes } },
          { ...point, properties: { time: 'noon' } },
        ],
      }),
    )
    expect(recordings.map(({ deviceName, fixes }) => [deviceName, fixes.length])).toEqual([
      ['trip-x', 1],
      ['trip-a', 2],
    ])
    expect(recordings[0]!.fixes[0]).toMatchObject({
      recordedAtMs: utc(2026, 0, 1, 12),
      accuracyMeters: 8,
    })
    expect(faults.map(({ field }) => field)).toEqual(['features[2].time'])
  })
})

describe('a plain track', () => {
  it('a plain track needs to be told when it began', async () => {
    const text = '4.977371\t51.894372\t1.000000\n4.977417\t51.894741\t2.500000\n'
    expect((await read('7.track', text)).files[0]!.passedOver).toMatch(/--start/)
    const { recordings } = await read('7.track', text, { startMs: 1_000_000 })
    expect(recordings[0]!.fixes.map(({ recordedAtMs }) => recordedAtMs)).toEqual([
      1_001_000, 1_002_500,
    ])
  })
})

describe('a file that is nothing of these', () => {
  it('a file of no known kind is named, not skipped in silence', async () => {
    const { files } = await read('LIESMICH.txt', 'hello')
    expect(files.map(({ file, passedOver }) => [basename(file), passedOver !== null])).toEqual([
      ['LIESMICH.txt', true],
    ])
  })
})
