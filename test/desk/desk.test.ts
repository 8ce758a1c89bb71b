import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'

describe.skipIf(isBrowserMissing)(`The page of the alert desk${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  it('a new P1 comes on top by itself, is taken over and closed with its outcome', async () => {
    const { page, faults, context } = await world.openDesk('operator')
    await page.getByText('Niets open').waitFor()
    await world.raise({ reason: 'Inside the banned area.' })
    await page.locator('.row.p1.unanswered').waitFor()
    await world.raise({ kind: 'device-silent', priority: 'P2', reason: 'Nothing heard.' })
    await page.locator('.row.p2').waitFor()
    expect(await page.title()).toContain('(1 P1)')
    await page.screenshot({ path: '/tmp/desk-shots/list.png' })
    await page.locator('.row.p1 a').click()
    await page.getByRole('heading', { name: /P1 nu/ }).waitFor()
    await page.getByRole('button', { name: 'Neem over' }).click()
    await page.getByText('overgenomen').first().waitFor()
    await page.screenshot({ path: '/tmp/desk-shots/case.png' })
    await page.getByRole('button', { name: 'Sluit' }).click()
    await page.getByLabel('Uitkomst').selectOption('confirmed')
    await page.getByLabel('Notitie').fill('Politie gebeld.')
    await page.getByRole('button', { name: 'Verstuur' }).click()
    await page.locator('.row.p1').waitFor({ state: 'detached' })
    const found = await new AxeBuilder({ page: page as never }).analyze()
    expect(
      found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join()}`),
    ).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })
})
