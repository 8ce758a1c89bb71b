import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

/** Where pictures go that somebody looks at; none are made without it. */
const pictureFolder = process.env['HOEDE_DESK_PICTURES']

/** As seats, phones and eyes differ: the same page must be read on each. */
const looks = [
  { name: 'light', width: 1400, height: 1000, media: { colorScheme: 'light' } },
  { name: 'dark', width: 1400, height: 1000, media: { colorScheme: 'dark' } },
  { name: 'phone', width: 390, height: 844, media: {} },
  // 1280 pixels at 200 %.
  { name: 'zoomed', width: 640, height: 500, media: {} },
  { name: 'high-contrast', width: 1400, height: 1000, media: { forcedColors: 'active' } },
] as const

describe.skipIf(isBrowserMissing)(`The looks of the desk${browserSkipNote}`, () => {
  let world: DeskWorld
  let alertId = ''
  beforeAll(async () => {
    world = await openDeskWorld()
    const { orderId, offenderId, banId } = await world.registerOrder('09/400000-26')
    const fixes = [1, 2, 3, 4, 5, 6, 7, 8].map((place) => ({
      role: 'offender' as const,
      personId: offenderId,
      deviceId: world.deviceId,
      recordedAtMs: Date.now() - (9 - place) * 60_000,
      receivedAtMs: Date.now(),
      longitude: 4.8952 + (9 - place) * 0.0007,
      latitude: 52.3702 + (9 - place) * 0.0004,
      accuracyMeters: 14 + place,
      isBelieved: place !== 4,
      disbelief: place === 4 ? ['teleport'] : [],
      probability: 0.97,
    }))
    const evidence = { limitsVersion: '1', algorithmVersion: '1', facts: {} } as const
    alertId = await world.raise({
      protectionOrderId: orderId,
      offenderId,
      locationBanId: banId,
      evidence: { ...evidence, protectionOrderVersion: 1, fixes },
    })
    const other = await world.registerOrder('09/400001-26')
    const ids = { protectionOrderId: other.orderId, offenderId: other.offenderId }
    await world.raise({ ...ids, kind: 'device-silent', priority: 'P2' })
    await world.raise({ ...ids, kind: 'battery-low', priority: 'P3' })
  })
  afterAll(() => world?.close())

  it.each(looks)(
    'a list and a case can be read as $name',
    async ({ name, width, height, media }) => {
      const viewport = { width, height }
      const { page, context, faults } = await world.openDesk('supervisor', { viewport })
      await page.emulateMedia(media)
      await page.locator('.row.p1').waitFor()
      await check(page, `list-${name}`)
      await page.goto(`${world.origin}/desk#/incidents/${alertId}`)
      await page.locator('.map svg .ban').waitFor()
      await page.locator('.step').first().waitFor()
      await page.keyboard.press('2')
      await page.locator('.choices').waitFor()
      await check(page, `case-${name}`)
      expect(faults).toEqual([])
      await context.close()
    },
  )

  it('a case goes on paper without the list and its buttons', async () => {
    const { page, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/incidents/${alertId}`)
    await page.locator('.map svg .ban').waitFor()
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
    await page.locator('.fix-table tbody tr').first().waitFor()
    await page.emulateMedia({ media: 'print' })
    for (const hidden of ['.list', '.bar', '.actions', '.other-acts', '.steps-of-time'])
      expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false)
    for (const shown of ['.steps', '.map svg', '.fix-table tbody', '.diary'])
      expect(await page.locator(shown).first().isVisible(), shown).toBe(true)
    if (pictureFolder !== undefined)
      await page.screenshot({ path: `${pictureFolder}/case-print.png`, fullPage: true })
    await context.close()
  })
})

/** Nothing runs out of the side, axe finds nothing, and somebody may look at it. */
async function check(page: Page, name: string): Promise<void> {
  const overflowPixels = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflowPixels, name).toBeLessThanOrEqual(0)
  expect(await accessFaultsOf(page), name).toEqual([])
  if (pictureFolder === undefined) return
  mkdirSync(pictureFolder, { recursive: true })
  await page.screenshot({ path: `${pictureFolder}/${name}.png` })
}
