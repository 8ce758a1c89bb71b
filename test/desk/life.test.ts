import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createRecall } from '../../workers/recall-alerts.ts'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { createSilentLog } from '../support/silent-log.ts'

describe.skipIf(isBrowserMissing)(`The whole life of an alert${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  it('an alert is worked on by two, of whom one is away for a minute, closed, back, and closed for good', async () => {
    const one = await world.openDesk('operator', { displayName: 'A. Bakker' })
    const two = await world.openDesk('operator', { displayName: 'C. Visser' })
    await one.page.clock.install()
    await one.page.reload()
    const { orderId, offenderId } = await world.registerOrder('09/860000-26')
    const id = await world.raise({ protectionOrderId: orderId, offenderId })
    const row = ({ page }: typeof one) => page.locator(`.row[data-incident="${id}"]`)
    for (const { page } of [one, two]) {
      await page.goto(`${world.origin}/desk#/incidents/${id}`)
      await page.locator('.step').first().waitFor()
    }
    await one.page.keyboard.press('a')
    await row(two).getByText('A. Bakker').waitFor()

    await one.context.setOffline(true)
    await one.page.keyboard.press('1')
    await one.page.keyboard.press('1')
    await one.page.locator('.outbox li').waitFor()
    await one.page.clock.runFor(60_000)
    await one.page.getByText('geen teken van leven', { exact: false }).waitFor()
    // Meanwhile the other one decides the same step, differently.
    await two.page.keyboard.press('1')
    await two.page.keyboard.press('2')
    await two.page.locator('.step.done').first().waitFor()
    await one.context.setOffline(false)
    await one.page.locator('.outbox').getByText('verstuurd om').waitFor()
    await one.page.locator('.banner.dead').waitFor({ state: 'detached' })
    // Both are in the diary of both, the later sent at its own time.
    for (const { page } of [one, two]) {
      await page.locator('.diary li', { hasText: 'A. Bakker' }).getByText('verstuurd').waitFor()
      await page.locator('.diary li', { hasText: 'C. Visser' }).first().waitFor()
    }

    await close(one.page, 'Hij keert om.')
    for (const desk of [one, two]) await row(desk).waitFor({ state: 'detached' })
    await two.page.getByText(/A\. Bakker sloot dit om/).waitFor()
    // It goes on, so it is back when its time is over: at both, for anybody.
    await world.database.pool.query(
      `update alerts set recall_at = now() - interval '1 second' where id = $1`,
      [id],
    )
    const recall = createRecall({
      pool: world.database.pool,
      clock: { nowMs: Date.now },
      log: createSilentLog(),
      limits: defaultLimits,
      onEvent: () => world.doorbell.ring('alert-events'),
    })
    await recall()
    for (const desk of [one, two]) await row(desk).getByText('niemand').waitFor()
    expect(await row(two).getAttribute('class')).toContain('unanswered')
    await two.page.locator('.card .step').first().waitFor()
    await two.page.keyboard.press('a')
    await row(one).getByText('C. Visser').waitFor()
    await world.database.pool.query('update alerts set cleared_at = now() where id = $1', [id])
    await close(two.page, 'Hij is weg.')
    await row(one).waitFor({ state: 'detached' })
    await recall()
    const { body } = await world.call('supervisor', 'GET', `/v1/alerts/${id}/response`)
    const acts = body['acts'] as readonly { readonly kind: string; readonly byName: string }[]
    expect(acts.map(({ kind, byName }) => `${kind} ${byName}`)).toEqual([
      'acknowledged A. Bakker',
      'step C. Visser',
      'step A. Bakker',
      'closed A. Bakker',
      'acknowledged C. Visser',
      'closed C. Visser',
    ])
    await one.context.close()
    await two.context.close()
  })
})

async function close(page: Page, note: string): Promise<void> {
  await page.keyboard.press('Escape')
  await page.keyboard.press('c')
  await page.locator('form.close select').waitFor()
  await page.keyboard.press('1')
  await page.keyboard.type(note)
  await page.locator('form.close').getByRole('button', { name: 'Verstuur' }).click()
}
