import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { makeFirstLink } from '../../src/sign-in/first-link.ts'
import { totpCode } from '../../src/sign-in/totp.ts'
import { browserSkipNote, isBrowserMissing, openBrowser } from '../support/browser.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { findFreePort } from '../support/server-process.ts'

describe.skipIf(isBrowserMissing)(`the page where people sign in${browserSkipNote}`, () => {
  let world: TestApp
  let browser: Browser
  let origin: string
  const wrongs: string[] = []

  beforeAll(async () => {
    const port = await findFreePort()
    world = await createTestApp({ environment: { HOEDE_PORT: String(port) } })
    await world.app.listen({ host: '127.0.0.1', port })
    origin = `http://localhost:${port}`
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
  })

  /** A browser of somebody's own, English itself, with an authenticator that they carry. */
  async function openPerson(chosen = 'en'): Promise<{ context: BrowserContext; page: Page }> {
    // Wherever a browser says that it is, what it shows is the time in the Netherlands.
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'America/New_York' })
    // As the desk keeps it, whose Dutch nobody has to choose.
    if (chosen === 'en') await context.addInitScript(`localStorage.setItem('hoede-language', 'en')`)
    const page = await context.newPage()
    page.on('console', (message) => {
      // A refusal is told on the page, and by the browser here as well.
      if (message.type() === 'error' && !message.text().includes('the server responded'))
        wrongs.push(message.text())
    })
    page.on('pageerror', (error) => wrongs.push(error.message))
    const session = await context.newCDPSession(page)
    await session.send('WebAuthn.enable')
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    return { context, page }
  }

  async function newColleague(displayName: string): Promise<string> {
    const made = await world.call('administrator', 'POST', '/v1/staff', {
      displayName,
      roles: ['operator'],
    })
    return String(made.body['signInLink'])
  }

  /** The code of the key that the page shows, as an app would show it. */
  function codeOf(shown: string): string {
    const letters = Array.from(shown.replaceAll(' ', ''))
    const bits = letters.map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    )
    const bytes = (bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))
    return totpCode(Buffer.from(bytes), Math.floor(world.clock.timeMs / 30_000))
  }

  it('the first administrator opens the printed link, makes a passkey, and signs in with it again', async () => {
    const config = readConfig({ HOEDE_PUBLIC_URL: origin })
    const first = await makeFirstLink(world.database.pool, config, world.clock.timeMs)
    expect(first?.makeAnother).toBeNull()
    const { context, page } = await openPerson()
    // Opened at the address that the server prints: the page goes on to its own.
    await page.goto((first?.link ?? '').replace('localhost', '127.0.0.1'))
    await page.getByLabel('Your own name').fill('A. Beheer')
    await page.getByLabel('Name to sign in with').nth(1).fill('a.beheer')
    await page.getByRole('button', { name: 'Make a passkey' }).click()
    await page.getByText('A. Beheer: administrator.').waitFor()
    expect(page.url()).toBe(`${origin}/sign-in?lang=en`)
    await page.getByText('With nothing open for 15 minutes you are signed out.').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    // Exact: the line on idling says it of later, and is there before.
    await page.getByText('You are signed out.', { exact: true }).waitFor()
    expect(await context.cookies()).not.toContainEqual(
      expect.objectContaining({ name: '__Host-hoede' }),
    )
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByText('A. Beheer: administrator.').waitFor()
    const cookies = await context.cookies()
    expect(cookies).toContainEqual(
      expect.objectContaining({ name: '__Host-hoede', httpOnly: true, sameSite: 'Strict' }),
    )
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await makeFirstLink(world.database.pool, config, world.clock.timeMs)).toBeNull()
    await context.close()
  })

  it('a colleague chooses a password in Dutch, is refused with a wrong code, and signs in by keyboard', async () => {
    const { context, page } = await openPerson('nl')
    await page.goto(await newColleague('B. Kamer'))
    expect(await page.locator('html').getAttribute('lang')).toBe('nl')
    await page.getByText('Welkom, B. Kamer.').waitFor()
    const key = (await page.locator('#totp-key').textContent()) ?? ''
    await page.locator('#newName').fill('b.kamer')
    await page.locator('#newPassword').fill('vier woorden per nacht')
    await page.locator('#newCode').fill(codeOf(key))
    await page.getByRole('button', { name: 'Bewaar dit en log in' }).click()
    await page.getByText('B. Kamer: centralist.').waitFor()
    const zone = { timeZone: 'Europe/Amsterdam', timeStyle: 'short' } as const
    const clock = new Intl.DateTimeFormat('nl', zone).format(world.clock.timeMs)
    expect(await page.locator('#sessions').textContent()).toContain(clock)
    await page.getByRole('button', { name: 'Uitloggen' }).click()
    await page.getByText('U bent uitgelogd.').waitFor()
    world.clock.timeMs += 60_000
    const typeIn = async (code: string): Promise<void> => {
      await page.locator('#signInName').fill('b.kamer')
      await page.locator('#password').fill('vier woorden per nacht')
      await page.locator('#code').fill(code)
      await page.locator('#code').press('Enter')
    }
    await typeIn('000000')
    await page.getByText('Iets van wat u invulde klopt niet.').waitFor()
    await typeIn(codeOf(key))
    await page.getByText('B. Kamer: centralist.').waitFor()
    // Whoever cannot see is told by the heading that has the focus.
    expect(await page.evaluate('document.activeElement.textContent')).toBe('U bent ingelogd')
    await page.getByText('English').click()
    await page.getByText('B. Kamer: operator.').waitFor()
    await page.goto(`${origin}/sign-in`)
    await page.getByText('B. Kamer: operator.').waitFor()
    await context.close()
  })

  it('a session is ended from another browser', async () => {
    const [first, second] = [await openPerson(), await openPerson()]
    await first.page.goto(await newColleague('C. Dienst'))
    await first.page.getByText('Welcome, C. Dienst.').waitFor()
    const key = (await first.page.locator('#totp-key').textContent()) ?? ''
    await first.page.locator('#newName').fill('c.dienst')
    await first.page.locator('#newPassword').fill('four words every night')
    await first.page.locator('#newCode').fill(codeOf(key))
    await first.page.locator('#newCode').press('Enter')
    await first.page.getByText('C. Dienst: operator.').waitFor()
    world.clock.timeMs += 60_000
    await second.page.goto(`${origin}/sign-in`)
    await second.page.locator('#signInName').fill('c.dienst')
    await second.page.locator('#password').fill('four words every night')
    await second.page.locator('#code').fill(codeOf(key))
    await second.page.locator('#code').press('Enter')
    await second.page.getByRole('button', { name: /^End: / }).click()
    await second.page.getByText('That session is over.').waitFor()
    await first.page.reload()
    await first.page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
    await first.context.close()
    await second.context.close()
  })

  it('a passkey answer that was sent before, or belongs to another question, is refused', async () => {
    const { context, page } = await openPerson()
    await page.goto(await newColleague('D. Sleutel'))
    await page.locator('#newName').fill('d.sleutel')
    await page.getByRole('button', { name: 'Make a passkey' }).click()
    await page.getByText('D. Sleutel: operator.').waitFor()
    const statuses = await page.evaluate(`(async () => {
      const post = (path, body) => fetch(path, { method: 'POST',
        headers: body ? { 'content-type': 'application/json' } : {}, body: body && JSON.stringify(body) })
      const answer = async (ask, body) => {
        const options = await (await post(ask, body)).json()
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
        return (await navigator.credentials.get({ publicKey })).toJSON()
      }
      const act = 'createApiClient'
      const stepUp = await answer('/v1/me/_ask-passkey', { act })
      const wrongAct = await post('/v1/me/_step-up-by-passkey', { act: 'createStaff', response: stepUp })
      const asSignIn = await post('/v1/sign-in/_by-passkey', { response: stepUp })
      const right = await post('/v1/me/_step-up-by-passkey', { act, response: stepUp })
      const signIn = await answer('/v1/sign-in/_ask-passkey')
      const once = await post('/v1/sign-in/_by-passkey', { response: signIn })
      const twice = await post('/v1/sign-in/_by-passkey', { response: signIn })
      return [wrongAct, asSignIn, right, once, twice].map(({ status }) => status)
    })()`)
    expect(statuses).toEqual([401, 401, 200, 200, 401])
    await context.close()
  })

  it('nothing on the page broke its own rules', () => {
    expect(wrongs).toEqual([])
  })
})
