import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'
import { rowFaultsOf, watchRowColours } from '../support/row-faults.ts'
import { signInAs } from '../support/signed-in.ts'

describe.skipIf(isBrowserMissing)(`Hands at the desk${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  async function raise(reference: string): Promise<string> {
    const { orderId, offenderId } = await world.registerOrder(reference)
    return await world.raise({ protectionOrderId: orderId, offenderId })
  }

  async function openCase(id: string) {
    const desk = await world.openDesk('operator', { displayName: 'A. Bakker' })
    await desk.page.goto(`${world.origin}/desk#/incidents/${id}`)
    await desk.page.locator('.step').first().waitFor()
    return desk
  }

  const actsOf = async (id: string) => {
    const { body } = await world.call('supervisor', 'GET', `/v1/alerts/${id}/response`)
    return body['acts'] as readonly { readonly kind: string; readonly note: string | null }[]
  }

  it('a row has the colour of its word in every frame, while alerts come, change and are answered', async () => {
    const { page, context } = await world.openDesk('operator')
    const { pool } = world.database
    const { orderId, offenderId } = await world.registerOrder('09/800000-26')
    const ids = { protectionOrderId: orderId, offenderId }
    const first = await world.raise(ids)
    await page.locator('.row.p1 a').click()
    await page.locator('.row.open').waitFor()
    await watchRowColours(page)
    const kinds = ['device-silent', 'battery-low', 'location-ban-breach'] as const
    const priorities = ['P2', 'P3', 'P1'] as const
    for (let count = 0; count < 18; count += 1) {
      const at = count % 3
      const id = await world.raise({ ...ids, kind: kinds[at]!, priority: priorities[at]! })
      // Told as less, as more, or taken over: whatever the list said of it a moment ago.
      await pool.query(
        count % 2 === 0
          ? `update alerts set status = 'acknowledged', acknowledged_at = now() where id = $1`
          : `update alerts set priority = 'P1', told_at = now() where id = $1`,
        [count % 5 === 0 ? first : id],
      )
      // Under a hand, and without one: rows keep their places and give them up.
      if (count === 6) await page.locator('.window').hover()
      if (count === 12) await page.mouse.move(1_000, 10)
      world.doorbell.ring('alert-events')
    }
    await expect.poll(() => page.locator('.row').count()).toBeGreaterThan(10)
    // Grouped by kind, each line has the colour of the most urgent of it.
    await pool.query(`insert into floods (started_at, peak) values (now(), 19)`)
    await page.locator('.row.group.p3').waitFor()
    await pool.query(`delete from floods`)
    const { faults, rowCount } = await rowFaultsOf(page)
    expect(faults).toEqual([])
    expect(rowCount).toBeGreaterThan(200)
    // And what they say is what the server says.
    const list = await world.call('supervisor', 'GET', '/v1/incidents')
    const items = list.body['items'] as readonly {
      readonly incidentId: string
      readonly alerts: readonly { readonly priority: string }[]
    }[]
    for (const { incidentId, alerts } of items) {
      const urgent = alerts.map(({ priority }) => priority).toSorted()[0]
      const row = page.locator(`.row[data-incident="${incidentId}"] strong`)
      if ((await row.count()) > 0) expect(await row.textContent()).toContain(urgent)
    }
    await context.close()
  })

  it('keys stay with the alert that was seen, whatever comes into its incident, until somebody goes elsewhere', async () => {
    const { orderId, offenderId } = await world.registerOrder('09/800004-26')
    const facts = { protectionOrderId: orderId, offenderId }
    const id = await world.raise({ ...facts, kind: 'device-silent', priority: 'P2' })
    const { page, context } = await openCase(id)
    await page.keyboard.press('1')
    await page.locator('.choices').waitFor()
    const urgentId = await world.raise({ ...facts, incidentId: id })
    await page.locator('.card.p1 .step').first().waitFor()
    // The menu that is open chooses, and nothing else opens.
    await page.keyboard.press('3')
    await expect.poll(async () => (await actsOf(id)).length).toBe(1)
    // Neither does the next key act on what nobody has looked at.
    await page.locator('.card.p2 .choices').waitFor({ state: 'detached' })
    await page.keyboard.press('1')
    await page.locator('.card.p2 .choices').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('v')
    await page.locator('.more-urgent').waitFor({ state: 'detached' })
    await page.locator('.card').first().locator('h2', { hasText: 'P1' }).waitFor()
    await page.keyboard.press('1')
    await page.locator('.card.p1 .choices').waitFor()
    await page.keyboard.press('Escape')
    expect(await accessFaultsOf(page)).toEqual([])
    // One that is closed elsewhere gives its keys to nobody.
    await world.call('supervisor', 'POST', `/v1/alerts/${urgentId}/_close`, {
      outcome: 'test',
      note: 'x',
      recallAfterMinutes: 10,
    })
    await page.locator('.card.p1').waitFor({ state: 'detached' })
    for (const key of ['1', '1', 'a']) await page.keyboard.press(key)
    expect(await page.locator('.choices').count()).toBe(0)
    expect((await actsOf(id)).length).toBe(1)
    // And a click into another takes them there.
    await page.locator('.card.p2 .happening').click()
    await page.keyboard.press('n')
    await page.locator('.card.p2 [name=note]').waitFor()
    await context.close()
  })

  it('a key that is held is one stroke, and a double click one act', async () => {
    const id = await raise('09/800001-26')
    const { page, context } = await openCase(id)
    // Held: the second and third stroke come from the machine.
    for (let count = 0; count < 3; count += 1) await page.keyboard.down('1')
    await page.keyboard.up('1')
    await page.locator('.choices').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.step-button').first().focus()
    for (let count = 0; count < 3; count += 1) await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    await page.locator('.choices').waitFor()
    expect(await page.locator('.step.done').count()).toBe(0)
    await page.locator('.choices button').first().dblclick()
    await page.locator('.step.done').waitFor()
    expect((await actsOf(id)).filter(({ kind }) => kind === 'step').length).toBe(1)
    await context.close()
  })

  it('an alert that two take at once tells the second who has it, however long its name is', async () => {
    const id = await raise(`09/${'X'.repeat(180)}-26`)
    const one = await openCase(id)
    const two = await openCase(id)
    await one.page.keyboard.press('1')
    await one.page.locator('[name=step-note]').fill('Half getypt')
    await one.page.evaluate(`location.hash = '#/figures'`)
    await one.page.getByRole('heading', { name: 'Cijfers' }).waitFor()
    await one.page.goBack()
    await one.page.locator('.step').first().waitFor()
    await one.page.keyboard.press('1')
    expect(await one.page.locator('[name=step-note]').inputValue()).toBe('Half getypt')
    await one.page.keyboard.press('Escape')
    await Promise.all(
      [one, two].map(({ page }) => page.getByRole('button', { name: 'Neem over' }).click()),
    )
    const told = async (): Promise<number> => {
      const seen = [one, two].map(({ page }) => page.getByText('A. Bakker was net eerder').count())
      return (await Promise.all(seen)).reduce((sum, count) => sum + count, 0)
    }
    await expect.poll(told).toBe(1)
    // Whose it is stays in sight beside the name.
    const row = one.page.locator(`.row[data-incident="${id}"]`)
    const [box, owner] = [await row.boundingBox(), await row.locator('.owner').boundingBox()]
    expect((owner?.x ?? 0) + (owner?.width ?? 0)).toBeLessThan((box?.x ?? 0) + (box?.width ?? 0))
    await one.context.close()
    await two.context.close()
  })

  it('an answer that is lost is not called unsent once the list says that it was done', async () => {
    const id = await raise('09/800002-26')
    // What its diary says of a judgement that was changed is how, and in words.
    await world.database.pool.query(
      `insert into alert_transitions (alert_id, kind, detail, at)
       values ($1, 'revised', '{"kind": "reopened"}', now()),
         ($1, 'escalated', '{"step": 1, "target": "supervisor"}', now())`,
      [id],
    )
    const { page, context } = await openCase(id)
    // Before it is taken over it is coarse.
    await page.locator('.diary li', { hasText: 'anders beoordeeld' }).waitFor()
    await page.route('**/_acknowledge', async (route) => {
      await world.call('operator', 'POST', `/v1/alerts/${id}/_acknowledge`, {})
      world.doorbell.ring('alert-events')
      await route.abort()
    })
    await page.keyboard.press('a')
    await page.getByText('overgenomen').first().waitFor()
    await expect.poll(() => page.locator('.actions .unsent').count()).toBe(0)
    await page.unroute('**/_acknowledge')
    const supervisor = await world.openDesk('supervisor')
    await supervisor.page.goto(`${world.origin}/desk#/incidents/${id}`)
    const lines = supervisor.page.locator('.diary li')
    await lines.filter({ hasText: 'weer open' }).waitFor()
    await lines.filter({ hasText: 'opgeroepen · Leidinggevende' }).waitFor()
    await supervisor.context.close()
    await context.close()
  })

  it('what is typed while an act is on its way stays, and no key of it is an act', async () => {
    const id = await raise('09/800005-26')
    const { page, context } = await openCase(id)
    const holdBack = async (path: string) => {
      let letGo = (): void => {}
      const asked = new Promise<void>((resolve) => {
        void page.route(path, async (route) => {
          resolve()
          await new Promise<void>((go) => (letGo = go))
          await route.continue()
        })
      })
      return { asked, letGo: () => letGo() }
    }
    const note = page.locator('[name=note]')
    const acts = await holdBack('**/acts')
    await page.keyboard.press('n')
    await page.keyboard.type('Zij is thuis.')
    await page.keyboard.press('Control+Enter')
    await acts.asked
    await page.keyboard.type(' 1')
    acts.letGo()
    await page.locator('.diary').getByText('Zij is thuis.').waitFor()
    await page.keyboard.type('1 keer gebeld')
    expect(await note.inputValue()).toBe('Zij is thuis. 11 keer gebeld')
    await page.unroute('**/acts')
    expect((await actsOf(id)).length).toBe(1)
    // Taking over sends nothing of what was typed to close with.
    await page.keyboard.press('Escape')
    await page.keyboard.press('c')
    await page.locator('form.close [name=note]').fill('Nog niet verstuurd.')
    await page.getByRole('button', { name: 'Neem over' }).click()
    await page.getByRole('button', { name: 'Neem over' }).waitFor({ state: 'detached' })
    expect(await page.locator('form.close [name=note]').inputValue()).toBe('Nog niet verstuurd.')
    await context.close()
  })

  it('somebody else who signed in in another tab takes nothing over from this page', async () => {
    const id = await raise('09/800006-26')
    const { page, context } = await openCase(id)
    const now = { ...world, clock: { timeMs: Date.now() } }
    const other = await signInAs(now, { roles: ['operator'], displayName: 'C. Visser' })
    const [name = '', value = ''] = other.cookie.split('=')
    const url = world.origin.replace('http:', 'https:')
    await context.addCookies([
      { name, value, url, secure: true, httpOnly: true, sameSite: 'Strict' },
    ])
    await page.locator('.bar').getByText('A. Bakker').waitFor()
    await page.keyboard.press('a')
    await page.locator('.bar').getByText('C. Visser').waitFor()
    expect(await actsOf(id)).toEqual([])
    await context.close()
  })

  it('what is under the hand stays there when a colleague opens the same case', async () => {
    const id = await raise('09/800008-26')
    const { page, context } = await openCase(id)
    await page.keyboard.press('1')
    const choice = page.locator('.choices button').nth(1)
    await choice.hover()
    const topOf = async () => (await choice.boundingBox())?.y ?? 0
    const before = await topOf()
    const other = await openCase(id)
    await page.getByText('Ook hier:').waitFor()
    expect(Math.abs((await topOf()) - before)).toBeLessThan(2)
    // Nothing is left to scroll back by: the click that was on its way is none.
    await page.locator('#case').evaluate((box) => box.scrollTo(0, 0))
    await choice.hover()
    // Watched before they go: on a busy machine they are gone long before this could look.
    const moved = page.evaluate(clickAsItMoves)
    await other.context.close()
    await world.database.pool.query(
      `update desk_seats set seen_at = now() - interval '2 minutes'
      where person_id = $1`,
      [other.staffId],
    )
    world.doorbell.ring('desk')
    expect(await moved).toBe(true)
    // Said beside the hand, to a screen reader too, and without moving anything.
    const missed = page.locator('.choices [role=status]')
    await missed.getByText('Niet gekozen: de lijst verschoof. Klik opnieuw.').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    expect(await page.locator('.choices').count()).toBe(1)
    expect(await actsOf(id)).toEqual([])
    // And leaves what it lies over to be read.
    await expect.poll(() => missed.textContent()).toBe('')
    await choice.click({ delay: 500 })
    await page.locator('.step.done').waitFor()
    await context.close()
  })

  it('an escalation whose answer was lost stands once in the diary when it is pressed again', async () => {
    const id = await raise('09/800011-26')
    const { page, context } = await openCase(id)
    const keys: string[] = []
    await page.route('**/acts', async (route) => {
      keys.push((route.request().postDataJSON() as { key: string }).key)
      // As a proxy says it, of which nobody can know whether the act went through.
      if (keys.length === 1) await route.fulfill({ status: 504, body: '' })
      else await route.continue()
    })
    await page.keyboard.press('e')
    await page.locator('.choices').waitFor()
    await page.keyboard.press('1')
    await page.locator('.action.unsent').waitFor()
    await page.keyboard.press('1')
    await page.locator('.choices').waitFor({ state: 'detached' })
    expect((await actsOf(id)).map(({ kind }) => kind)).toEqual(['escalated'])
    expect([keys.length, new Set(keys).size]).toEqual([2, 1])
    // What was answered is over: the next call is one of its own.
    await page.keyboard.press('e')
    await page.locator('.choices').waitFor()
    await page.keyboard.press('1')
    await expect.poll(() => new Set(keys).size).toBe(2)
    await context.close()
  })

  it('an escalation on its way when the page is loaded anew stands once in the diary when it is pressed again', async () => {
    const id = await raise('09/800012-26')
    const { page, context } = await openCase(id)
    const keys: string[] = []
    await page.route('**/acts', async (route) => {
      keys.push((route.request().postDataJSON() as { key: string }).key)
      // The page is gone before it could hear whether the server has done it.
      if (keys.length > 1) await route.continue()
    })
    const escalate = async () => {
      await page.locator('.step').first().waitFor()
      await page.keyboard.press('e')
      await page.locator('.choices').waitFor()
      await page.keyboard.press('1')
    }
    await escalate()
    await expect.poll(() => keys.length).toBe(1)
    await page.reload()
    await escalate()
    await page.locator('.choices').waitFor({ state: 'detached' })
    await expect.poll(() => keys.length).toBe(2)
    expect((await actsOf(id)).map(({ kind }) => kind)).toEqual(['escalated'])
    expect(new Set(keys).size).toBe(1)
    await context.close()
  })

  it('what was typed at a step that is none any more is kept, and keys go on', async () => {
    const { orderId, offenderId } = await world.registerOrder('09/800009-26')
    const facts = { kind: 'device-silent', priority: 'P2', offenderId } as const
    const id = await world.raise({ ...facts, protectionOrderId: orderId })
    const { page, context } = await openCase(id)
    await page.keyboard.press('1')
    await page.locator('[name=step-note]').fill('Hij nam op en hing op.')
    await page.locator('.choices button').first().focus()
    await world.database.pool.query(
      `update alerts set kind = 'panic', priority = 'P1', told_at = now() where id = $1`,
      [id],
    )
    // Whatever is told of anything makes the list be read.
    await world.raise({ kind: 'battery-low', priority: 'P3', protectionOrderId: orderId })
    await page.locator('.step').getByText('Bel de politie.').waitFor()
    expect(await page.locator('[name=kept-note]').inputValue()).toBe('Hij nam op en hing op.')
    await page.keyboard.press('1')
    await page.locator('.choices').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'In het dagboek zetten' }).click()
    await page.locator('.diary').getByText('Hij nam op en hing op.').waitFor()
    expect((await actsOf(id)).map(({ kind }) => kind)).toEqual(['note'])
    await context.close()
  })

  it('what was looked at is not new at another seat of the same person', async () => {
    const id = await raise('09/800007-26')
    const { page, context } = await openCase(id)
    const row = (of: typeof page) => of.locator(`.row[data-incident="${id}"]`)
    await expect.poll(() => row(page).getByText('NIEUW').count()).toBe(0)
    const seat = await world.browser.newContext({ locale: 'nl-NL' })
    await seat.addCookies(await context.cookies())
    const other = await seat.newPage()
    await other.goto(`${world.origin}/desk`)
    await row(other).waitFor()
    expect(await row(other).getByText('NIEUW').count()).toBe(0)
    expect(await other.getByText('NIEUW').count()).toBeGreaterThan(0)
    await seat.close()
    await context.close()
  })

  it('what somebody did without a connection is never sent as the act of whoever signs in next', async () => {
    const id = await raise('09/800003-26')
    const { page, context } = await openCase(id)
    await context.setOffline(true)
    await page.keyboard.press('n')
    await page.keyboard.type('Zij is bij haar moeder.')
    await page.keyboard.press('Control+Enter')
    await page.locator('.outbox li').getByText('NIET VERSTUURD').waitFor()
    await page.keyboard.press('n')
    await page.keyboard.type('Half getypt')
    // Meanwhile the session ends, and somebody else signs in at this seat.
    await context.clearCookies()
    await context.setOffline(false)
    await page.getByText('U bent afgemeld').waitFor()
    const link = page.getByRole('link', { name: 'Inloggen' })
    expect(await link.getAttribute('target')).toBe('_blank')
    const now = { ...world, clock: { timeMs: Date.now() } }
    const other = await signInAs(now, { roles: ['operator'], displayName: 'C. Visser' })
    const [name = '', value = ''] = other.cookie.split('=')
    const url = world.origin.replace('http:', 'https:')
    const facts = { secure: true, httpOnly: true, sameSite: 'Strict' } as const
    await context.addCookies([{ name, value, url, ...facts }])
    await page.locator('.bar').getByText('C. Visser').waitFor()
    await page.locator('.outbox li').getByText('van A. Bakker, die hier nu niet').waitFor()
    // Nor is what was only typed: it is shown as theirs, and stays theirs.
    const left = page.locator('[name=note-of-another]')
    await expect.poll(() => left.inputValue()).toBe('Half getypt')
    await page.getByText('A. Bakker typte dit en verstuurde het niet').waitFor()
    await page.keyboard.press('n')
    expect(await page.locator('[name=note]').inputValue()).toBe('')
    await page.keyboard.press('Control+Enter')
    expect(await actsOf(id)).toEqual([])
    await context.close()
  })
})

/** Clicks a choice as a hand does that is pressing while it moves away. */
const clickAsItMoves = `new Promise((resolve) => {
  const choice = document.querySelectorAll('.choices button')[1]
  new MutationObserver((_, observer) => {
    if (document.querySelector('.also-here') !== null) return
    observer.disconnect()
    choice.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }))
    resolve(true)
  }).observe(document.body, { childList: true, subtree: true })
})`
