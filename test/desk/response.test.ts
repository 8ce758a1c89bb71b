import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld, type OpenDesk } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

describe.skipIf(isBrowserMissing)(`What to do, on the page${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  async function raise(reference: string): Promise<string> {
    const { orderId, offenderId } = await world.registerOrder(reference)
    return await world.raise({ protectionOrderId: orderId, offenderId })
  }

  it('an alert is worked through by two keys an act, each in the diary, and two people see each other', async () => {
    const id = await raise('09/200000-26')
    const one = await world.openDesk('operator')
    const two = await world.openDesk('supervisor')
    for (const { page } of [one, two]) {
      await page.goto(`${world.origin}/desk#/incidents/${id}`)
      await page.locator('.step').first().waitFor()
    }
    await one.page.getByText('Ook hier: J. de Wit (supervisor)').waitFor()
    await one.page.keyboard.press('a')
    await one.page.getByText('overgenomen', { exact: false }).first().waitFor()
    await one.page.keyboard.press('1')
    await one.page.keyboard.press('2')
    const order = one.page.locator('.step .step-text')
    await one.page.getByText('✓ direct politie').waitFor()
    expect(await order.nth(1).textContent()).toContain('Bel de politie')
    // The other page hears of it by itself.
    await two.page.getByText('✓ direct politie').waitFor()
    await two.page.keyboard.press('1')
    await two.page.keyboard.press('1')
    await two.page.getByText('had dit al gedaan').waitFor()
    await one.page.keyboard.press('e')
    await one.page.keyboard.press('1')
    await one.page.locator('.diary').getByText('erbij geroepen · Tweede desk').waitFor()
    await one.page.keyboard.press('n')
    await one.page.keyboard.type('Kind is bij oma.')
    await one.page.keyboard.press('Control+Enter')
    await two.page.locator('.diary').getByText('Kind is bij oma.').waitFor()
    await one.page.locator('[name=note]').waitFor({ state: 'detached' })
    // The second decision was for the protected person: the police come after.
    await one.page.keyboard.press('3')
    await one.page.getByRole('link', { name: 'Bel 112' }).waitFor()
    expect(await accessFaultsOf(one.page)).toEqual([])
    expect([...one.faults, ...two.faults]).toEqual([])
    await one.context.close()
    await two.context.close()
  })

  it('an alert is handed to a colleague who came after the case was opened, and who takes it', async () => {
    const id = await raise('09/200001-26')
    const one = await world.openDesk('operator', { displayName: 'A. Bakker' })
    await one.page.goto(`${world.origin}/desk#/incidents/${id}`)
    await one.page.locator('.step').first().waitFor()
    await one.page.keyboard.press('a')
    await one.page.locator('[aria-keyshortcuts=a]').waitFor({ state: 'detached' })
    await one.page.locator('.diary').getByText('overgenomen', { exact: false }).first().waitFor()
    // From here on nothing makes the page read the case again.
    const two = await world.openDesk('supervisor', { displayName: 'K. Visser' })
    const gone = await world.openDesk('supervisor', { displayName: 'K. Visser' })
    await two.page.goto(`${world.origin}/desk#/incidents/${id}`)
    await two.page.locator('.step').first().waitFor()
    const choice = ({ staffId }: OpenDesk, place: string) =>
      one.page.getByRole('button', { name: `K. Visser …${staffId.slice(-4)}${place}` })
    await one.page.keyboard.press('h')
    await choice(gone, ' (aanwezig)').waitFor()
    await gone.context.close()
    // Its last word that it is there may still be on the way.
    const away = one.page.getByRole('button', { name: new RegExp(`${gone.staffId.slice(-4)}$`) })
    await expect
      .poll(
        async () => {
          await world.database.pool.query(
            `update desk_seats set seen_at = now() - interval '2 minutes' where person_id = $1`,
            [gone.staffId],
          )
          return await away.count()
        },
        { timeout: 30_000 },
      )
      .toBe(1)
    await choice(two, ' (aanwezig, heeft dit open)').click()
    await two.page.getByRole('button', { name: 'Aannemen' }).click()
    await one.page.locator('.diary').getByText('van collega aangenomen').waitFor()
    await one.context.close()
    await two.context.close()
  })

  it('what is done without a connection is kept, shown, and sent afterwards', async () => {
    const id = await raise('09/200002-26')
    const unreadId = await raise('09/200004-26')
    const { page, context } = await world.openDesk('operator')
    await page.goto(`${world.origin}/desk#/incidents/${id}`)
    await page.locator('.step').first().waitFor()
    await context.setOffline(true)
    await page.keyboard.press('1')
    await page.keyboard.press('1')
    await page.locator('.outbox li').getByText('NIET VERSTUURD').waitFor()
    await page.keyboard.press('e')
    await page.keyboard.press('1')
    await page.getByText('Bel zelf de tweede desk').waitFor()
    // A case that is opened only now has no steps, and takes a note all the same.
    await page.evaluate(`location.hash = '#/incidents/${unreadId}'`)
    await page.getByRole('heading', { name: '09/200004-26' }).waitFor()
    await page.locator('.other-acts').waitFor()
    await page.keyboard.press('n')
    await page.keyboard.type('Zij is binnen.')
    await page.keyboard.press('Control+Enter')
    await page.locator('.outbox li', { hasText: 'Zij is binnen.' }).waitFor()
    await page.evaluate(`location.hash = '#/incidents/${id}'`)
    await context.setOffline(false)
    const sent = page.locator('.outbox').getByText('verstuurd om')
    await sent.nth(1).waitFor()
    await page.getByText('✓ eerst beschermde persoon').waitFor()
    await page.locator('.diary li', { hasText: '(verstuurd om' }).waitFor()
    const read = page.locator('.outbox').getByRole('button', { name: 'Gelezen' })
    await read.first().click()
    await read.click()
    await page.locator('.outbox').waitFor({ state: 'detached' })
    await context.close()
  })

  it('a step that comes after the alert was closed goes into its diary by a button', async () => {
    const id = await raise('09/200006-26')
    const { page, context } = await world.openDesk('operator')
    await page.goto(`${world.origin}/desk#/incidents/${id}`)
    await page.locator('.step').first().waitFor()
    await context.setOffline(true)
    await page.keyboard.press('1')
    await page.keyboard.press('1')
    await page.locator('.outbox li.unsent').waitFor()
    const body = { outcome: 'test', note: 'x' }
    await world.call('supervisor', 'POST', `/v1/alerts/${id}/_close`, body)
    await context.setOffline(false)
    await page.locator('.outbox li.refused').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await page.locator('.outbox').getByRole('button', { name: 'In het dagboek zetten' }).click()
    await page.locator('.outbox').getByText('verstuurd om').waitFor()
    const { body: response } = await world.call('supervisor', 'GET', `/v1/alerts/${id}/response`)
    expect(response['acts']).toContainEqual(
      expect.objectContaining({
        kind: 'note',
        note: expect.stringContaining('eerst beschermde persoon'),
        doneAt: expect.any(String),
      }),
    )
    await context.close()
  })

  it('what a colleague closes is in the earlier ones, and closed where it stands alone, without being opened anew', async () => {
    const { orderId, offenderId } = await world.registerOrder('09/200007-26')
    const facts = { protectionOrderId: orderId, offenderId }
    const id = await world.raise(facts)
    const otherId = await world.raise({ ...facts, incidentId: id })
    const one = await world.openDesk('operator')
    await one.page.goto(`${world.origin}/desk#/incidents/${id}`)
    await one.page.locator('summary', { hasText: 'Eerdere meldingen' }).click()
    await one.page.getByText('Geen gesloten meldingen').waitFor()
    const two = await world.openDesk('supervisor')
    await two.page.goto(`${world.origin}/desk#/alerts/${otherId}`)
    const heading = two.page.locator('article.card h2')
    await heading.getByText('open').waitFor()
    await world.call('operator', 'POST', `/v1/alerts/${otherId}/_close`, {
      outcome: 'test',
      note: 'x',
    })
    await one.page.locator(`.earlier a[href="#/alerts/${otherId}"]`).waitFor()
    await heading.getByText('gesloten').waitFor()
    expect([...one.faults, ...two.faults]).toEqual([])
    await one.context.close()
    await two.context.close()
  })

  it('closing is opened by its key wherever the case is scrolled to, and left by Escape', async () => {
    const id = await raise('09/200005-26')
    const { page, context } = await world.openDesk('operator', {
      viewport: { width: 1000, height: 500 },
    })
    await page.goto(`${world.origin}/desk#/incidents/${id}`)
    await page.locator('.step').first().waitFor()
    const earlier = page.locator('summary', { hasText: 'Eerdere meldingen' })
    await earlier.focus()
    await page.keyboard.press('c')
    const form = page.locator('form.close')
    await form.waitFor()
    const isSeen = `document.activeElement.closest('form.close')?.getBoundingClientRect().top > 0`
    expect(await page.evaluate(isSeen)).toBe(true)
    await page.keyboard.press('Escape')
    await form.waitFor({ state: 'detached' })
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-keyshortcuts')`)).toBe(
      'c',
    )
    await page.keyboard.press('c')
    await page.keyboard.press('2')
    await expect.poll(() => form.locator('[name=outcome]').inputValue()).toBe('false-alarm')
    await context.close()
  })

  it('a note typed while a colleague closes the alert goes into its diary', async () => {
    const id = await raise('09/200003-26')
    const { page, context } = await world.openDesk('operator')
    await page.goto(`${world.origin}/desk#/incidents/${id}`)
    await page.locator('.step').first().waitFor()
    await page.keyboard.press('1')
    await page.locator('[name=step-note]').fill('Zij zegt dat hij achter het huis staat.')
    await page.keyboard.press('Escape')
    await page.locator('[name=step-note]').waitFor({ state: 'detached' })
    await page.keyboard.press('c')
    await page.keyboard.press('1')
    await page.keyboard.type('Buurvrouw zag niets.')
    await world.call('supervisor', 'POST', `/v1/alerts/${id}/_close`, {
      outcome: 'test',
      note: 'x',
    })
    await page.getByText('is gesloten of voorbij').waitFor()
    await page.getByText(/sloot dit om .*: test/i).waitFor()
    // A look elsewhere loses neither.
    await page.evaluate(`location.hash = '#/figures'`)
    await page.locator('.outbox').getByRole('link', { name: '09/200003-26' }).click()
    const keep = page.getByRole('button', { name: 'In het dagboek zetten' })
    await expect.poll(() => keep.count()).toBe(2)
    expect(await accessFaultsOf(page)).toEqual([])
    await keep.first().click()
    await expect.poll(() => keep.count()).toBe(1)
    await keep.click()
    await page.locator('[name=kept-note]').waitFor({ state: 'detached' })
    const { body } = await world.call('supervisor', 'GET', `/v1/alerts/${id}/response`)
    const acts = JSON.stringify(body['acts'])
    expect(acts).toContain('Buurvrouw zag niets.')
    expect(acts).toContain('Zij zegt dat hij achter het huis staat.')
    await context.close()
  })
})
