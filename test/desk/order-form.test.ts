import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

describe.skipIf(isBrowserMissing)(`The form of an order${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
    await world.call('supervisor', 'POST', '/v1/persons', { role: 'offender', reference: 'RECL-9' })
    await world.call('supervisor', 'POST', '/v1/persons', { role: 'victim', reference: 'SLA-9' })
  })
  afterAll(() => world?.close())

  it('an order is made from a circle and a pair, with what the assessment says beside it', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/register/orders/new`)
    await page.getByRole('button', { name: 'Register' }).click()
    await page.getByText('Niet gedaan: zie de velden.').waitFor()
    const refused = await page.locator('[aria-invalid="true"]').count()
    expect(refused).toBeGreaterThanOrEqual(7)
    await page.getByLabel('Kenmerk', { exact: true }).fill('09/900900-26')
    await page.getByLabel('Grondslag').selectOption('liberty-restricting-measure')
    await page.getByLabel('Kenmerk van de drager').fill('RECL-9')
    await page.getByLabel('Vanaf', { exact: true }).fill('2026-11-01T00:00')
    await page.getByLabel('Tot', { exact: true }).fill('2027-11-01T00:00')
    await page.getByLabel('Naam van het gebied').fill('woning')
    await page.getByLabel('Straal (m)').fill('300')
    await page.getByRole('img', { name: /Kaart van het gebied/ }).click()
    expect(Number(await page.getByLabel('Breedtegraad').inputValue())).toBeCloseTo(52.156, 3)
    await page.getByText('handhaafbaar', { exact: false }).last().waitFor()
    await page.getByRole('button', { name: 'Contactafstand toevoegen' }).click()
    await page.getByLabel('Kenmerk van de beschermde persoon').fill('SLA-9')
    await page.locator('input[name="victim-0"]:not([value=""])').waitFor({ state: 'attached' })
    await page.getByRole('heading', { name: 'Contactafstand 1' }).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Register' }).click()
    await page.getByText('De maatregel is geregistreerd').waitFor()
    await page.getByRole('link', { name: '09/900900-26' }).click()
    await page.getByRole('heading', { name: /van kracht · versie 1/ }).waitFor()
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([])
    await context.close()
  })

  it('a new order that was typed and left is there again, for whoever typed it, until it is thrown away', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/register/orders/new`)
    await page.getByRole('button', { name: 'Alleen op bepaalde uren' }).click()
    await page.getByRole('link', { name: '← Maatregelen' }).click()
    await page.getByRole('link', { name: 'Nieuwe maatregel' }).click()
    await page.getByRole('button', { name: 'Begin leeg' }).click()
    expect(await page.getByLabel('ma', { exact: true }).count()).toBe(0)
    const wanted = [
      ['Kenmerk', '09/900901-26'],
      ['Kenmerk van de drager', 'RECL-9'],
      ['Naam van het gebied', 'woning'],
      ['Straal (m)', '300'],
      ['Kenmerk van de beschermde persoon', 'SLA-9'],
    ] as const
    await page.getByRole('button', { name: 'Contactafstand toevoegen' }).click()
    await page.getByRole('button', { name: 'Alleen op bepaalde uren' }).click()
    await page.getByLabel('Grondslag').selectOption('liberty-restricting-measure')
    for (const [label, value] of wanted) await page.getByLabel(label, { exact: true }).fill(value)
    await page.getByLabel('ma', { exact: true }).check()
    // What is typed again is there before it is seen.
    await page.evaluate(firstSeen)
    await leaveAndComeBack(page)
    await page.getByText('niet verstuurde', { exact: false }).waitFor()
    expect(await page.evaluate('firstReference')).toBe('09/900901-26')
    for (const [label, value] of wanted)
      expect(await page.getByLabel(label, { exact: true }).inputValue(), label).toBe(value)
    expect(await page.getByLabel('Grondslag').inputValue()).toBe('liberty-restricting-measure')
    expect(await page.getByLabel('ma', { exact: true }).isChecked()).toBe(true)
    // Whom the texts mean is found anew.
    for (const name of ['offenderId', 'victim-0'])
      await page.locator(`input[name="${name}"]:not([value=""])`).waitFor({ state: 'attached' })
    expect(await accessFaultsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Begin leeg' }).click()
    expect(await page.getByLabel('Kenmerk', { exact: true }).inputValue()).toBe('')
    await leaveAndComeBack(page)
    await page.getByLabel('Kenmerk', { exact: true }).waitFor()
    expect(await page.getByText('niet verstuurde', { exact: false }).count()).toBe(0)
    expect(faults).toEqual([])
    await context.close()
  })

  it('an order is amended by figures, a pasted area that is none is refused there, and somebody else is not overwritten', async () => {
    const { orderId } = await world.registerOrder('09/700700-26')
    const { page, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/register/orders/${orderId}`)
    await page.getByRole('link', { name: 'Wijzig' }).click()
    await page.getByRole('button', { name: 'Getekend gebied' }).click()
    const area = page.getByLabel('Gebied als GeoJSON')
    await area.fill('geen gebied')
    const amend = page.getByRole('button', { name: 'Wijzig' })
    await amend.click()
    await page.locator('textarea[aria-invalid="true"]').waitFor()
    const coordinates = [
      [
        [4.89, 52.37],
        [4.9, 52.37],
        [4.9, 52.38],
        [4.89, 52.37],
      ],
    ]
    await area.fill(JSON.stringify({ type: 'Feature', geometry: { type: 'Polygon', coordinates } }))
    await page.getByRole('button', { name: 'Alleen op bepaalde uren' }).click()
    await page.getByLabel('ma', { exact: true }).check()
    await page.locator('input[name="from-0-0"]').fill('18:00')
    await page.locator('input[name="until-0-0"]').fill('06:00')
    expect(await accessFaultsOf(page)).toEqual([])
    // A look elsewhere costs none of it.
    await page.evaluate(`location.hash = '#/'`)
    await page.getByRole('heading', { name: /Open voorvallen/ }).waitFor()
    await page.goBack()
    await page.getByText('niet verstuurde', { exact: false }).waitFor()
    expect(await area.inputValue()).toContain('Polygon')
    expect(await page.locator('input[name="from-0-0"]').inputValue()).toBe('18:00')
    expect(await page.getByLabel('ma', { exact: true }).isChecked()).toBe(true)
    const extended = { validUntil: '2031-01-01T00:00:00Z' }
    await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_extend`, extended)
    await amend.click()
    await page.getByText('The order is at version 2 now').waitFor()
    // Its figures are not put into the version of somebody else.
    await page.evaluate(`location.hash = '#/'`)
    await page.getByRole('heading', { name: /Open voorvallen/ }).waitFor()
    await page.goBack()
    await page.getByText('Dit typte u over versie 1').waitFor()
    await page.getByText('18:00').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    const asked: string[] = []
    page.once('dialog', (dialog) => {
      asked.push(dialog.type())
      void dialog.accept()
    })
    await page.reload()
    expect(asked).toEqual(['beforeunload'])
    await page.getByLabel('Straal (m)').fill('400')
    await amend.click()
    await page.getByRole('heading', { name: /versie 3/ }).waitFor()
    const order = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
    expect(order.body['locationBans']).toMatchObject([{ circle: { radiusMeters: 400 } }])
    await context.close()
  })
})

/** The first frame that shows the form says what its reference is. */
const firstSeen = `(() => {
  const look = () => {
    const input = document.querySelector('input[name=reference]')
    const isHere = location.hash.endsWith('/orders/new') && input?.isConnected
    if (isHere && globalThis.hasLeft) globalThis.firstReference = input.value
    else {
      if (!location.hash.endsWith('/orders/new')) globalThis.hasLeft = true
      requestAnimationFrame(look)
    }
  }
  look()
})()`

/** Two steps: back within one turn of the loop is no leaving, for the page hears of neither. */
async function leaveAndComeBack(page: Page): Promise<void> {
  await page.getByRole('link', { name: '← Maatregelen' }).click()
  await page.getByRole('link', { name: 'Nieuwe maatregel' }).waitFor()
  await page.goBack()
}
