import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askLocatieserver } from '../../../src/map/locatieserver.ts'
import { startAddressService, type AddressService } from '../../support/address-service.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { mapOf } from '../../support/street-map.ts'

let world: TestApp
let outside: AddressService

beforeAll(async () => {
  outside = await startAddressService()
  const house = (id: number, east: number, number: string, town: string, postcode = '') => ({
    id,
    ...gridPlace(east, 10),
    tags: {
      'addr:street': 'Dorpsstraat',
      'addr:housenumber': number,
      'addr:city': town,
      'addr:postcode': postcode,
    },
  })
  const nodes = [
    house(90_001, 0, '12', 'Ede'),
    ...Array.from({ length: 9 }, (_, at) =>
      house(90_010 + at, 20 * at, '7', `Dorp ${at}`, `671${at} AB`),
    ),
  ]
  world = await createTestApp({
    places: { map: await mapOf(drawGridTown(4, { nodes })), areas: null },
    environment: { HOEDE_LOCATIESERVER_URL: outside.url },
  })
})
afterAll(async () => {
  outside?.close()
  await world?.close()
})

const search = async (body: unknown) =>
  await world.call('supervisor', 'POST', '/v1/addresses/_search', body)

describe('where an address lies', () => {
  it('an address is answered by the imported map, and nobody else is asked', async () => {
    const { status, body } = await search({ text: 'dorpsstraat 12' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ truncated: false, hasMap: true, canAskOutside: true })
    const [found, ...more] = body['items'] as Record<string, unknown>[]
    expect(more).toEqual([])
    expect(found).toMatchObject({ label: 'Dorpsstraat 12, Ede', from: 'map' })
    expect(found!['longitude']).toBeCloseTo(gridPlace(0, 10).longitude, 6)
    expect(outside.asked).toEqual([])
  })

  it('an address that fits many is answered by eight, and says that more do', async () => {
    const { body } = await search({ text: 'Dorpsstraat 7' })
    expect(body['items']).toHaveLength(8)
    expect(body['truncated']).toBe(true)
  })

  it('an address is asked of the address service where a person says so', async () => {
    const { status, body } = await search({ text: 'Kerkweg 3', outside: true })
    expect(status).toBe(200)
    expect(body['items']).toEqual([
      {
        label: 'Kerkweg 3, 6711AB Ede',
        longitude: 5.6643,
        latitude: 52.0402,
        from: 'locatieserver',
      },
    ])
    expect(outside.asked).toEqual(['Kerkweg 3'])
  })

  it.each([
    [{}, '/text'],
    [{ text: '' }, '/text'],
    [{ text: 'a'.repeat(201) }, '/text'],
    [{ text: 'Weg 1\n' }, '/text'],
    [{ text: 'Weg 1', outside: 'yes' }, '/outside'],
    [{ text: 'Weg 1', rows: 5 }, '/rows'],
  ])('a search by %j is refused at %s', async (body, pointer) => {
    const answer = await search(body)
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).toContain(pointer)
  })
})

describe('neighbourhoods and municipalities', () => {
  const find = async (body: unknown) =>
    await world.call('supervisor', 'POST', '/v1/named-areas/_search', body)

  it('areas that were not read in are said to be none', async () => {
    const { status, body } = await find({ text: 'Ede' })
    expect([status, body]).toEqual([200, { items: [], truncated: false, hasAreas: false }])
  })

  it.each([
    [{}],
    [{ text: 'Ede', at: { longitude: 5, latitude: 52 } }],
    [{ text: ' ' }],
    [{ at: { longitude: 181, latitude: 52 } }],
    [{ at: [5, 52] }],
  ])('areas are not looked for by %j', async (body) => {
    expect((await find(body)).status).toBe(400)
  })
})

describe('an address service that does not do as it says', () => {
  const json = (body: unknown) => (_text: string, response: ServerResponse) => {
    response.writeHead(200).end(JSON.stringify(body))
  }
  const doc = (at: string) => ({
    response: { docs: [{ weergavenaam: 'Weg 1', centroide_ll: at }] },
  })
  it.each([
    ['an error', (_: string, response: ServerResponse) => response.writeHead(500).end(), '500'],
    ['a page', (_: string, response: ServerResponse) => response.end('<p>hello'), 'not in JSON'],
    ['another shape', json({ docs: [] }), 'something else'],
    ['no place', json(doc('POINT EMPTY')), 'something else'],
    ['a place beyond the world', json(doc('POINT(190 95)')), 'something else'],
    ['a place of no number', json(doc('POINT(1.2.3 52)')), 'something else'],
    ['more than it was asked for', json('x'.repeat(300_000)), 'does not answer'],
    [
      'another address to ask',
      (_: string, response: ServerResponse) =>
        response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      'does not answer',
    ],
  ])(
    'a service that answers with %s is told of, without what was asked',
    async (_what, answer, expected) => {
      const service = await startAddressService(answer)
      try {
        const asked = askLocatieserver(service.url, 'Geheimweg 1', 8)
        await expect(asked).rejects.toThrow(expected)
        await expect(asked).rejects.not.toThrow('Geheimweg')
      } finally {
        service.close()
      }
    },
  )

  it('a service that is gone, or that nobody configured, is a part that is not available', async () => {
    const gone = await startAddressService()
    gone.close()
    await expect(askLocatieserver(gone.url, 'Weg 1', 8)).rejects.toThrow('does not answer')
    const without = await createTestApp()
    try {
      const asked = { text: 'Weg 1', outside: true }
      const { status, body } = await without.call(
        'supervisor',
        'POST',
        '/v1/addresses/_search',
        asked,
      )
      expect(status).toBe(503)
      expect(body['detail']).toContain('HOEDE_LOCATIESERVER_URL')
    } finally {
      await without.close()
    }
  })
})
