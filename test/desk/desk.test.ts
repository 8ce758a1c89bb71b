import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { playManyIncidents } from '../support/many-incidents.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

describe.skipIf(isBrowserMissing)(`The page of the alert desk${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  it('a new P1 comes on top by itself, is taken over and closed with its outcome', async () => {
    const { page, faults, context } = await world.openDesk('operator')
    await page.getByText('Niets open').waitFor()
    const { orderId, offenderId } = await world.registerOrder('09/100000-26')
    const ids = { protectionOrderId: orderId, offenderId }
    await world.raise({ ...ids, reason: 'Inside the banned area.' })
    await page.locator('.row.p1.unanswered').waitFor()
    await world.raise({ ...ids, kind: 'device-silent', priority: 'P2', reason: 'Nothing heard.' })
    await page.locator('.row.p2').waitFor()
    expect(await page.title()).toContain('(1 P1)')
    await page.locator('.row.p1 a').click()
    await page.getByRole('heading', { name: /P1 nu/ }).waitFor()
    await page.getByRole('button', { name: 'Neem over' }).click()
    await page.getByText('overgenomen').first().waitFor()
    await page.getByRole('button', { name: 'Sluit' }).click()
    await page.getByLabel('Uitkomst').selectOption('confirmed')
    await page.getByLabel('Notitie').fill('Politie gebeld.')
    await page.getByRole('button', { name: 'Verstuur' }).click()
    await page.locator('.row.p1').waitFor({ state: 'detached' })
    expect(await accessFaultsOf(page)).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })

  it('a case shows ban and track on a map of our own, and the same in a table', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    const { orderId, offenderId, banId } = await world.registerOrder()
    const fix = (place: number, facts: object = {}) => ({
      role: 'offender' as const,
      personId: offenderId,
      deviceId: world.deviceId,
      recordedAtMs: Date.now() - (9 - place) * 60_000,
      receivedAtMs: Date.now(),
      longitude: 4.8952 + (9 - place) * 0.0007,
      latitude: 52.3702 + (9 - place) * 0.0004,
      accuracyMeters: 14 + place,
      isBelieved: true,
      disbelief: [],
      probability: 0.97,
      ...facts,
    })
    const fixes = [1, 2, 3, 4, 5, 6, 7, 8].map((place) => fix(place))
    fixes.push(fix(9, { isBelieved: false, disbelief: ['speed'], longitude: 4.905 }) as never)
    const id = await world.raise({
      protectionOrderId: orderId,
      offenderId,
      locationBanId: banId,
      evidence: {
        limitsVersion: '1',
        algorithmVersion: '1',
        protectionOrderVersion: 1,
        fixes,
        facts: {},
      },
    })
    await page.goto(`${world.origin}/desk#/incidents/${id}`)
    await page.locator('.map svg .ban').waitFor()
    expect(await page.locator('.fix.believed').count()).toBe(8)
    expect(await page.locator('.fix.doubted').count()).toBe(1)
    await page.getByText('Posities als tabel (9)').click()
    await page.locator('.fix-table tbody tr').first().waitFor()
    expect(await page.locator('.fix-table tbody tr').count()).toBe(9)
    await page.setViewportSize({ width: 1400, height: 1800 })
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await accessFaultsOf(page)).toEqual([])
    await world.database.pool.query(
      `update alerts set evidence = jsonb_set(evidence, '{sealed}', '"AAAA"') where id = $1`,
      [id],
    )
    await page.reload()
    await page.getByText('Het bewijs van deze melding klopt niet met zijn zegel').waitFor()
    expect(await page.getByText('Posities als tabel (9)').count()).toBe(0)
    expect(await accessFaultsOf(page)).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })

  it('a filter is set by keys, outlives opening a case and a reload, and never leaves the browser', async () => {
    const { pool } = world.database
    const { orderId, offenderId } = await world.registerOrder('09/300000-26')
    const ids = { protectionOrderId: orderId, offenderId, kind: 'device-silent' } as const
    await world.raise({ ...ids, priority: 'P2' })
    await pool.query(
      `with made as (insert into units (organisation_id, name)
         select organisation_id, 'Breda' from protection_orders where id = $1 returning id, organisation_id)
       insert into caseloads (organisation_id, protection_order_id, unit_id)
         select organisation_id, $1, id from made`,
      [orderId],
    )
    const { page, faults, context } = await world.openDesk('operator')
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    const row = page.locator('.row', { hasText: '09/300000-26' })
    await row.waitFor()
    const before = await page.locator('.row').count()
    expect(before).toBeGreaterThan(1)
    await page.getByLabel('Organisatie of eenheid').focus()
    await page.keyboard.press('End')
    await page.getByText('verborgen door het filter').waitFor()
    expect(
      await page.getByLabel('Organisatie of eenheid').locator('option:checked').innerText(),
    ).toMatch(/Breda$/)
    await row.locator('a').press('Enter')
    await page.locator('.case .card').first().waitFor()
    expect(page.url()).toMatch(/#\/incidents\/[0-9a-f-]{36}\?keeper=/)
    await page.getByLabel('Zoek op kenmerk').fill('09/3000')
    // A reference is of a case: it stands in no address, nor in the history of the browser.
    expect(decodeURIComponent(page.url())).not.toContain('09/3000')
    await page.reload()
    await row.waitFor()
    expect(await page.locator('.row').count()).toBe(1)
    expect(await page.getByLabel('Zoek op kenmerk').inputValue()).toBe('')
    expect(await accessFaultsOf(page)).toEqual([])
    expect(asked.filter((url) => /keeper|3000/.test(url))).toEqual([])
    await page.getByRole('button', { name: 'Toon alles' }).first().press('Enter')
    await expect.poll(async () => await page.locator('.row').count()).toBe(before)
    expect(page.url()).not.toContain('?')
    expect(faults).toEqual([])
    await context.close()
  })

  it('a list of a thousand makes few rows, and all are reached by keys, found and printed', async () => {
    const { page, faults, context } = await world.openDesk('operator')
    await page.locator('.row').first().waitFor()
    await playManyIncidents(page, world.origin, 1_000)
    await page.reload()
    const rows = page.locator('.row')
    await rows.first().waitFor()
    expect(await rows.count()).toBeLessThan(60)
    expect(await rows.nth(3).getAttribute('aria-setsize')).toBe('1000')
    expect(await rows.nth(3).getAttribute('aria-posinset')).toBe('4')
    await rows.first().locator('a').focus()
    await page.keyboard.press('j')
    // Scrolled far away by a wheel or a finger, the focus is where it was, and goes on from there.
    await page.locator('.window').evaluate((box) => box.scrollTo(0, box.scrollHeight))
    await page.locator('.row[aria-posinset="1000"]').waitFor()
    expect(await page.evaluate(focusedPlace)).toBe('2')
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(focusedPlace)).toBe('3')
    await expect.poll(() => page.locator('.row[aria-posinset="1000"]').count()).toBe(0)
    expect(await page.locator('.row:focus-within').isVisible()).toBe(true)
    for (const [key, place] of [
      ['End', '1000'],
      ['PageUp', '990'],
      ['Home', '1'],
    ] as const) {
      await page.keyboard.press(key)
      await expect.poll(() => page.evaluate(focusedPlace)).toBe(place)
    }
    expect(await accessFaultsOf(page)).toEqual([])
    await page.getByLabel('Zoek op kenmerk').fill('row 987')
    await expect.poll(() => rows.count()).toBe(1)
    await page.getByLabel('Zoek op kenmerk').fill('')
    // A row is 72 pixels and a sheet a thousand or so.
    expect(sheetCount(await page.pdf())).toBeGreaterThan(60)
    await expect.poll(() => rows.count()).toBeLessThan(60)
    expect(faults).toEqual([])
    await context.close()
  })
})

const focusedPlace = `document.activeElement?.closest('.row')?.getAttribute('aria-posinset')`

function sheetCount(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0
}
