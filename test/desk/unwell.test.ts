import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

describe.skipIf(isBrowserMissing)(`A desk when something is not well${browserSkipNote}`, () => {
  let world: DeskWorld
  let alertId = ''
  beforeAll(async () => {
    world = await openDeskWorld()
    const { orderId, offenderId } = await world.registerOrder('09/850000-26')
    alertId = await world.raise({ protectionOrderId: orderId, offenderId })
  })
  afterAll(() => world?.close())

  const isRed = (page: Page) => page.locator('.banner.dead').isVisible()

  it('a page without a sign of life turns red after ten seconds, says what that means, and finds back', async () => {
    const { page, context } = await world.openDesk('operator')
    await page.clock.install()
    await page.reload()
    await page.locator('.row.p1').waitFor()
    await page.getByText('live ·').waitFor()
    await context.setOffline(true)
    await page.clock.runFor(8_000)
    expect(await isRed(page)).toBe(false)
    await page.clock.runFor(4_000)
    await page.getByText('geen teken van leven', { exact: false }).waitFor()
    await page.getByText('Bel de tweede desk', { exact: false }).waitFor()
    expect(await page.locator('.liveness.dead').textContent()).toContain('GEEN VERBINDING')
    // What was known stays, to be called by.
    expect(await page.locator('.row.p1').count()).toBe(1)
    expect(await accessFaultsOf(page)).toEqual([])
    await context.setOffline(false)
    // The server speaks each three seconds of the world, the page waits by its own clock.
    const isRedAfterSecond = async (): Promise<boolean> => {
      await page.clock.runFor(1_000)
      return await isRed(page)
    }
    await expect.poll(isRedAfterSecond, { interval: 300, timeout: 20_000 }).toBe(false)
    await context.close()
  })

  it('a page whose machine has slept is red before anything of it is believed', async () => {
    const { page, context } = await world.openDesk('operator')
    await page.clock.install()
    await page.reload()
    await page.getByText('live ·').waitFor()
    await context.setOffline(true)
    await page.clock.runFor(1_000)
    await page.clock.setSystemTime(Date.now() + 3_600_000)
    await page.clock.runFor(1_000)
    await page.getByText('geen teken van leven', { exact: false }).waitFor()
    await context.close()
  })

  it('a clock of the seat that is an hour wrong changes no age, and is said', async () => {
    const { page, context } = await world.openDesk('operator')
    await page.clock.install({ time: Date.now() + 3_600_000 })
    await page.reload()
    await page.getByText('De klok van deze computer wijkt', { exact: false }).waitFor()
    expect(await page.locator('.row.p1 .age').textContent()).toMatch(/^(net|1 min)$/)
    await context.close()
  })

  it('detection that is behind covers the screen and every key until it is read', async () => {
    const { page, context } = await world.openDesk('operator')
    const beat = {
      time: new Date().toISOString(),
      trouble: 'detection-behind',
      people: [],
      flood: null,
      acts: [],
    }
    await page.route('**/v1/alert-events*', async (route) => {
      const body = `event: desk.beat\ndata: ${JSON.stringify(beat)}\n\n`
      await route.fulfill({ body, contentType: 'text/event-stream' })
    })
    await page.goto(`${world.origin}/desk#/incidents/${alertId}`)
    await page.reload()
    const read = page.getByRole('button', { name: 'Ik heb dit gelezen' })
    await read.waitFor()
    await page.locator('.step').first().waitFor()
    const size = await page.locator('.cover').boundingBox()
    expect([size?.width, size?.height]).toEqual([1_280, 720])
    for (const key of ['Escape', 'Escape', 'a', '1', '1', 'c']) await page.keyboard.press(key)
    expect(await page.locator('.choices, form.close, .step.done').count()).toBe(0)
    expect(await read.evaluate((button) => button === document.activeElement)).toBe(true)
    expect(await accessFaultsOf(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.locator('.cover').waitFor({ state: 'detached' })
    await page.locator('.banner.behind').getByText('meer dan een minuut achter').waitFor()
    const { body } = await world.call('supervisor', 'GET', `/v1/alerts/${alertId}`)
    expect(body['status']).toBe('open')
    await context.close()
  })
})
