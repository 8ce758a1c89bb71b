import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listDoubtfulTimes } from '../../../src/replay/importers/doubtful-times.ts'
import { readRecordings } from '../../../src/replay/importers/read-recordings.ts'
import type { ImportedFile } from '../../../src/replay/importers/read-recordings.ts'
import { plainReading } from '../../../src/replay/importers/recording.ts'
import type { ReadingOptions, RecordedFix } from '../../../src/replay/importers/recording.ts'

/** What trackers, phones and spreadsheets really write, and what becomes of it. */

let folder = ''

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'hoede-field-')), 'trip')
  await mkdir(folder)
})
afterEach(async () => {
  await rm(dirname(folder), { recursive: true })
})

type Read = ImportedFile & {
  readonly fixes: readonly RecordedFix[]
  readonly times: readonly string[]
  readonly faults: readonly string[]
  readonly counts: readonly (readonly [string, number, string])[]
}

async function read(
  name: string,
  content: string | Buffer,
  options: Partial<ReadingOptions> = {},
): Promise<Read> {
  await writeFile(join(folder, name), content)
  const faults: string[] = []
  const { recordings, files } = await readRecordings([join(folder, name)], {
    ...plainReading,
    ...options,
    onFault: ({ message }) => faults.push(message.replace(/^.* line /, 'line ')),
  })
  const fixes = recordings.flatMap((recording) => recording.fixes)
  const times = fixes.map(({ recordedAtMs }) => new Date(recordedAtMs).toISOString())
  const counts = [...files[0]!.passedOverCounts].map(
    ([reason, { count, first }]) => [reason, count, first] as const,
  )
  return { ...files[0]!, fixes, times, faults, counts }
}

const table = (...times: string[]): string =>
  `time,lat,lon\n${times.map((time) => `${time},52.37,4.89\n`).join('')}`

describe('times of a table', () => {
  it.each([
    ['1763632800', '2025-11-20T10:00:00.000Z'],
    ['1763632800.5', '2025-11-20T10:00:00.500Z'],
    ['1763632800000', '2025-11-20T10:00:00.000Z'],
    ['1763632800000000', '2025-11-20T10:00:00.000Z'],
    ['1763632800123456789', '2025-11-20T10:00:00.123Z'],
    ['2026-11-20 10:00:00 UTC', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T10:00:00+0100', '2026-11-20T09:00:00.000Z'],
    ['2026-11-20 10:00:00+01', '2026-11-20T09:00:00.000Z'],
    ['2026-11-20 10:00Z', '2026-11-20T10:00:00.000Z'],
    ['2026/11/20 9:05:00', '2026-11-20T09:05:00.000Z'],
    ['2016-12-31t23:59:60z', '2017-01-01T00:00:00.000Z'],
  ])('the time %s of a table is read as %s', async (text, time) => {
    const { times, faults } = await read('a.csv', table(text))
    expect([times, faults]).toEqual([[time], []])
  })

  it.each([
    ['46000.41667', 'not the serial date of a table'],
    ['1.7636328E+12', 'in full digits, not shortened as spreadsheets do'],
    ['20261120', 'a date with a time of day'],
    ['20261120100000', 'a Unix time from 1970 to 2099'],
    ['-1', 'a Unix time from 1970 to 2099'],
    ['10:00:00', 'a date with the time of day'],
    ['20/11/2026 10:00:00', 'a date that begins with its year, or --date-order'],
    ['2026-02-30 10:00:00', 'a time, got'],
    ['2026-11-20T10:00:60Z', 'a time, got'],
    ['', 'a time, got ""'],
  ])('%s is refused: expected %s', async (text, expected) => {
    const { fixes, faults } = await read('a.csv', table(text))
    expect(fixes).toEqual([])
    expect(faults[0]).toContain('line 2, recordedAt: expected ')
    expect(faults[0]).toContain(expected)
  })

  it('times of a table without a zone are of the zone that is told, or UTC, and that is said', async () => {
    const local = table('2026-07-20 10:00:00', '2025-12-20 10:00:00')
    const plain = await read('a.csv', local)
    expect(plain.times).toEqual(['2025-12-20T10:00:00.000Z', '2026-07-20T10:00:00.000Z'])
    expect(plain.notes).toEqual([expect.stringMatching(/no zone and were taken as UTC/)])
    const dutch = await read('a.csv', local, { timeZone: 'Europe/Amsterdam' })
    expect(dutch.times).toEqual(['2025-12-20T09:00:00.000Z', '2026-07-20T08:00:00.000Z'])
    expect(dutch.notes).toEqual([])
  })

  it('times of a table that no clock of the zone showed are refused, and those it showed twice are the first', async () => {
    const text = table('2026-03-29 02:30:00', '2026-10-25 02:30:00')
    const { times, faults, notes } = await read('a.csv', text, { timeZone: 'Europe/Amsterdam' })
    expect(faults).toEqual([expect.stringMatching(/^line 2.*the clocks of Europe\/Amsterdam show/)])
    expect(times).toEqual(['2026-10-25T00:30:00.000Z'])
    expect(notes).toEqual([expect.stringMatching(/show twice were taken as the first/)])
  })

  it('times of a table that begin with the day or the month are read in the order that is told', async () => {
    const text = table('20-11-2026 10:00:00+01:00')
    expect((await read('a.csv', text, { dateOrder: 'dmy' })).times).toEqual([
      '2026-11-20T09:00:00.000Z',
    ])
    expect((await read('a.csv', text, { dateOrder: 'mdy' })).faults).toHaveLength(1)
  })

  it('times of a table without punctuation in two columns are refused', async () => {
    const { faults } = await read('a.csv', 'DATE,TIME,LAT,LON\n261120,100005,52.37,4.89\n')
    expect(faults).toEqual(['line 2, recordedAt: expected a time, got "261120 100005"'])
  })

  it('times of a table stand in two columns too', async () => {
    const text = 'Date,Time,Latitude,Longitude\n2026-11-20,10:00:05Z,52.37,4.89\n'
    expect((await read('a.csv', text)).times).toEqual(['2026-11-20T10:00:05.000Z'])
    const dutch = 'Datum;Tijd;Breedtegraad;Lengtegraad\n20-11-2026;10:00:05;52,37;4,89\n'
    const options = { dateOrder: 'dmy', timeZone: 'Europe/Amsterdam' } as const
    expect((await read('b.csv', dutch, options)).times).toEqual(['2026-11-20T09:00:05.000Z'])
  })
})

describe('doubtful times', () => {
  const nowMs = Date.UTC(2026, 10, 25)
  const at = (...times: string[]) => times.map((time) => ({ recordedAtMs: Date.parse(time) }))

  it.each([
    ['1970-01-01T00:00:12Z', /^1 fix of 1970-01-01, before there were trackers/],
    ['1980-01-06T00:00:12Z', /^1 fix of 1980-01-06, before there were trackers/],
    ['2003-07-01T10:00:00Z', /^1 fix of 2003-07-01, 1,024 weeks before 2023-02-14/],
    ['2007-04-11T00:00:00Z', /^1 fix of 2007-04-11, 1,024 weeks before 2026-11-25/],
    ['2080-01-05T23:59:55Z', /^1 fix of 2080-01-05, in the future/],
  ])('the doubtful time %s is reported', (time, note) => {
    expect(listDoubtfulTimes(at(time, '2026-11-20T10:00:00Z'), nowMs)).toEqual([
      expect.stringMatching(note),
    ])
  })

  it('doubtful times are none in a recording of years ago', () => {
    const times = at('2007-04-11T00:00:01Z', '2017-06-24T01:02:13Z', '2026-11-25T12:00:00Z')
    expect(listDoubtfulTimes(times, nowMs)).toEqual([])
  })

  it('doubtful times are told of a file that is read', async () => {
    const { fixCount, notes } = await read('a.csv', table('0', '1763632800', '1763632801'))
    expect(fixCount).toBe(3)
    expect(notes).toEqual([expect.stringMatching(/^1 fix of 1970-01-01/)])
  })
})

describe('cells of a table', () => {
  it.each([
    ['after a line that names the separator', 'sep=;\ntime;lat;lon\n1763632800;52.37;4.89\n'],
    ['with decimal commas', 'time;lat;lon\n1763632800;52,37;4,89\n'],
    ['with separators in a quoted name', 'time,lat,lon,"a;b;c;d;e"\n1763632800,52.37,4.89,x\n'],
    ['with an empty cell at the end of rows', 'time,lat,lon\n1763632800,52.37,4.89,\n'],
    ['with an empty cell at the end of the header', 'time,lat,lon,\n1763632800,52.37,4.89\n'],
  ])('the cells of a table are read %s', async (_, text) => {
    const { fixes, faults } = await read('a.csv', text)
    expect(faults).toEqual([])
    expect(fixes).toMatchObject([{ latitude: 52.37, longitude: 4.89 }])
  })

  it('cells of a table counts lines after a named separator from the first of the file', async () => {
    const { faults } = await read('a.csv', 'sep=;\ntime;lat;lon\nnever;52;5\n')
    expect(faults).toEqual([expect.stringMatching(/^line 3, recordedAt/)])
  })

  it('cells of a table says why a decimal comma is no number where commas part the cells', async () => {
    const { faults } = await read('a.csv', 'time,lat,lon\n1763632800,"52,37",4.89\n')
    expect(faults[0]).toMatch(/got one with a decimal comma in a table parted by commas$/)
    expect(faults[0]).not.toContain('52')
  })

  it('cells of a table that say NULL or NaN hold nothing', async () => {
    const rows = '1763632800,NULL,NULL,5\n1763632801,NaN,NaN,5\n1763632802,52.37,4.89,null\n'
    const { fixes, faults, counts } = await read('a.csv', `time,lat,lon,accuracy\n${rows}`)
    expect(faults).toEqual([])
    expect(counts).toEqual([['records without a position', 2, 'line 2']])
    expect(fixes).toMatchObject([{ latitude: 52.37, accuracyMeters: null }])
  })

  it.each([
    ['speed', {}, 36, 1],
    ['speed', { speedUnit: 'km/h' }, 10, 0],
    ['speed', { speedUnit: 'knots' }, 18.52, 0],
    ['Speed (km/h)', {}, 10, 0],
    ['speed_mph', {}, 16.09344, 0],
    ['speedMetersPerSecond', {}, 36, 0],
  ] as const)(
    'cells of a table of a column %s, told %o, are %d m/s',
    async (name, options, speed, noteCount) => {
      const text = `time,lat,lon,${name}\n1763632800,52.37,4.89,36\n`
      const { fixes, notes } = await read('a.csv', text, options)
      expect(fixes[0]!.speedMetersPerSecond).toBeCloseTo(speed, 9)
      expect(notes).toHaveLength(noteCount)
    },
  )

  it('cells of a table after an inch mark are read to the last row', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => {
      const note = row === 5 ? '5" phone' : ''
      return `${1_763_632_800 + row},52.37,4.89,${note}\n`
    })
    const { fixCount, faults } = await read('t.csv', `time,lat,lon,note\n${rows.join('')}`)
    expect(fixCount).toBe(19_999)
    expect(faults).toEqual([expect.stringMatching(/^line 7: expected quotes round whole cells/)])
  })
})

const point = (time: string, inside = ''): string =>
  `<trkpt lat="52.37" lon="4.89"><time>${time}</time>${inside}</trkpt>\n`
const gpx = (points: string, creator = 'x'): string =>
  `<?xml version="1.0"?>\n<gpx version="1.1" creator="${creator}">\n<trk><trkseg>\n${points}</trkseg></trk>\n</gpx>\n`

describe('a GPX of the field', () => {
  it('a GPX of the field whose times name no zone follows the same rule as a table', async () => {
    const text = gpx(point('2026-07-20T10:00:00'))
    const plain = await read('a.gpx', text)
    expect(plain.times).toEqual(['2026-07-20T10:00:00.000Z'])
    expect(plain.notes).toEqual([expect.stringMatching(/taken as UTC/)])
    const dutch = await read('a.gpx', text, { timeZone: 'Europe/Amsterdam' })
    expect(dutch.times).toEqual(['2026-07-20T08:00:00.000Z'])
  })

  it.each([
    ['OsmAnd 4.7', '<hdop>12</hdop>', null, 12],
    ['x', '<hdop>300</hdop>', null, 300],
    ['x', '<hdop>12</hdop>', 12, null],
    ['x', '<hdop>99.99</hdop>', 99.99, null],
  ])('a GPX of the field made by %s with %s', async (creator, inside, hdop, accuracyMeters) => {
    const { fixes, notes } = await read(
      'a.gpx',
      gpx(point('2026-07-20T10:00:00Z', inside), creator),
    )
    const source = hdop === null ? null : 'gnss'
    expect(fixes).toMatchObject([{ hdop, accuracyMeters, source }])
    expect(notes).toHaveLength(hdop === null ? 1 : 0)
  })

  it('a GPX of the field that was cut off gives its whole points', async () => {
    const text = gpx(
      Array.from({ length: 5 }, (_, second) => point(`2026-07-20T10:00:0${second}Z`)).join(''),
    )
    const { fixCount, brokenBy } = await read('a.gpx', text.slice(0, -60))
    expect(fixCount).toBe(4)
    expect(brokenBy).toMatch(/a\.gpx line 8: expected <\/gpx>, got a file cut off after 4 whole/)
  })

  it('a GPX of the field with 8,000 bad points names their lines at once', async () => {
    const begin = performance.now()
    const { faults } = await read(
      'a.gpx',
      gpx(point('never').repeat(8_000)).replace('<gpx', '\r<gpx'),
    )
    expect(faults).toHaveLength(8_000)
    expect(faults[7_999]).toMatch(/^line 8004, time: expected a time, got "never"$/)
    // It takes less than a second; what was quadratic took 17.
    expect(performance.now() - begin).toBeLessThan(10_000)
  })
})

function nmea(...bodies: string[]): string {
  return bodies
    .map((body) => {
      const sum = body.split('').reduce((xor, character) => xor ^ character.charCodeAt(0), 0)
      return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`
    })
    .join('')
}
const place = '5222.2000,N,00453.4000,E'
const gga = (clock: string, quality = '1'): string =>
  `GPGGA,${clock},${place},${quality},08,0.9,0,M,0,M,,`
const rmc = (clock: string, date: string, mode = 'A'): string =>
  `GPRMC,${clock},A,${place},0,0,${date},,,${mode}`
const voidRmc = 'GPRMC,000000.800,V,,,,,0.00,0.00,060180,,,N'

describe('NMEA of the field', () => {
  it('NMEA of the field without a date says so', async () => {
    const { fixes, counts } = await read('a.nmea', nmea(gga('100000.00'), gga('100001.00')))
    expect(fixes).toEqual([])
    expect(counts).toEqual([['positions without a date', 2, 'line 1']])
  })

  it('NMEA of the field has its date from ZDA too', async () => {
    const text = nmea(gga('100000.00'), 'GPZDA,100000.00,20,11,2026,00,00', gga('100001.00'))
    expect((await read('a.nmea', text)).times).toEqual([
      '2026-11-20T10:00:00.000Z',
      '2026-11-20T10:00:01.000Z',
    ])
  })

  it.each([
    ['quality 6', nmea(rmc('100000', '201126'), gga('100000', '6')), 'estimated'],
    ['quality 8', nmea(rmc('100000', '201126'), gga('100000', '8')), 'simulated'],
    ['mode E', nmea(rmc('100000', '201126', 'E'), gga('100000')), 'estimated'],
    ['mode S', nmea(rmc('100000', '201126', 'S'), gga('100000')), 'simulated'],
    ['mode S of GNS', nmea(`GNGNS,100000,${place},SN,08,0.9,,,,`), 'simulated'],
  ])('NMEA of the field of %s is nobody seen', async (_, text, state) => {
    const { fixes, counts } = await read('a.nmea', text)
    expect(fixes).toEqual([])
    expect(counts).toEqual([[`${state} positions`, 1, 'line 1']])
  })

  it('NMEA of the field of GNS is taken when one system has a fix, and of GLL alone never', async () => {
    const text = nmea(
      `GNGNS,100000,${place},AE,08,0.9,,,,`,
      'GPZDA,100000,20,11,2026,00,00',
      `GNGLL,${place},100001,A,A`,
      'PGRMC,100002,A,5200.0000,N,00500.0000,E,0,0,201126',
    )
    const { times, counts } = await read('a.nmea', text)
    expect(times).toEqual(['2026-11-20T10:00:00.000Z'])
    expect(counts).toEqual([[expect.stringMatching(/^positions of GLL alone/), 1, 'line 3']])
  })

  it('NMEA of the field takes no date from a record without a position', async () => {
    const text = nmea(voidRmc, gga('100000'), rmc('100001', '201126'), voidRmc, gga('100002'))
    const { times, counts } = await read('a.nmea', text)
    expect(times).toEqual(['2026-11-20T10:00:01.000Z', '2026-11-20T10:00:02.000Z'])
    expect(counts).toEqual([
      ['records without a position', 2, 'line 1'],
      ['positions without a date', 1, 'line 2'],
    ])
  })

  it('NMEA of the field goes over midnight with a date that is a second late', async () => {
    const text = nmea(
      rmc('235959.00', '010124'),
      rmc('000000.00', '010124'),
      rmc('000001.00', '020124'),
    )
    expect((await read('a.nmea', text)).times).toEqual([
      '2024-01-01T23:59:59.000Z',
      '2024-01-02T00:00:00.000Z',
      '2024-01-02T00:00:01.000Z',
    ])
  })

  it('NMEA of the field passes over what is no sentence, and counts it', async () => {
    const text = `# comment\n${nmea(rmc('100000', '201126'))}\u0001b5\u0002\n${nmea('PGRMC,A,218.8,100')}`
    const { fixCount, faults, counts } = await read('a.nmea', text)
    expect([fixCount, faults]).toEqual([1, []])
    expect(counts).toEqual([['lines that are no NMEA sentence', 2, 'line 1']])
  })

  it.each(['track.log', 'track.txt', 'TRACK.LOG.gz'])(
    'NMEA of the field is known in %s by what it holds',
    async (name) => {
      const text = nmea(rmc('100000', '201126'))
      const { fixCount } = await read(name, name.endsWith('.gz') ? gzipSync(text) : text)
      expect(fixCount).toBe(1)
    },
  )
})

const feature = (geometry: unknown, properties: unknown = {}): unknown => ({
  type: 'Feature',
  geometry,
  properties,
})
const spot = { type: 'Point', coordinates: [4.89, 52.37] }
const timed = feature(spot, { timestamp: '2026-11-20T10:00:00Z' })

describe('GeoJSON of the field', () => {
  it.each([
    ['a log of Overland', 'a.json', JSON.stringify({ locations: [timed, timed] }, null, 2)],
    ['one feature a line', 'a.geojsonl', `${JSON.stringify(timed)}\n${JSON.stringify(timed)}\n`],
    ['a text sequence', 'a.geojsons', `\u001E${JSON.stringify(timed, null, 2)}\n`.repeat(2)],
  ])('GeoJSON of the field as %s is read', async (_, name, text) => {
    const { fixCount, faults } = await read(name, text)
    expect([fixCount, faults]).toEqual([2, []])
  })

  it('GeoJSON of the field of one feature a line names the line that is broken', async () => {
    const line = JSON.stringify(timed)
    const { fixCount, faults } = await read('a.ndjson', `${line}\n${line.slice(0, 50)}\n${line}\n`)
    expect(fixCount).toBe(2)
    expect(faults).toEqual([expect.stringMatching(/^line 2: expected JSON/)])
  })

  it('GeoJSON of the field has the times of a MultiPoint, and counts what gives no fix', async () => {
    const coordinates = [
      [4.89, 52.37],
      [4.9, 52.37],
    ]
    const coordTimes = ['2026-11-20T10:00:01Z', '2026-11-20T10:00:02Z']
    const features = [
      timed,
      feature({ type: 'MultiPoint', coordinates }, { coordTimes }),
      feature({ type: 'LineString', coordinates }),
      feature(spot),
      feature(null, { time: '2026-11-20T10:00:00Z' }),
      feature({ type: 'GeometryCollection', geometries: [spot] }),
    ]
    const text = JSON.stringify({ type: 'FeatureCollection', features })
    const { fixCount, faults, counts } = await read('a.geojson', text)
    expect([fixCount, faults]).toEqual([3, []])
    expect(counts).toEqual([
      ['LineStrings without times', 1, 'features[2]'],
      ['points without a time', 1, 'features[3]'],
      ['features without a place', 1, 'features[4]'],
      ['features that are no track (GeometryCollection)', 1, 'features[5]'],
    ])
  })
})

describe('a folder', () => {
  it('a folder loses only the files that are broken, each with its name', async () => {
    const good = gpx(point('2026-07-20T10:00:00Z'))
    await writeFile(join(folder, 'good.gpx'), good)
    await writeFile(join(folder, 'empty.gpx'), '')
    await writeFile(join(folder, 'no.csv.gz'), table('1763632800'))
    await writeFile(join(folder, 'short.csv.gz'), gzipSync(table('1763632800')).subarray(0, 30))
    await writeFile(join(folder, 'trunc.gpx'), good.slice(0, -60))
    await writeFile(join(folder, 'z.geojson'), JSON.stringify({ features: [timed] }).slice(0, -9))
    const { recordings, files } = await readRecordings([folder], {
      ...plainReading,
      onFault: (fault) => {
        throw fault
      },
    })
    expect(recordings.map(({ deviceName }) => deviceName)).toEqual(['trip-good'])
    expect(
      files.map(({ file, brokenBy }) => [file.slice(folder.length + 1), brokenBy !== null]),
    ).toEqual([
      ['empty.gpx', true],
      ['good.gpx', false],
      ['no.csv.gz', true],
      ['short.csv.gz', true],
      ['trunc.gpx', true],
      ['z.geojson', true],
    ])
    for (const { file, brokenBy } of files) if (brokenBy !== null) expect(brokenBy).toContain(file)
  })
})
