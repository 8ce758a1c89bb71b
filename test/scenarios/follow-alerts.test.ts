import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raiseAlertAt } from '../support/alert-drafts.ts'
import { browserSkipNote, isBrowserMissing, openBrowser } from '../support/browser.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { waitUntil } from '../support/wait-until.ts'

/** A desk of somebody else: an empty page, from another address than the server's. */
async function startDesk(): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Desk</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe.skipIf(isBrowserMissing)(
  `the example that the API page gives to follow alerts${browserSkipNote}`,
  () => {
    let desk: Awaited<ReturnType<typeof startDesk>>
    let stranger: Awaited<ReturnType<typeof startDesk>>
    let world: TestApp
    let browser: Browser
    let address: string
    let example: string

    beforeAll(async () => {
      desk = await startDesk()
      stranger = await startDesk()
      world = await createTestApp({ environment: { HOEDE_CORS_ORIGINS: desk.origin } })
      address = await world.app.listen({ host: '127.0.0.1', port: 0 })
      browser = await openBrowser()
      const page = await browser.newPage()
      await page.goto(`${address}/docs`)
      example = await page.locator('#follow-alerts').innerText()
      await page.close()
    })
    afterAll(async () => {
      await browser?.close()
      await world?.close()
      desk?.server.close()
      stranger?.server.close()
    })

    /** Opens a page that follows as the example says, and what it was told so far. */
    async function follow(origin: string, token: string) {
      // The limit on calls per second is by the app's clock.
      world.clock.timeMs += 10_000
      const page = await browser.newPage()
      await page.goto(origin)
      await page.addScriptTag({
        content: `${example}
          window.told = []
          window.ended = null
          followAlerts(${JSON.stringify(address)}, ${JSON.stringify(token)}, (event) => told.push(event.subject))
            .catch((error) => { window.ended = String(error.constructor.name) })`,
      })
      return {
        page,
        told: () => page.evaluate('told') as Promise<string[]>,
        ended: () => page.evaluate('ended') as Promise<string | null>,
      }
    }

    const raise = () => raiseAlertAt(world.database.pool, world.clock.timeMs)

    async function raiseUntilTold(page: { told: () => Promise<string[]> }): Promise<string[]> {
      const raised: string[] = []
      await waitUntil('the page is told', async () => {
        raised.push(await raise())
        world.doorbell.ring('alert-events')
        return (await page.told()).length > 0
      })
      return raised
    }

    it('the example hears of alerts on a page of a configured origin', async () => {
      const { page, ...desktop } = await follow(desk.origin, world.tokens.operator)
      const raised = await raiseUntilTold(desktop)
      const last = await raise()
      world.doorbell.ring('alert-events')
      await waitUntil('the last one', async () => (await desktop.told()).includes(last))
      const told = await desktop.told()
      expect(told).toEqual([...raised, last].slice(-told.length))
      await page.close()
    }, 60_000)

    it('the example goes on where it stopped when the connection breaks, without loss and without doubles', async () => {
      const { page, ...desktop } = await follow(desk.origin, world.tokens.operator)
      await raiseUntilTold(desktop)
      await breakConnection(page)
      const missed = await raise()
      await page.context().setOffline(false)
      world.clock.timeMs += 10_000
      await waitUntil('what was missed', async () => (await desktop.told()).includes(missed))
      const told = await desktop.told()
      expect(new Set(told).size).toBe(told.length)
      await page.close()
    }, 60_000)

    it('the example ends when the token is refused, and gets nothing on a page of another origin', async () => {
      const refused = await follow(desk.origin, 'not-a-token')
      await waitUntil('the refusal', async () => (await refused.ended()) === 'Refused')
      await refused.page.close()
      const foreign = await follow(stranger.origin, world.tokens.operator)
      const blocked = foreign.page.waitForEvent('console', (message) =>
        message.text().includes('blocked by CORS policy'),
      )
      await blocked
      expect(await foreign.told()).toEqual([])
      await foreign.page.close()
    }, 60_000)

    /** The browser is offline, and the server has hung up on it. */
    async function breakConnection(page: Page): Promise<void> {
      await page.context().setOffline(true)
      world.app.server.closeAllConnections()
    }
  },
)
