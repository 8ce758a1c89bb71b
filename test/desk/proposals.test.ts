import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

describe.skipIf(isBrowserMissing)(`What waits for a second person${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  it('a suspension waits, whoever asked cannot confirm it, and another one refuses it', async () => {
    const { orderId } = await world.registerOrder('09/300300-26')
    const one = await world.openDesk('supervisor')
    await one.page.goto(`${world.origin}/desk#/register/orders/${orderId}`)
    const suspend = one.page.locator('.operations details', { hasText: 'Schort op' })
    await suspend.locator('summary').click()
    await suspend.getByLabel('Waarom').fill('Opname in het ziekenhuis.')
    await suspend.getByRole('button').click()
    await one.page.getByText('Voorgesteld.').waitFor()
    await one.page.getByRole('link', { name: 'Tweede persoon' }).click()
    await one.page.getByText('door u').waitFor()
    expect(await one.page.locator('summary', { hasText: 'Bevestig' }).count()).toBe(0)
    const other = await world.openDesk('supervisor')
    await other.page.goto(`${world.origin}/desk#/proposals`)
    await other.page.locator('summary', { hasText: 'Bevestig' }).waitFor()
    await other.page.getByText('Stand: van kracht → opgeschort').waitFor()
    expect(await accessFaultsOf(other.page)).toEqual([])
    const refusal = other.page.locator('details', { hasText: 'Weiger' })
    await refusal.locator('summary').click()
    await refusal.getByLabel('Waarom').fill('Eerst overleg.')
    await refusal.getByRole('button').click()
    await other.page.getByText('Niets wacht.').first().waitFor()
    const order = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
    expect(order.body['status']).toBe('active')
    await one.context.close()
    await other.context.close()
  })
})
