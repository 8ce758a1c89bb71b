import { describe, expect, it } from 'vitest'
import { distanceMeters } from '../../../geo/distance.ts'
import { fromRdNew, toDegrees } from '../../../src/map/areas/rd-new.ts'
import { itWithSharedData, readSharedCsv } from '../../geo/support/shared-data.ts'

const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::28992' } }

describe('coordinates in RD New', () => {
  itWithSharedData('places in RD New come out within half a metre of what others compute', () => {
    const rows = readSharedCsv('vectors/rd-new-epsg28992.csv').map((row) => row.map(Number))
    const gaps = rows.map(([lat = 0, lon = 0, x = 0, y = 0]) => {
      const [longitude, latitude] = fromRdNew(x, y)
      return distanceMeters(lon, lat, longitude, latitude)
    })
    expect(gaps.length).toBeGreaterThan(400)
    expect(Math.max(...gaps)).toBeLessThan(0.2)
  })

  it('the tower of Amersfoort, which RD New is measured from, is where it stands', () => {
    const [longitude, latitude] = fromRdNew(155_000, 463_000)
    expect(distanceMeters(longitude, latitude, 5.387_206, 52.155_172)).toBeLessThan(1)
  })

  it('an area that says RD New is read in degrees, whatever it is wrapped in', () => {
    const geometry = { type: 'Polygon', coordinates: [[[155_000, 463_000]]] }
    const feature = { type: 'Feature', properties: { label: 'x' }, geometry }
    for (const wrapped of [
      { ...geometry, crs },
      { ...feature, crs },
      { type: 'FeatureCollection', features: [feature], crs },
    ]) {
      const found = JSON.stringify(toDegrees(wrapped))
      expect(found).toMatch(/\[\[\[5\.3872\d+,52\.1551\d+\]\]\]/)
      expect(found).not.toContain('28992')
    }
  })

  it('degrees stay as they are, whether their system is said or not', () => {
    const point = { type: 'Point', coordinates: [5, 52] }
    expect(toDegrees(point)).toBe(point)
    const said = {
      ...point,
      crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:OGC::CRS84' } },
    }
    expect(toDegrees(said)).toEqual(point)
    expect(toDegrees({ ...point, crs: null })).toEqual(point)
  })

  it.each([
    [{ type: 'Point', coordinates: [155_000, 463_000] }, 'look like metres of RD New: say so'],
    [{ type: 'Point', coordinates: [463_000, 155_000] }, 'look like metres of RD New: say so'],
    [{ type: 'Point', coordinates: [463_000, 155_000], crs }, 'x and y are swapped'],
    [{ type: 'Point', coordinates: [5, 52], crs }, 'got one beyond it.'],
    [{ type: 'Point', coordinates: [52.1, 5.1] }, 'Expected longitude first, as GeoJSON has it'],
    [
      {
        type: 'Point',
        coordinates: [5, 52],
        crs: { type: 'name', properties: { name: 'EPSG:3857' } },
      },
      'WGS 84 or RD New (EPSG:28992), got a crs of "EPSG:3857"',
    ],
  ])('%j is refused with a sentence', (value, sentence) => {
    expect(() => toDegrees(value)).toThrow(sentence)
  })
})
