import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

/** Where pictures go that somebody looks at; none are made without it. */
const pictureFolder = process.env['HOEDE_DESK_PICTURES']

describe.skipIf(isBrowserMissing)(`A joined case by keys alone${browserSkipNote}`, () => {
  let world: DeskWorld
  let orderId = ''
  beforeAll(async () => {
    world = await openDeskWorld()
    const post = async (path: string, body: object): Promise<string> => {
      const made = await world.call('supervisor', 'POST', path, body)
      expect(made.status, JSON.stringify(made.body)).toBeLessThan(300)
      return String(made.body['id'])
    }
    const victimId = await post('/v1/persons', { role: 'victim', reference: 'SHN-2026-8' })
    const offenderId = await post('/v1/persons', { role: 'offender', reference: 'RECL-2026-8' })
    orderId = await post('/v1/protection-orders', {
      reference: '09/800800-26',
      legalBasis: 'liberty-restricting-measure',
      offenderId,
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2030-01-01T00:00:00Z',
      proximityBans: [{ victimId, separationMeters: 1000 }],
    })
    await world.registerOrder('09/800801-26')
  })
  afterAll(() => world?.close())

  it('a case is joined, made graver, and a move in it kept and answered, by keys on the narrowest screen', async () => {
    const viewport = { width: 360, height: 740 }
    const { page, faults, context } = await world.openDesk('supervisor', { viewport })
    await page.goto(`${world.origin}/desk#/register/orders/${orderId}`)
    await page.getByText('Deze maatregel is een zaak op zichzelf.').waitFor()
    await page.getByText('Geen risicoprofiel').waitFor()
    // What the check says of its time is in the language of the page.
    await page.getByText('De politie heeft', { exact: false }).first().waitFor()

    await press(page, 'Voeg bij de zaak van een andere maatregel', 'SUMMARY')
    await page.locator('option', { hasText: '09/800801-26' }).waitFor({ state: 'attached' })
    await type(page, 'De andere maatregel', '09/800801')
    await press(page, 'Voeg bij de zaak van een andere maatregel', 'BUTTON')
    await page.locator('.case-orders').getByRole('link', { name: '09/800801-26' }).waitFor()

    await press(page, 'Kies een risicoprofiel', 'SUMMARY')
    await type(page, 'Risicoprofiel', 'Hoog')
    await type(page, 'Waarom', 'Screening van vandaag.')
    await press(page, 'Kies een risicoprofiel', 'BUTTON')
    await page.getByText('Hoog (versie 0)').first().waitFor()

    await press(page, 'Toon: Wie bij wie woont', 'BUTTON')
    await page.getByText('Er is niets vastgelegd.').waitFor()
    await press(page, 'Leg vast dat iemand is verhuisd', 'SUMMARY')
    await type(page, 'Wie', 'SHN')
    await reach(page, 'Verhuisd op', 'FIELD')
    // The same whichever of day and month comes first.
    await page.keyboard.type('11112026')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.type('1111AM')
    await type(page, 'Oud adres', 'Oude weg 12')
    await type(page, 'Nieuw adres', 'Nieuwe weg 3')
    await press(page, 'Leg vast dat iemand is verhuisd', 'BUTTON')
    await page.getByText('van Oude weg 12 naar Nieuwe weg 3').waitFor()

    await press(page, 'Antwoord', 'SUMMARY')
    await press(page, 'Toon beide adressen', 'BUTTON')
    // By its capital: the line of the move says the same without one, and was there before.
    await page.getByText(/Van Oude weg 12 naar Nieuwe weg 3/).waitFor()
    await type(page, 'Antwoord', 'het blijft')
    await type(page, 'Waarom', 'De afstand gaat mee.')
    await look(page, 'question')
    await press(page, 'Antwoord', 'BUTTON')
    await page.getByText('(De afstand gaat mee.)', { exact: false }).waitFor()
    await look(page, 'case')
    expect(faults).toEqual([])
    await context.close()
  })
})

type Kind = 'SUMMARY' | 'BUTTON' | 'FIELD'

/** Goes on by keys to what is called that way, as whoever has no mouse. */
async function reach(page: Page, name: string, kind: Kind): Promise<void> {
  const seen: string[] = []
  for (let count = 0; count < stopsMax; count += 1) {
    await page.keyboard.press('Tab')
    const [at, called] = (await page.evaluate(focused)) as [string, string]
    seen.push(`${at} ${called}`)
    if (at === kind && called.startsWith(name)) return
  }
  throw new Error(`${kind} ${name} is not reached by keys, only: ${seen.join(' | ')}`)
}

async function press(page: Page, name: string, kind: Kind): Promise<void> {
  await reach(page, name, kind)
  await page.keyboard.press('Enter')
}

async function type(page: Page, name: string, text: string): Promise<void> {
  await reach(page, name, 'FIELD')
  await page.keyboard.type(text)
}

/** From the top to the orders of the case; a key that loses the place would need more. */
const stopsMax = 30

const focused = `(() => {
  const one = document.activeElement
  const called = one.labels?.[0] ?? one
  const kind = one.matches('input, select, textarea') ? 'FIELD' : one.tagName
  return [kind, called.textContent.trim()]
})()`

async function look(page: Page, name: string): Promise<void> {
  expect(await accessFaultsOf(page), name).toEqual([])
  const overflowPixels = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflowPixels, name).toBeLessThanOrEqual(0)
  if (pictureFolder === undefined) return
  mkdirSync(pictureFolder, { recursive: true })
  await page.screenshot({ path: `${pictureFolder}/keys-${name}.png`, fullPage: true })
}
