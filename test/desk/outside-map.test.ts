import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'
import { startTileService, type TileService } from '../support/tile-service.ts'

/** Where pictures go that somebody looks at; none are made without it. */
const pictureFolder = process.env['HOEDE_DESK_PICTURES']

describe.skipIf(isBrowserMissing)(`The map of the Kadaster${browserSkipNote}`, () => {
  let outside: TileService
  let world: DeskWorld
  beforeAll(async () => {
    outside = await startTileService()
    world = await openDeskWorld({
      environment: { HOEDE_BRT_TILES_URL: outside.template },
      hasGraphics: true,
    })
  })
  afterAll(async () => {
    outside?.close()
    await world?.close()
  })

  it('a browser has the map from this server alone, whose it is stands under it, and what is missing is said', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    const { orderId, offenderId, banId } = await world.registerOrder('09/800000-26')
    const id = await world.raise({
      protectionOrderId: orderId,
      offenderId,
      locationBanId: banId,
    })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${world.origin}/desk#/incidents/${id}`)
    await page.locator('[data-map="ready"]').waitFor({ timeout: 60_000 })
    await page.getByText('© Kadaster', { exact: false }).waitFor()
    await expect.poll(() => outside.asked.length, { timeout: 20_000 }).toBeGreaterThan(0)
    const pictures = asked.filter((url) => url.includes('/desk/pictures/'))
    expect(pictures.length).toBeGreaterThan(0)
    expect(
      asked.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(world.origin)),
    ).toEqual([])
    // Whole squares of 6 km, four by four where the whole ring is in sight, and none by half.
    await expect.poll(() => outside.asked.length % 16, { timeout: 20_000 }).toBe(0)
    // In the middle of the ban, whose red lies over the green of the map.
    await expect.poll(() => greenPart(page), { timeout: 20_000 }).toBeGreaterThan(0.2)
    expect(await page.getByText('komt nu niet', { exact: false }).count()).toBe(0)
    expect(await accessFaultsOf(page)).toEqual([])
    for (const colorScheme of pictureFolder === undefined ? [] : (['light', 'dark'] as const)) {
      await page.emulateMedia({ colorScheme })
      await page.locator('[data-map="ready"]').waitFor({ timeout: 60_000 })
      await page.waitForTimeout(1_500)
      mkdirSync(pictureFolder ?? '', { recursive: true })
      await page.locator('.map').screenshot({ path: `${pictureFolder}/outside-${colorScheme}.png` })
    }
    expect(faults).toEqual([])
    // Another place, while the service is down: the ban is drawn on what there is.
    outside.answerWith((response) => response.writeHead(500).end())
    const breda = { longitude: 4.7683, latitude: 51.5719 }
    const other = await world.registerOrder('09/800001-26', breda)
    const otherId = await world.raise({
      protectionOrderId: other.orderId,
      offenderId: other.offenderId,
      locationBanId: other.banId,
    })
    await page.goto(`${world.origin}/desk#/incidents/${otherId}`)
    await page.getByText('De kaart van het Kadaster komt nu niet', { exact: false }).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    expect(faults.filter((fault) => !/status of 503|503/.test(fault))).toEqual([])
    await context.close()
  })
})

/** How much of the picture of the map is greener than red and blue. */
async function greenPart(
  page: Awaited<ReturnType<DeskWorld['openDesk']>>['page'],
): Promise<number> {
  const png = (await page.locator('.gl canvas').screenshot()).toString('base64')
  return (await page.evaluate(countGreen, png)) as number
}

const countGreen = async (png: string): Promise<number> => {
  const image = new Image()
  image.src = `data:image/png;base64,${png}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width
  canvas.height = image.height
  const context = canvas.getContext('2d')
  context?.drawImage(image, 0, 0)
  const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? []
  let greenCount = 0
  for (let at = 0; at < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = pixels.slice(at, at + 3)
    if (green > red + 20 && green > blue + 20) greenCount += 1
  }
  return greenCount / (pixels.length / 4)
}
