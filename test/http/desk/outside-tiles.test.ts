import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOutsideTiles } from '../../../src/http/desk/outside-tiles.ts'
import { sendPicture, startTileService, type TileService } from '../../support/tile-service.ts'

/** Amsterdam at zoom 16, 14 and 11. */
const near = { z: 16, x: 33_659, y: 21_538 }
const far = { z: 11, x: 1_051, y: 673 }
const day = 86_400_000

let outside: TileService
let nowMs = 0
beforeAll(async () => {
  outside = await startTileService()
})
afterAll(() => outside?.close())
beforeEach(() => {
  outside.asked.length = 0
  outside.answerWith(sendPicture)
  nowMs = Date.parse('2026-11-27T03:00:00Z')
})

const open = (options: object = {}) =>
  createOutsideTiles({ template: outside.template, nowMs: () => nowMs, ...options })

describe('the map of somebody else', () => {
  test('one square asks for all of its block in one order, whichever of them was wanted', async () => {
    const found = await open().findTile(near)
    expect(found).toMatchObject({ type: 'image/png' })
    const all = [...outside.asked]
    expect(all.length).toBe(256)
    expect(new Set(all).size).toBe(256)
    expect(all).toContain('16/33659/21538')
    outside.asked.length = 0
    // The farthest corner of the same block.
    await open().findTile({ z: 16, x: 33_648 + 15, y: 21_536 + 15 })
    expect(outside.asked.toSorted()).toEqual(all.toSorted())
    // Four lines are open at once, so that neighbours may change places, and no more.
    const rows = all.map((place) => Number(place.split('/')[2]))
    expect(Math.max(...rows) - Math.min(...rows)).toBe(15)
    expect(rows.every((row, at) => at < 8 || row >= (rows[at - 8] ?? 0))).toBe(true)
  })

  test('a block is asked for once, also by two desks at once, and again when it is a week old', async () => {
    const tiles = open()
    await Promise.all([tiles.findTile(near), tiles.findTile({ ...near, x: near.x + 1 })])
    await tiles.findTile(near)
    expect(outside.asked.length).toBe(256)
    nowMs += 8 * day
    await tiles.findTile(near)
    expect(outside.asked.length).toBe(512)
  })

  test('a square from far away is its own block, as wide as a block or wider', async () => {
    await open().findTile(far)
    expect(outside.asked).toEqual(['11/1051/673'])
  })

  test('nobody is asked for what lies beside the country, nearer or further than there is', async () => {
    const tiles = open()
    for (const place of [
      { z: 12, x: 0, y: 0 },
      { z: 17, x: 67_318, y: 43_076 },
      { z: 7, x: 65, y: 42 },
    ])
      expect(await tiles.findTile(place)).toBeNull()
    expect(outside.asked).toEqual([])
  })

  test('a service that is asked by a question with names answers the same', async () => {
    const tiles = open({ template: outside.wmtsTemplate })
    expect(await tiles.findTile(far)).toMatchObject({ type: 'image/png' })
    expect(outside.asked).toEqual(['11/1051/673'])
  })

  test.each([
    ['refuses', (response) => response.writeHead(500).end()],
    ['answers with a page', (response) => response.writeHead(200).end('<html></html>')],
    ['sends another way', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['sends too much', (response) => response.writeHead(200).end(Buffer.alloc(300_000, 0xff))],
  ] satisfies [string, Parameters<TileService['answerWith']>[0]][])(
    'a service that %s is left alone for a minute, and then asked again',
    async (_what, answer) => {
      outside.answerWith(answer)
      const tiles = open()
      expect(await tiles.findTile(near)).toBe('missing')
      // It is not asked for the rest of a block.
      const count = outside.asked.length
      expect(count).toBeLessThan(16)
      expect(await tiles.findTile(near)).toBe('missing')
      expect(outside.asked.length).toBe(count)
      outside.answerWith(sendPicture)
      nowMs += 61_000
      expect(await tiles.findTile(near)).toMatchObject({ type: 'image/png' })
    },
  )

  test('what is a week old is shown while the service is down, and a square without a map is none', async () => {
    const tiles = open()
    outside.answerWith((response, place) =>
      place === '11/1051/673' ? sendPicture(response, place) : response.writeHead(404).end(),
    )
    expect(await tiles.findTile(far)).toMatchObject({ type: 'image/png' })
    expect(await tiles.findTile({ ...far, x: far.x + 1 })).toBeNull()
    nowMs += 8 * day
    outside.answerWith((response) => response.writeHead(503).end())
    for (let count = 0; count < 2; count += 1)
      expect(await tiles.findTile(far)).toMatchObject({ type: 'image/png' })
  })

  test('what is kept has a bound, and the block that was read longest ago goes first', async () => {
    const bytesMax = 1_000
    const tiles = open({ bytesMax })
    const at = (x: number) => ({ ...far, x: far.x + x })
    const found = await tiles.findTile(at(0))
    const size = found !== null && found !== 'missing' ? found.bytes.length : 0
    const fitCount = Math.floor(bytesMax / size)
    expect(fitCount).toBeGreaterThan(0)
    for (let x = 1; x <= fitCount; x += 1) await tiles.findTile(at(x))
    outside.asked.length = 0
    await tiles.findTile(at(fitCount))
    expect(outside.asked).toEqual([])
    await tiles.findTile(at(0))
    expect(outside.asked).toEqual(['11/1051/673'])
  })

  test('desks that look about without an end ask for so many blocks, and one each two seconds after that', async () => {
    const tiles = open()
    const place = (at: number) => ({ z: 12, x: 2_100 + (at % 8), y: 1_345 + Math.floor(at / 8) })
    for (let at = 0; at < 40; at += 1) await tiles.findTile(place(at))
    expect(outside.asked.length).toBe(24)
    nowMs += 4_000
    for (let at = 24; at < 40; at += 1) await tiles.findTile(place(at))
    expect(outside.asked.length).toBe(26)
  })
})
