import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing, openBrowser } from '../support/browser.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'

describe.skipIf(isBrowserMissing)(`the API page in a real browser${browserSkipNote}`, () => {
  let test: TestApp
  let browser: Browser
  let address: string

  beforeAll(async () => {
    test = await createTestApp()
    address = await test.app.listen({ host: '127.0.0.1', port: 0 })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('the API page shows every operation, asks nobody else for anything and breaks no policy', async () => {
    const page = await browser.newPage()
    const complaints: string[] = []
    const strangers: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(address)) strangers.push(request.url())
    })
    await page.goto(`${address}/docs`)
    const text = await page.locator('body').innerText()
    const document = (await test.app.inject('/v1/openapi.json')).json<{ paths: object }>()
    const operations = Object.keys(document.paths)
    expect(operations.length).toBeGreaterThan(20)
    expect(operations.filter((path) => !text.includes(path))).toEqual([])
    expect(complaints).toEqual([])
    expect(strangers).toEqual([])
    const file = process.env['HOEDE_SCREENSHOT']
    if (file !== undefined) await page.screenshot({ path: file })
  }, 60_000)

  it('the API page fits a phone of 360 pixels with everything unfolded', async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } })
    await page.goto(`${address}/docs`)
    const width = () => page.evaluate('document.scrollingElement.scrollWidth')
    expect(await width()).toBe(360)
    const unfolded = await page.evaluate(
      `[...document.querySelectorAll('details')].map((each) => (each.open = true)).length`,
    )
    expect(unfolded).toBeGreaterThan(80)
    expect(await width()).toBe(360)
    const file = process.env['HOEDE_SCREENSHOT']
    if (file !== undefined) await page.screenshot({ path: `${file}-phone.png` })
    await page.close()
  }, 60_000)

  it('the API page opens what a link points to, from the list, from a schema and from elsewhere', async () => {
    const page = await browser.newPage()
    await page.goto(`${address}/docs#closeAlert`)
    await page.locator('#closeAlert').waitFor({ state: 'visible' })
    await page.locator('nav a[href="#listAlerts"]').click()
    await page.locator('#listAlerts').waitFor({ state: 'visible' })
    await page.locator('#listAlerts a[href="#schema-AlertPage"]').click()
    await page.locator('#schema-AlertPage').waitFor({ state: 'visible' })
    expect(await page.locator('#getAlert').isVisible()).toBe(false)
    const target = page.locator('#schema-AlertPage')
    expect((await target.boundingBox())?.y).toBeLessThan(720)
    await page.close()
  }, 60_000)

  it('the bare address leads to the API page', async () => {
    const page = await browser.newPage()
    await page.goto(address)
    expect(new URL(page.url()).pathname).toBe('/docs')
    await page.close()
  }, 60_000)
})
