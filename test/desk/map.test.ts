import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxOf, minOf } from '../../src/core/model/lists.ts'
import { townGround } from '../../lab/town/town-ground.ts'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { buildDesk } from '../support/built-desk.ts'
import { waitUntil } from '../support/wait-until.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

const folder = mkdtempSync(join(tmpdir(), 'hoede-map-'))
const groundPath = join(folder, 'ground.json')
const town = townGround(1)
const [west = 0, south = 0, east = 0, north = 0] = boundsOf(town)
const middle = { longitude: (west + east) / 2, latitude: (south + north) / 2 }

/** Where pictures go that somebody looks at; none are made without it. */
const pictureFolder = process.env['HOEDE_DESK_PICTURES']
const looks = [
  { name: 'light', width: 1400, height: 1000, colorScheme: 'light' },
  { name: 'dark', width: 1400, height: 1000, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
] as const

describe.skipIf(isBrowserMissing)(`The map of a case${browserSkipNote}`, () => {
  let world: DeskWorld
  let incidentId: string
  beforeAll(async () => {
    writeFileSync(groundPath, JSON.stringify(town))
    world = await openDeskWorld({
      environment: { HOEDE_GROUND_PATH: groundPath },
      hasGraphics: true,
    })
    const { orderId, offenderId, banId } = await world.registerOrder('09/123456-26', middle)
    const fixes = [1, 2, 3, 4, 5, 6].map((place) => ({
      role: 'offender' as const,
      personId: offenderId,
      deviceId: world.deviceId,
      recordedAtMs: Date.now() - (9 - place) * 60_000 + 7 * place,
      receivedAtMs: Date.now(),
      longitude: middle.longitude + (9 - place) * 0.0007,
      latitude: middle.latitude + (9 - place) * 0.0004,
      accuracyMeters: 30,
      isBelieved: place !== 3,
      disbelief: place === 3 ? ['speed' as const] : [],
      probability: 0.97,
    }))
    const evidence = { limitsVersion: '1', algorithmVersion: '1', protectionOrderVersion: 1 }
    incidentId = await world.raise({
      protectionOrderId: orderId,
      offenderId,
      locationBanId: banId,
      evidence: { ...evidence, fixes, facts: {} },
    })
  })
  afterAll(async () => {
    await world?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('the ground comes from this server alone, by squares that name no case, and nothing is kept', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('response', (response) => {
      if (response.url().includes('/desk/tiles/'))
        expect(response.headers()['cache-control']).toBe('no-store')
    })
    await page.goto(`${world.origin}/desk#/incidents/${incidentId}`)
    await waitForMap(page)
    await waitForDrawing(page)
    const outside = asked.filter((url) => !url.startsWith(world.origin) && !url.startsWith('data:'))
    expect(outside).toEqual([])
    const tiles = asked.filter((url) => url.includes('/desk/tiles/'))
    expect(tiles.length).toBeGreaterThan(0)
    for (const url of tiles) expect(url).toMatch(/\/desk\/tiles\/\d+\/\d+\/\d+$/)
    expect(await page.locator('.picture svg').isVisible()).toBe(false)
    expect(await accessFaultsOf(page)).toEqual([])
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.picture svg .ban').isVisible()).toBe(true)
    expect(await page.locator('.gl').isVisible()).toBe(false)
    expect(faults).toEqual([])
    await context.close()
  })

  it('a map on its ground can be read by day, by night and on a phone', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/incidents/${incidentId}`)
    for (const { name, width, height, colorScheme } of looks) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await waitForMap(page)
      await waitForDrawing(page)
      expect(await accessFaultsOf(page), name).toEqual([])
      // What belongs to the map lies on it.
      const [map, scale] = await Promise.all(
        ['.gl', '.maplibregl-ctrl-scale'].map((one) => page.locator(one).boundingBox()),
      )
      expect((scale?.y ?? 0) + (scale?.height ?? 0), name).toBeLessThan(
        (map?.y ?? 0) + (map?.height ?? 0),
      )
      if (pictureFolder === undefined) continue
      mkdirSync(pictureFolder, { recursive: true })
      await page.locator('.map').screenshot({ path: `${pictureFolder}/map-${name}.png` })
    }
    expect(faults).toEqual([])
    await context.close()
  })

  it('a map holds the whole ban, its time line leads back to the last position, and a lost one comes back', async () => {
    const { page, context } = await world.openDesk('supervisor')
    // The ban is read after the positions: a view of these alone would cut it off.
    const scale = page.locator('.maplibregl-ctrl-scale')
    let before: string | null = null
    await page.route('**/v1/protection-orders/*', async (route) => {
      await waitForMap(page)
      before = await scale.textContent()
      await route.continue()
    })
    await page.goto(`${world.origin}/desk#/incidents/${incidentId}`)
    await waitForMap(page)
    await page.locator('.picture svg .ban').waitFor({ state: 'attached' })
    // The ban is twice as wide as the way that was seen.
    await expect.poll(async () => await scale.textContent(), { timeout: 20_000 }).not.toBe(before)
    const line = page.getByRole('slider')
    await page.getByText('Posities als tabel (6)').waitFor()
    await line.press('Home')
    await page.getByText('Posities als tabel (1)').waitFor()
    await line.press('End')
    await page.getByText('Posities als tabel (6)').waitFor()
    // What the graphics card lost is the drawn picture until it is back.
    await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.gl canvas')
      const lose = canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context')
      lose?.loseContext()
      setTimeout(() => lose?.restoreContext(), 3_000)
    })
    await page.locator('.picture svg .ban').waitFor()
    await waitForMap(page)
    await waitForDrawing(page)
    await context.close()
  })

  it('an area is drawn by pointing at the streets of the map', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/register/orders/new`)
    await waitForMap(page)
    await waitForDrawing(page)
    await page.locator('.gl canvas').click()
    const latitude = Number(await page.getByLabel('Breedtegraad').inputValue())
    const longitude = Number(await page.getByLabel('Lengtegraad').inputValue())
    expect(latitude).toBeGreaterThan(south)
    expect(latitude).toBeLessThan(north)
    expect(longitude).toBeGreaterThan(west)
    expect(longitude).toBeLessThan(east)
    expect(faults).toEqual([])
    await context.close()
  })
  it('a circle is taken at its edge on the map and drawn wider, and its question is answered anew', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/assessments/new`)
    await page.getByLabel('Breedtegraad').fill(String(middle.latitude))
    await page.getByLabel('Lengtegraad').fill(String(middle.longitude))
    await page.getByLabel('Straal (m)').fill('300')
    await page.locator('[data-map="ready"]').waitFor()
    await page.getByRole('button', { name: 'Toon het gebied' }).click()
    const grip = page.locator('.gl [data-handle="edge"]')
    await grip.waitFor()
    await page.locator('.gl').scrollIntoViewIfNeeded()
    await waitForDrawing(page)
    const box = await grip.boundingBox()
    if (box === null) throw new Error('expected a handle on the map, got none')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    for (const by of [10, 20, 30, 40]) await page.mouse.move(x + by, y)
    await page.mouse.up()
    // The last of these moves may arrive behind the hand: what is asked about is what stands there.
    const radiusNow = async () => Number(await page.getByLabel('Straal (m)').inputValue())
    await waitUntil(
      'an answer about the circle as it is',
      async () => {
        const answer = page.locator('.answer .fresh').getByText(`gemeten ${await radiusNow()} m`)
        return (await radiusNow()) > 310 && (await answer.count()) > 0
      },
      30_000,
    )
    expect(await page.getByLabel('Lengtegraad').inputValue()).toBe(String(middle.longitude))
    expect(await accessFaultsOf(page)).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })
})

describe('The size of the page', () => {
  it('what every desk loads is at most 250 kB compressed, and the map is not in it', async () => {
    await buildDesk()
    const built = fileURLToPath(new URL('../../dist/desk/', import.meta.url))
    const index = readFileSync(join(built, 'index.html'), 'utf8')
    const loaded = [...index.matchAll(/(?:src|href)="\/desk\/(assets\/[^"]+)"/g)].map(
      ([, file = '']) => file,
    )
    expect(loaded.length).toBeGreaterThanOrEqual(2)
    const bytes = loaded.map((file) =>
      statSync(join(built, `${file}.gz`), { throwIfNoEntry: false }),
    )
    const total = bytes.reduce((sum, one) => sum + (one?.size ?? 0), 0)
    expect(total).toBeGreaterThan(20_000)
    expect(total).toBeLessThanOrEqual(250_000)
    const scripts = readdirSync(join(built, 'assets')).filter((name) => name.endsWith('.js'))
    const withMap = scripts.filter((name) =>
      readFileSync(join(built, 'assets', name), 'utf8').includes('maplibregl-map'),
    )
    expect(withMap.length).toBeGreaterThan(0)
    for (const name of withMap) expect(index).not.toContain(name)
  })
})

/** The first one of a browser without a graphics card takes long: all it draws with is compiled. */
async function waitForMap(page: Page): Promise<void> {
  await page.locator('[data-map="ready"]').waitFor({ timeout: 60_000 })
}

/** A map is drawn when its picture has many colours: `idle` comes to an empty one as well. */
async function waitForDrawing(page: Page): Promise<void> {
  await expect
    .poll(async () => (await page.locator('.gl canvas').screenshot()).length, { timeout: 20_000 })
    .toBeGreaterThan(4_000)
}

function boundsOf(ground: ReturnType<typeof townGround>): readonly number[] {
  const places = ground.features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? geometry.coordinates.flat() : geometry.coordinates,
  )
  const [longitudes, latitudes] = [0, 1].map((axis) => places.map((place) => place[axis] ?? 0))
  const [west, east] = [minOf(longitudes ?? []), maxOf(longitudes ?? [])]
  return [west, minOf(latitudes ?? []), east, maxOf(latitudes ?? [])]
}
