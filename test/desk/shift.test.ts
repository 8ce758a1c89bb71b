import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFloodWatch } from '../../workers/watch-flood.ts'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { proveFor } from '../support/signed-in.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

/** Where pictures go that somebody looks at; none are made without it. */
const pictureFolder = process.env['HOEDE_DESK_PICTURES']

describe.skipIf(isBrowserMissing)(`A shift at the desk${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  it('a flood is said, grouped by kind with each P1 on top, and told to the second seat', async () => {
    const { page, context, faults } = await world.openDesk('operator')
    const { orderId, offenderId } = await world.registerOrder('09/300000-26')
    for (let count = 0; count < 9; count += 1)
      await world.raise({ kind: 'battery-low', priority: 'P3', protectionOrderId: orderId })
    for (let count = 0; count < 4; count += 1)
      await world.raise({ kind: 'device-silent', priority: 'P2', protectionOrderId: orderId })
    await world.raise({ protectionOrderId: orderId, offenderId })
    const watch = createFloodWatch({
      pool: world.database.pool,
      clock: { nowMs: Date.now },
      log: createSilentLog(),
      onEvent: () => world.doorbell.ring('alert-events'),
    })
    await watch()
    await page.locator('.flood').waitFor()
    const silent = page.locator('.row.group', { hasText: 'Toestel zwijgt' })
    await silent.getByText('4 voorvallen').waitFor()
    await page.locator('.row.group', { hasText: '9 voorvallen' }).waitFor()
    // One line a kind, and none of the thirteen by itself.
    const alone = page.locator('.row:not(.group)', { hasText: 'Toestel zwijgt' })
    expect(await alone.count()).toBe(0)
    expect(await page.locator('.row').first().getAttribute('class')).toContain('p1')
    await silent.getByRole('button').click()
    await expect.poll(() => alone.count()).toBe(4)
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'flood')
    expect(faults).toEqual([])
    await context.close()
  })

  it('what is put aside leaves the list, is listed with its end, and is back when it calls', async () => {
    const { page, context } = await world.openDesk('operator')
    const { orderId } = await world.registerOrder('09/300001-26')
    const facts = { kind: 'device-tamper', priority: 'P2', protectionOrderId: orderId } as const
    const id = await world.raise(facts)
    await page.goto(`${world.origin}/desk#/incidents/${id}`)
    await page.locator('.step').first().waitFor()
    await page.keyboard.press('p')
    await page.locator('[name=shelve-note]').fill('Monteur is er om drie uur.')
    await page.getByRole('button', { name: /20 minuten/ }).click()
    await page.locator('.shelved').getByText('09/300001-26').waitFor()
    expect(await page.locator(`.row[data-incident="${id}"]`).count()).toBe(0)
    expect(await accessFaultsOf(page)).toEqual([])
    await context.close()
  })

  it('a shift is handed over when every line has an owner, on screen and on paper', async () => {
    const { page, context, faults } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/hand-over`)
    await page.getByRole('heading', { name: 'Overdracht', exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Sluit de dienst' }).isDisabled()).toBe(true)
    const rows = page.locator('tr.faulty')
    await rows.first().waitFor()
    await picture(page, 'hand-over')
    // What is typed outlives a look at an alert of the list.
    await page.locator('[name=shift-note]').fill('Let op 09/300000-26.')
    const plan = page.locator('.hand-over tbody input').last()
    await plan.fill('Nakijken.')
    await page.locator('.hand-over tbody a').first().click()
    await page.locator('.step').first().waitFor()
    await page.goBack()
    await expect.poll(() => plan.inputValue()).toBe('Nakijken.')
    expect(await page.locator('[name=shift-note]').inputValue()).toBe('Let op 09/300000-26.')
    for (let left = await rows.count(); left > 0; left = await rows.count()) {
      await rows.first().locator('select').selectOption({ index: 1 })
      await rows.first().locator('button').click()
      await expect.poll(() => rows.count(), { timeout: 20_000 }).toBeLessThan(left)
    }
    await page.getByText('Alles heeft een eigenaar.').waitFor()
    // Named for the shift before: named again.
    const { rowCount } = await world.database.pool.query(
      `update hand_over_owners set at = at - interval '5 hours' where key like 'incident:%'`,
    )
    expect(rowCount).toBeGreaterThan(0)
    await page.evaluate(`location.hash = '#/figures'`)
    await page.getByRole('heading', { name: 'Cijfers' }).waitFor()
    await page.goBack()
    await page.getByText('van eerder: bewaar opnieuw').first().waitFor()
    expect(await page.getByRole('button', { name: 'Sluit de dienst' }).isDisabled()).toBe(true)
    await picture(page, 'hand-over-before')
    expect(await accessFaultsOf(page)).toEqual([])
    for (let left = await rows.count(); left > 0; left = await rows.count()) {
      await rows.first().locator('button').click()
      await expect.poll(() => rows.count(), { timeout: 20_000 }).toBeLessThan(left)
    }
    await page.getByText('Alles heeft een eigenaar.').waitFor()
    await page.getByRole('button', { name: 'Sluit de dienst' }).click()
    await page.getByText('Let op 09/300000-26.').waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.hand-over select').first().isVisible()).toBe(false)
    expect(await page.locator('.signature').isVisible()).toBe(true)
    expect(
      await page.getByText(/Hoede, afgedrukt \d+ .* 20\d\d .* door J\. de Wit/).isVisible(),
    ).toBe(true)
    await picture(page, 'hand-over-print')
    expect(faults).toEqual([])
    await context.close()
  })

  it('a supervisor changes a step, another one sees each word and confirms it, and the next alert has it', async () => {
    const { page, context, faults } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/protocol`)
    await page.getByRole('heading', { name: 'Werkwijze' }).waitFor()
    const rule = page.locator('.protocol section', { hasText: 'In verboden gebied' }).first()
    await rule.locator('summary').click()
    await rule.getByLabel('Wat te doen (Nederlands)').first().fill('Beslis wie u het eerst belt.')
    await rule.getByLabel('Binnen hoeveel seconden').first().fill('veel')
    await rule.getByLabel('Waarom').fill('Duidelijker.')
    const submit = rule.getByRole('button', { name: 'Stel voor als nieuwe versie' })
    await submit.click()
    await rule.locator('[aria-invalid="true"]').waitFor()
    await rule.getByLabel('Binnen hoeveel seconden').first().fill('90')
    // The call of the police goes before that of the protected person, by keys alone.
    const third = rule.locator('[data-step="call-police"]').getByRole('button', { name: 'Eerder' })
    await third.focus()
    await page.keyboard.press('Enter')
    await rule.getByText('Nu stap 2.').waitFor()
    // A step that nobody does is taken out, and one that was missing is put in, also by keys.
    await rule.getByLabel('Wie gebeld wordt').selectOption('supervisor')
    await rule.getByRole('button', { name: 'Voeg een stap toe' }).press('Enter')
    const added = rule.locator('[data-step="call-supervisor"]')
    await added.locator(':focus').waitFor()
    await page.keyboard.type('Bel de leidinggevende na afloop.')
    await submit.click()
    // Not yet in both languages: refused at the field.
    await added.locator('[aria-invalid="true"]').waitFor()
    await added.getByLabel('Wat te doen (Engels)').fill('Call the supervisor afterwards.')
    await rule.getByRole('button', { name: 'Haal weg' }).nth(-2).press('Enter')
    await rule.getByText('is weggehaald', { exact: false }).waitFor()
    await submit.click()
    await rule.getByText('Voorgesteld.').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'protocol')
    const other = await world.openDesk('supervisor', { displayName: 'K. Visser' })
    await other.page.goto(`${world.origin}/desk#/proposals`)
    await other.page.getByText('Beslis wie u het eerst belt.').waitFor()
    await other.page
      .getByText('kiezen wie eerst, politie bellen, beschermde persoon bellen')
      .waitFor()
    await other.page.getByText('Bel de leidinggevende na afloop.').waitFor()
    expect(await accessFaultsOf(other.page)).toEqual([])
    await picture(other.page, 'protocol-proposal')
    const { body } = await world.call('supervisor', 'GET', '/v1/proposals?status=open')
    const [{ id: proposalId }] = body['items'] as [{ readonly id: string }]
    await proveFor(
      { database: world.database, clock: { timeMs: Date.now() } },
      other,
      `confirmProposal ${proposalId}`,
    )
    const confirm = other.page.locator('details', { hasText: 'Bevestig' }).first()
    await confirm.locator('summary').click()
    await confirm.getByRole('button', { name: 'Bevestig' }).click()
    await other.page.getByText('Beslis wie u het eerst belt.').waitFor({ state: 'detached' })
    await other.context.close()
    const { orderId, offenderId } = await world.registerOrder('09/300009-26')
    const id = await world.raise({ protectionOrderId: orderId, offenderId })
    await page.goto(`${world.origin}/desk#/incidents/${id}`)
    await page.locator('.step').first().getByText('Beslis wie u het eerst belt.').waitFor()
    // The clock that was no number; the page shows it at its field.
    expect(faults.filter((fault) => !fault.includes('status of 400'))).toEqual([])
    await context.close()
  })

  it('the figures stand beside their goals, as plots and as tables', async () => {
    const { page, context, faults } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/figures`)
    await page.getByRole('heading', { name: 'Cijfers' }).waitFor()
    await page.locator('.plot').first().waitFor()
    expect(await page.locator('.goals tbody tr').count()).toBe(8)
    expect(await page.locator('.plot').count()).toBe(4)
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'figures')
    expect(faults).toEqual([])
    await context.close()
  })
})

async function picture(page: Page, name: string): Promise<void> {
  if (pictureFolder === undefined) return
  mkdirSync(pictureFolder, { recursive: true })
  await page.screenshot({ path: `${pictureFolder}/${name}.png` })
}
