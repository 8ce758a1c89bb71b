import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { openTexts } from '../../src/store/keys/sealed-text.ts'
import { aboutPhone } from '../../src/store/registry/person-phones.ts'
import { accessFaultsOf } from '../support/page-faults.ts'
import { picture } from '../support/picture.ts'

describe.skipIf(isBrowserMissing)(`The register${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  async function closeAlertsOf(orderId: string): Promise<void> {
    const { rows } = await world.database.pool.query<{ id: string }>(
      `select id from alerts where protection_order_id = $1 and status <> 'closed'`,
      [orderId],
    )
    for (const { id } of rows) {
      const body = { outcome: 'confirmed', note: 'De maatregel is geëindigd.' }
      const closed = await world.call('supervisor', 'POST', `/v1/alerts/${id}/_close`, body)
      expect(closed.status, JSON.stringify(closed.body)).toBe(200)
    }
  }

  async function openRegister(section: string) {
    const desk = await world.openDesk('supervisor')
    await desk.page.getByRole('link', { name: 'Register' }).click()
    await desk.page.goto(`${world.origin}/desk#/register/${section}`)
    return desk
  }

  it('what the API refuses of a person stands at its field, and a reference used twice says so', async () => {
    const { page, context } = await openRegister('persons')
    await page.getByText('Persoon registreren').click()
    const send = page.getByRole('button', { name: 'Register' })
    await send.click()
    const reference = page.getByLabel('Kenmerk', { exact: true })
    await page.locator('[aria-invalid="true"]').first().waitFor()
    expect(await page.locator('[aria-invalid="true"]').count()).toBe(2)
    expect(await page.locator('.field .fault').allTextContents()).toEqual([
      expect.stringContaining('Deze waarde kan niet.'),
      expect.stringContaining('Dit is te weinig, of leeg.'),
    ])
    expect(await accessFaultsOf(page)).toEqual([])
    await page.getByLabel('Rol').selectOption('offender')
    await reference.fill('RECL-2026-1')
    await send.click()
    await page.getByRole('cell', { name: 'RECL-2026-1' }).waitFor()
    await page.getByLabel('Rol').selectOption('offender')
    await reference.fill('RECL-2026-1')
    await send.click()
    await page.getByText('Iemand met deze rol heeft dit kenmerk al.').waitFor()
    await context.close()
  })

  it('a number is set at a person, refused where it is none, and not to be read there', async () => {
    await world.call('supervisor', 'POST', '/v1/persons', { role: 'victim', reference: 'SHN-9' })
    const { page, faults, context } = await openRegister('persons')
    await page.locator('summary', { hasText: 'Nummer wijzigen' }).first().click()
    const number = page.getByLabel('Telefoonnummer').first()
    const save = page.getByRole('button', { name: 'Bewaar' }).first()
    await number.fill('geen nummer')
    await save.click()
    await page.locator('[aria-invalid="true"]').waitFor()
    await number.fill('+31 6 12 34 56 78')
    await save.click()
    await page.locator('.action.done').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    const { pool } = world.database
    const { rows } = await pool.query<{ id: string; phone: string }>(
      'select person_id as id, phone from person_phones',
    )
    const [stored] = rows
    expect(stored?.phone).toMatch(/^sealed:/)
    const pieces = [{ text: stored?.phone ?? '', about: aboutPhone(stored?.id ?? '') }]
    expect(await openTexts(pool, pieces)).toEqual(['+31 6 12 34 56 78'])
    await page.reload()
    await page.locator('summary', { hasText: 'Nummer wijzigen' }).first().waitFor()
    expect(await page.content()).not.toContain('12 34 56 78')
    expect(faults.filter((fault) => !fault.includes('status of 400'))).toEqual([])
    await context.close()
  })

  it('a device is registered, given to an offender and taken back', async () => {
    await world.call('supervisor', 'POST', '/v1/persons', { role: 'offender', reference: 'RECL-7' })
    const { page, faults, context } = await openRegister('devices')
    await page.getByText('Toestel registreren').click()
    await page.getByLabel('Leverancier').selectOption({ label: 'Test vendor' })
    await page.getByLabel('Serienummer', { exact: true }).fill('AM-7')
    await page.getByLabel('Soort').selectOption('ankle-monitor')
    await page.getByLabel('Meldt elke').fill('60')
    await page.getByRole('button', { name: 'Register' }).click()
    await page.getByRole('cell', { name: 'AM-7' }).waitFor()
    await page.getByRole('link', { name: 'Toewijzingen' }).click()
    await page.getByText('Toestel toewijzen').click()
    await pick(page, 'Serienummer', 'AM-7')
    await pick(page, 'Kenmerk persoon', 'RECL-7')
    await page.getByRole('button', { name: 'Wijs toe' }).click()
    const row = page.getByRole('row', { name: /AM-7.*RECL-7/ })
    await row.waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await row.getByText('Neem terug').click()
    await row.getByRole('button', { name: 'Neem nu terug' }).click()
    await row.getByText('Neem terug').waitFor({ state: 'detached' })
    expect(faults).toEqual([])
    await context.close()
  })

  it('an order shows its terms, its ban and whether it protects; it is extended, and offers what else may be done', async () => {
    const { orderId } = await world.registerOrder('09/555555-26')
    const { page, faults, context } = await openRegister('orders')
    await page.getByLabel('Kenmerk begint met').fill('09/55')
    await page.getByRole('button', { name: 'Zoek' }).click()
    await page.getByRole('link', { name: '09/555555-26' }).click()
    await page.locator('.map svg .ban').waitFor()
    await page.locator('.protection').waitFor()
    await page.getByRole('heading', { name: /van kracht · versie 1/ }).waitFor()
    // Without this part, which comes later, the headings skip a level.
    await page.getByRole('heading', { name: 'Levensloop van de maatregel: actief' }).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await page.getByText(/Hierna: bereid voor wat na het einde komt, door casusregisseur/).waitFor()
    await page
      .getByText('Gedaan zonder stuk, of verder dan de soort toelaat: opgelegd: zonder stuk')
      .waitFor()
    await page.getByText('Overzicht van deze zaak, voor een overleg').click()
    await page.getByLabel('Voor welk overleg').selectOption('zsm')
    expect(await page.getByRole('link', { name: 'Open het overzicht' }).count()).toBe(0)
    await page.getByLabel('Op welke grondslag').selectOption('wgs')
    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Open het overzicht' }).click()
    const printed = await opened
    await printed.getByRole('heading', { name: 'Zaak 09/555555-26' }).waitFor()
    expect(await accessFaultsOf(printed)).toEqual([])
    await printed.close()
    const holds = page.locator('.holds')
    await holds.locator('summary', { hasText: 'Laat deze zaak bewaren' }).click()
    await holds.getByLabel('Voor wie').selectOption('court')
    await holds.getByLabel('Waarom').fill('Hoger beroep.')
    await holds.getByLabel('Tot').fill('2028-01-01T00:00')
    await holds.getByRole('button', { name: 'Laat deze zaak bewaren' }).click()
    await holds.locator('q').waitFor()
    await holds.locator('summary', { hasText: 'Vraag om te beëindigen' }).click()
    await holds.locator('li').getByLabel('Waarom').fill('Het arrest is er.')
    expect(await accessFaultsOf(page)).toEqual([])
    await holds.getByRole('button', { name: 'Vraag om te beëindigen' }).click()
    await holds.getByText(/tweede persoon/).waitFor()
    const extend = page.locator('.operations details', { hasText: 'Verleng' })
    await extend.locator('summary').click()
    await extend.getByLabel('Tot').fill('2029-01-01T00:00')
    await extend.getByRole('button').click()
    await page.getByText('Dit is niet later dan het huidige einde.').waitFor()
    await extend.getByLabel('Tot').fill('2031-01-01T00:00')
    await extend.getByLabel('Besloten door').selectOption('court')
    await extend.getByLabel('Stuk').fill('RB-26/77')
    await extend.getByRole('button').click()
    await page.getByRole('heading', { name: /versie 2/ }).waitFor()
    await page.getByText('Wat er is gedaan').click()
    await page.getByText(/verlengd · door .+ · rechter · RB-26\/77/).waitFor()
    await page.locator('summary', { hasText: 'Hoe lang het wordt bewaard' }).click()
    await page.getByText('bewaard; een termijn telt vanaf het einde').first().waitFor()
    // What protects still is not erased: nobody is offered it.
    expect(await page.getByText('Vraag de plaatsen voorgoed te wissen').count()).toBe(0)
    await picture(page, 'order')
    expect(await accessFaultsOf(page)).toEqual([])
    for (const name of ['Schort op', 'Beëindig'])
      await page.locator('.operations summary', { hasText: name }).waitFor()
    const order = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
    expect(order.body['validUntil']).toBe('2030-12-31T23:00:00.000Z')
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([])
    await context.close()
  })

  it('an order that has lapsed says so, asks for the decision and offers no suspension; once it has ended its file is closed', async () => {
    const { orderId } = await world.registerOrder('09/444444-26')
    const path = `/v1/protection-orders/${orderId}`
    const effectiveAt = new Date(Date.now() + 1_500).toISOString()
    const ending = await world.call('supervisor', 'POST', `${path}/_end`, { effectiveAt })
    expect(ending.status, JSON.stringify(ending.body)).toBe(200)
    const { page, faults, context } = await openRegister(`orders/${orderId}`)
    await page.getByRole('heading', { name: /09\/444444-26 · VERLOPEN/ }).waitFor()
    await page.getByText(/NU: bevestig het einde of verleng/).waitFor()
    await page.locator('.operations summary', { hasText: 'Beëindig' }).waitFor()
    expect(await page.locator('.operations summary', { hasText: 'Schort op' }).count()).toBe(0)
    expect((await world.call('supervisor', 'POST', `${path}/_end`)).status).toBe(200)
    await page.reload()
    await page.locator('summary', { hasText: 'Sluit het dossier' }).click()
    const form = page.locator('.life form')
    await form.getByLabel('Waarom').fill('Enkelband ingeleverd.')
    expect(await accessFaultsOf(page)).toEqual([])
    await form.getByRole('button').click()
    await page.getByRole('heading', { name: 'Levensloop van de maatregel: gesloten' }).waitFor()
    await page.locator('summary', { hasText: 'Hoe lang het wordt bewaard' }).click()
    await page
      .getByText(/bewaard tot/)
      .first()
      .waitFor()
    await page.locator('summary', { hasText: 'Vraag de plaatsen voorgoed te wissen' }).click()
    const erasing = page.getByRole('form', { name: 'Vraag de plaatsen voorgoed te wissen' })
    await erasing.getByLabel('Waarom').fill('De bewaartermijn is voorbij.')
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'order-ended')
    await erasing.getByRole('button').click()
    // What is refused is said in Dutch; then it waits for another person.
    await erasing.getByText('Een melding ervan is nog niet gesloten.').waitFor()
    await closeAlertsOf(orderId)
    await erasing.getByRole('button').click()
    await erasing.getByText(/tweede persoon/).waitFor()
    expect(faults.filter((fault) => !fault.includes('409'))).toEqual([])
    await context.close()
  })

  it('a decision that was refused stands in Dutch with why, and is set aside with a reason', async () => {
    const decision = {
      source: 'court',
      documentReference: 'RB-26/1',
      act: 'lift',
      order: { reference: '09/987654-26' },
    }
    const sent = await world.call('supervisor', 'POST', '/v1/decisions', decision)
    expect(sent.status).toBe(409)
    const { page, faults, context } = await openRegister('decisions')
    const row = page.getByRole('row', { name: /rechter · RB-26\/1/ })
    await row.getByText(/NIET UITGEVOERD: geweigerd · wacht sinds/).waitFor()
    await row.getByText('Deze maatregel is er niet, of niet voor u.').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await row.locator('summary').click()
    await row.getByLabel('Waarom', { exact: true }).fill('Niet van hier; de rechtbank weet het.')
    await row.getByRole('button', { name: 'Leg terzijde' }).click()
    await row.getByText('terzijde gelegd').waitFor()
    expect(faults).toEqual([])
    await context.close()
  })

  it('the report of a year opens once the year is chosen, with its pictures', async () => {
    const { page, context } = await openRegister('year')
    await page.getByLabel('Jaar', { exact: true }).selectOption('2024')
    await picture(page, 'year-section')
    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Open het jaarverslag van 2024' }).click()
    const report = await opened
    await report.getByRole('heading', { name: /Jaarverslag 2024/ }).waitFor()
    expect(await accessFaultsOf(report)).toEqual([])
    await picture(report, 'year')
    await context.close()
  })

  it('no section has a fault of access in English, on a telephone and in the dark', async () => {
    const { page, faults, context } = await world.openDesk('supervisor', {
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
    })
    await page.getByRole('button', { name: 'English' }).click()
    for (const section of [
      'orders',
      'protection',
      'persons',
      'devices',
      'assignments',
      'decisions',
      'year',
      'ladder',
      'refused',
    ]) {
      await page.goto(`${world.origin}/desk#/register/${section}`)
      await page.locator('.section').waitFor()
      await page.getByText('Reading.').waitFor({ state: 'detached' })
      expect(await accessFaultsOf(page), section).toEqual([])
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, section).toBeLessThanOrEqual(360)
    }
    expect(faults).toEqual([])
    await context.close()
  })

  it('an operator has no register, whatever the address says', async () => {
    const { page, context } = await world.openDesk('operator')
    await page.getByRole('heading', { name: 'Open voorvallen' }).waitFor()
    expect(await page.getByRole('link', { name: 'Register' }).count()).toBe(0)
    await page.goto(`${world.origin}/desk#/register/orders`)
    await page.getByText('Uw rol mag dit onderdeel niet gebruiken.').waitFor()
    await context.close()
  })
})

async function pick(page: Page, label: string, text: string): Promise<void> {
  const field = page.locator('.field', { has: page.getByLabel(label, { exact: true }) })
  await field.locator('input[list]').fill(text)
  await field.locator('input[type=hidden][value]:not([value=""])').waitFor({ state: 'attached' })
}
