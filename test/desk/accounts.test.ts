import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

describe.skipIf(isBrowserMissing)(`Administration at the desk${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  it('an administrator without a desk is shown accounts, hears no alerts, and the page is not dead', async () => {
    const { page, faults, context } = await world.openDesk('administrator')
    await page.getByRole('heading', { name: 'Accounts' }).waitFor()
    await page.getByRole('cell', { name: /J. de Wit/ }).waitFor()
    await page.getByText('uzelf: dat doet een ander').waitFor()
    expect(await page.getByText(/Geluid|GEEN VERBINDING/).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Register' }).count()).toBe(0)
    expect(faults).toEqual([])
    await context.close()
  })

  it('a grave act asks for a proof of who is there, and nothing is made without one', async () => {
    const { page, context } = await world.openDesk('administrator')
    await page.getByText('Iemand toelaten').click()
    await page.getByLabel('Naam', { exact: true }).fill('P. de Nieuwe')
    await page.getByRole('checkbox', { name: 'centralist' }).check()
    await page.getByRole('button', { name: 'Maak' }).click()
    const proof = page.getByRole('dialog', { name: 'Bewijs dat u het bent' })
    await proof.waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await proof.getByLabel('Wachtwoord').fill('not the password')
    await proof.getByLabel('Code van de app').fill('000000')
    await proof.getByRole('button', { name: 'Bevestig' }).click()
    await proof.getByText('Dat klopt niet').waitFor()
    await proof.getByRole('button', { name: 'Annuleer' }).click()
    await proof.waitFor({ state: 'detached' })
    expect(await page.getByRole('cell', { name: 'P. de Nieuwe' }).count()).toBe(0)
    await context.close()
  })

  it('a vendor is let in, and a webhook that the API refuses says so at its field', async () => {
    const { page, context } = await world.openDesk('administrator')
    await page.getByRole('link', { name: 'Leveranciers' }).click()
    await page.getByText('Leverancier toelaten').click()
    await page.getByLabel('Naam', { exact: true }).fill('Enkelband BV')
    await page.getByRole('button', { name: 'Maak' }).click()
    await page.getByRole('cell', { name: 'Enkelband BV' }).waitFor()
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByText('Webhook maken').click()
    await page.getByLabel('Adres').fill('no address')
    await page.getByRole('button', { name: 'Maak' }).click()
    await page.getByLabel('Adres').and(page.locator('[aria-invalid="true"]')).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await context.close()
  })

  it('a token says who made it, when it ends and that it was used, and is revoked', async () => {
    const { page, context } = await world.openDesk('administrator')
    await world.call('supervisor', 'GET', '/v1/persons')
    await page.getByRole('link', { name: 'Sleutels' }).click()
    const row = page.getByRole('row', { name: /test auditor/ })
    await row.getByText('de server').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await row.locator('summary').click()
    await row.getByRole('button', { name: 'Trek in' }).click()
    await row.getByText('INGETROKKEN').waitFor()
    await context.close()
  })

  it('no section has a fault of access in English, on a telephone and in the dark', async () => {
    const { page, faults, context } = await world.openDesk('administrator', {
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
    })
    await page.getByRole('button', { name: 'English' }).click()
    for (const section of [
      'staff',
      'trainings',
      'tokens',
      'webhooks',
      'vendors',
      'ladder',
      'refused',
    ]) {
      await page.goto(`${world.origin}/desk#/accounts/${section}`)
      await page.locator('.section').waitFor()
      await page.getByText('Reading.').waitFor({ state: 'detached' })
      expect(await accessFaultsOf(page), section).toEqual([])
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, section).toBeLessThanOrEqual(360)
    }
    expect(faults).toEqual([])
    await context.close()
  })
})
