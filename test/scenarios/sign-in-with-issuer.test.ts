import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstOrganisationId } from '../../src/sign-in/links.ts'
import { browserSkipNote, isBrowserMissing, openBrowser } from '../support/browser.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { findFreePort } from '../support/server-process.ts'
import { startTestIssuer } from '../support/test-issuer.ts'

const person = { organisation: 'reclassering', acr: 'substantial' }
const accounts = {
  anna: { ...person, name: 'Anna Beheer', roles: ['beheer', 'kantine'] },
  bram: { ...person, name: 'Bram Kamer', roles: ['meldkamer'] },
  stranger: { ...person, name: 'X', roles: ['meldkamer'], organisation: 'elsewhere' },
  nobody: { ...person, name: 'Y', roles: ['kantine'] },
  unsure: { ...person, name: 'Z', roles: ['meldkamer'], acr: 'low' },
}

describe.skipIf(isBrowserMissing)(`signing in at an issuer${browserSkipNote}`, () => {
  let world: TestApp
  let browser: Browser
  let origin: string
  let issuer: Awaited<ReturnType<typeof startTestIssuer>>

  beforeAll(async () => {
    const port = await findFreePort()
    // Cookies know no ports: the issuer is at another name of this machine.
    origin = `http://localhost:${port}`
    issuer = await startTestIssuer(origin, accounts)
    world = await createTestApp({
      environment: { HOEDE_PORT: String(port) },
      issuerSettings: issuer.settings(firstOrganisationId),
      // Tokens of the issuer are of now.
      clock: { nowMs: () => Date.now() },
    })
    await world.app.listen({ host: '127.0.0.1', port })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
    issuer?.close()
  })

  async function openPerson(): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({ locale: 'en-GB' })
    await context.addInitScript(`localStorage.setItem('hoede-language', 'en')`)
    return { context, page: await context.newPage() }
  }

  async function signInAs(page: Page, account: string): Promise<void> {
    await page.goto(`${origin}/sign-in`)
    await page.getByRole('button', { name: 'Sign in with your organisation' }).click()
    await page.getByRole('link', { name: account, exact: true }).click()
  }

  it('somebody signs in at the issuer, with the roles that are named here and no others', async () => {
    const { context, page } = await openPerson()
    await signInAs(page, 'anna')
    await page.getByText('Anna Beheer: administrator.').waitFor()
    const me = await page.evaluate(`fetch('/v1/me').then((answer) => answer.json())`)
    expect(me).toMatchObject({
      organisationId: firstOrganisationId,
      roles: ['administrator'],
      session: { method: 'issuer' },
    })
    const { rows } = await world.database.pool.query(
      `select subject, display_name from staff where issuer like 'http%'`,
    )
    expect(rows).toEqual([{ subject: 'anna', display_name: 'Anna Beheer' }])
    await context.close()
  })

  it.each(['stranger', 'nobody', 'unsure'])(
    'the %s is refused, and nobody is made',
    async (who) => {
      const { context, page } = await openPerson()
      await signInAs(page, who)
      await page.getByText('Something of what you gave is not right.').waitFor()
      const cookies = await context.cookies()
      expect(cookies.filter(({ name }) => name === '__Host-hoede')).toEqual([])
      const { rows } = await world.database.pool.query('select from staff where subject = $1', [
        who,
      ])
      expect(rows).toHaveLength(0)
      await context.close()
    },
  )

  it('a grave act asks again at the issuer, and is then done once', async () => {
    const { context, page } = await openPerson()
    await signInAs(page, 'anna')
    await page.getByText('Anna Beheer: administrator.').waitFor()
    const make = `fetch('/v1/api-clients', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Desk', role: 'operator' }) }).then(({ status }) => status)`
    expect(await page.evaluate(make)).toBe(403)
    await prove(page)
    // Signed in a moment ago, and asked again all the same.
    await page.getByRole('link', { name: 'anna', exact: true }).click()
    await page.getByText('Anna Beheer: administrator.').waitFor()
    expect(await page.evaluate(make)).toBe(201)
    expect(await page.evaluate(make)).toBe(403)
    await context.close()
  })

  it('the proof of somebody else is none', async () => {
    const { context, page } = await openPerson()
    await signInAs(page, 'anna')
    await page.getByText('Anna Beheer: administrator.').waitFor()
    await prove(page)
    await page.getByRole('link', { name: 'bram', exact: true }).click()
    await page.getByText('Something of what you gave is not right.').waitFor()
    const me = await page.evaluate(`fetch('/v1/me').then((answer) => answer.json())`)
    expect(me).toMatchObject({ displayName: 'Anna Beheer', steppedUp: null })
    await context.close()
  })

  async function prove(page: Page): Promise<void> {
    const address = await page.evaluate(`fetch('/v1/me/_step-up-by-issuer', { method: 'POST',
      headers: { 'content-type': 'application/json' }, body: JSON.stringify({ act: 'createApiClient' }) })
      .then((answer) => answer.json()).then(({ address }) => address)`)
    await page.goto(String(address))
  }
})
