import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertDraft } from '../../src/core/model/alert.ts'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

const minute = 60_000
const home = { longitude: 4.8952, latitude: 52.3702 }

/**
 * Five tasks as somebody does them who never saw the desk: what they see is asked by its words, and
 * what they press is counted. How long it took and how many clicks is printed, to be compared.
 */
describe.skipIf(isBrowserMissing)(`Somebody new at the desk${browserSkipNote}`, () => {
  let world: DeskWorld
  let order: Awaited<ReturnType<DeskWorld['registerOrder']>>
  let deviceId = ''
  beforeAll(async () => {
    world = await openDeskWorld()
    order = await world.registerOrder('09/700000-26', home)
    deviceId = await wear(world, order.offenderId)
    await walk(world, deviceId)
    const yesterdayMs = Date.now() - 26 * 60 * minute
    const past = await world.raise({
      ...idsOf(order),
      kind: 'location-ban-approach',
      priority: 'P2',
      occurredAtMs: yesterdayMs,
      lastSeenAtMs: yesterdayMs,
    })
    const body = { outcome: 'false-alarm', note: 'Moeder woont daar.' }
    expect((await world.call('supervisor', 'POST', `/v1/alerts/${past}/_close`, body)).status).toBe(
      200,
    )
    for (let count = 0; count < 6; count += 1) {
      const other = await world.registerOrder(`09/71000${count}-26`)
      const kind = count % 2 === 0 ? 'device-silent' : 'battery-low'
      await world.raise({
        ...idsOf(other),
        kind,
        priority: count % 2 === 0 ? 'P2' : 'P3',
        locationBanId: null,
      })
    }
    await world.raise({ ...idsOf(order), ...danger(order, deviceId) })
  })
  afterAll(() => world?.close())

  it('the last hour is on the map, is stepped through by keys, and each fix says itself', async () => {
    const { page, faults, context } = await world.openDesk('operator')
    await page.locator('.row.p1 a').click()
    await page.getByText('Grof getoond', { exact: false }).first().waitFor()
    expect(await page.locator('.map svg .fix').count()).toBe(0)
    // The key is heard once the alert is there, as a person sees it.
    await page.locator('.step').first().waitFor()
    await page.keyboard.press('a')
    await page.getByText('Spoor van het laatste uur', { exact: false }).waitFor()
    await page.getByText('Posities als tabel (14)').waitFor()
    await page.getByText('AM-700: Laatst gehoord', { exact: false }).waitFor()
    expect(await page.locator('.map .fix.doubted').count()).toBe(1)
    // Twenty-five minutes of it, and the eight before it was told.
    expect(await page.locator('.map .track .gap').count()).toBe(2)
    await page.getByText('Posities als tabel').click()
    await page.locator('.gap-row').first().getByText('niet gezien', { exact: false }).waitFor()
    await page.locator('.fix-table').getByText('onmogelijke sprong').waitFor()
    await page.locator('.areas').getByText('straal 300 m', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'vorige positie' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Posities als tabel (13)').waitFor()
    await page.getByRole('slider').press('Home')
    await page.getByText('Posities als tabel (1)').waitFor()
    await page.getByRole('slider').press('End')
    await page.getByText('Posities als tabel (14)').waitFor()
    await page.locator('.map .fix.doubted .spot').click()
    await page.locator('.chosen-fix').getByText('onmogelijke sprong', { exact: false }).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    expect(faults).toEqual([])
    await context.close()
    await giveBack(world)
  })

  it('five tasks are done by somebody new in few clicks', async () => {
    const { page, faults, context } = await world.openDesk('operator', { displayName: 'N. Nieuw' })
    await page.locator('.row').first().waitFor()
    const figures: string[] = []
    const task = async (name: string, clicksMax: number, work: (hand: Hand) => Promise<void>) => {
      const hand = newHand()
      const startedMs = performance.now()
      await work(hand)
      const seconds = (performance.now() - startedMs) / 1_000
      figures.push(`${name}: ${hand.count()} clicks, ${seconds.toFixed(1)} s`)
      expect(hand.count(), name).toBeLessThanOrEqual(clicksMax)
    }
    await task('find the most dangerous', 1, async (hand) => {
      // On top, and the only one that says "now".
      const top = page.locator('.row').first()
      expect(await top.textContent()).toMatch(/P1 nu.*In verboden gebied/)
      await hand.click(top.locator('a'))
      await page.locator('.card .happening').waitFor()
    })
    await task('say how sure it is', 1, async (hand) => {
      await hand.click(page.getByRole('button', { name: 'Neem over' }))
      // In the sentence as well, with the number that the word stands for behind it.
      await page.getByText('(vrijwel zeker, kans 9', { exact: false }).waitFor()
      expect(await page.getByText('Hoe zeker: vrijwel zeker').isVisible()).toBe(true)
    })
    await task('call the right person first', 4, async (hand) => {
      const step = page.locator('.step.next')
      await hand.click(step.getByRole('button').first())
      await page.locator('.choices').waitFor()
      const police = page.locator('.choices').getByRole('button', { name: 'direct politie' })
      await hand.click(police)
      // What has just moved cannot have been meant: the page says so, and it is pressed again.
      const done = page.locator('.step.done').first()
      await done.or(page.locator('.missed:not(:empty)')).first().waitFor()
      if (!(await done.isVisible())) await police.click({ delay: 500 })
      await done.waitFor()
      await hand.click(page.locator('.step.next').getByRole('button').first())
      await page.getByRole('link', { name: 'Bel 112' }).waitFor()
    })
    await task('find yesterday’s alert of the case', 3, async (hand) => {
      await page.keyboard.press('Escape')
      await hand.click(page.getByText('Eerdere meldingen van deze zaak'))
      await hand.click(page.locator('.earlier a').first())
      await page.locator('.diary').getByText('Moeder woont daar.').waitFor()
    })
    expect(await accessFaultsOf(page)).toEqual([])
    await task('find it without the case being open', 4, async (hand) => {
      await hand.click(page.getByLabel('Zoek op kenmerk'))
      await page.keyboard.type('09/7000')
      await hand.click(page.getByRole('button', { name: 'in wat gesloten is', exact: false }))
      await hand.click(page.locator('.find-closed .earlier a').first())
      await page.locator('.diary').getByText('Moeder woont daar.').waitFor()
    })
    expect(await accessFaultsOf(page)).toEqual([])
    await page.getByLabel('Zoek op kenmerk').fill('')
    await task('hand over', 6, async (hand) => {
      await hand.click(page.getByRole('link', { name: 'Overdracht' }))
      const all = page.getByLabel('zonder eigenaar voor de volgende dienst', { exact: false })
      await all.selectOption({ index: 1 })
      await hand.click(page.getByRole('button', { name: 'Geef', exact: true }))
      await page.getByText('Alles heeft een eigenaar.').waitFor()
      await page.locator('[name=shift-note]').fill('Let op 09/700000-26.')
      await hand.click(page.getByRole('button', { name: 'Sluit de dienst' }))
      await page.locator('.earlier').getByText('Let op 09/700000-26.').waitFor()
    })
    process.stdout.write(`${figures.join('\n')}\n`)
    expect(faults).toEqual([])
    await context.close()
    await giveBack(world)
  })

  it('the tour leads along one alert, from the list to the hand-over, and says what is done', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    const next = page.locator('.tour').getByRole('button', { name: 'Verder' })
    const done = page.locator('.tour').getByText('gedaan', { exact: false })
    await page.getByRole('link', { name: 'Nieuw hier?', exact: false }).click()
    await page.locator('.tour').getByText('stap 1 van 8', { exact: false }).waitFor()
    await page.locator('.rows[data-toured]').waitFor()
    // Whoever goes on without opening one is told what is missing.
    const openFirst = page.locator('.tour').getByText('Open eerst een regel')
    expect(await openFirst.count()).toBe(0)
    await next.click()
    await openFirst.waitFor()
    await page.locator('.tour').getByRole('button', { name: 'Terug' }).click()
    expect(await accessFaultsOf(page)).toEqual([])
    await page.locator('.row a').first().click()
    await done.waitFor()
    await next.click()
    await page.locator('.happening[data-toured]').first().waitFor()
    await next.click()
    // A key acts on what is there: its button may come after the tour points to it.
    await page.locator('.actions[data-toured] [aria-keyshortcuts="a"]').waitFor()
    await page.keyboard.press('a')
    await done.waitFor()
    await next.click()
    await page.locator('.steps[data-toured] .step.next button').first().waitFor()
    await page.keyboard.press('1')
    await page.locator('.choices').waitFor()
    await page.keyboard.press('1')
    await done.waitFor()
    for (const target of ['.map', '.diary']) {
      await next.click()
      await page.locator(`${target}[data-toured]`).waitFor()
      expect(await accessFaultsOf(page), target).toEqual([])
    }
    await next.click()
    await page.locator('[aria-keyshortcuts="c"][data-toured]').waitFor()
    await next.click()
    await page.getByRole('link', { name: 'Overdracht' }).click()
    await done.waitFor()
    await page.getByRole('button', { name: 'Stop de rondleiding' }).click()
    await page.locator('.tour').waitFor({ state: 'detached' })
    await page.locator('[data-toured]').waitFor({ state: 'detached' })
    expect(faults).toEqual([])
    await context.close()
    await giveBack(world)
  })
})

type Hand = {
  readonly click: (target: ReturnType<Page['locator']>) => Promise<void>
  readonly count: () => number
}

function newHand(): Hand {
  let clicks = 0
  return {
    click: async (target) => {
      await target.click()
      clicks += 1
    },
    count: () => clicks,
  }
}

function idsOf({ orderId, offenderId, banId }: Awaited<ReturnType<DeskWorld['registerOrder']>>) {
  return { protectionOrderId: orderId, offenderId, locationBanId: banId }
}

function danger(
  { offenderId }: { readonly offenderId: string },
  deviceId: string,
): Partial<AlertDraft> {
  const evidence = { limitsVersion: '1', algorithmVersion: '1', protectionOrderVersion: 1 }
  const nowMs = Date.now()
  const fix = {
    role: 'offender' as const,
    personId: offenderId,
    deviceId,
    recordedAtMs: nowMs - 3_000,
    receivedAtMs: nowMs - 2_000,
    ...home,
    accuracyMeters: 12,
    isBelieved: true,
    disbelief: [],
    probability: 0.97,
  }
  return { probability: 0.97, evidence: { ...evidence, fixes: [fix], facts: {} } }
}

/** Thirteen fixes of the last hour: a walk to the ban with a gap, and one that cannot be. */
async function walk(world: DeskWorld, deviceId: string): Promise<void> {
  const { pool } = world.database
  const nowMs = Date.now()
  const minutes = [55, 53, 51, 49, 47, 45, 20, 18, 16, 14, 12, 10, 8]
  for (const ago of minutes) {
    const isJump = ago === 14
    const longitude = home.longitude + (isJump ? 0.03 : ago * 0.0003)
    await pool.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, accuracy_meters, journal_id)
       values ($1, $2, $2, $3, $4, 15, 1)`,
      [deviceId, new Date(nowMs - ago * minute).toISOString(), longitude, home.latitude],
    )
    if (!isJump) continue
    await pool.query(
      `insert into disbelieved_fixes (device_id, recorded_at, longitude, latitude, reasons)
       values ($1, $2, $3, $4, '{teleport}')`,
      [deviceId, new Date(nowMs - ago * minute).toISOString(), longitude, home.latitude],
    )
  }
}

async function wear(world: DeskWorld, personId: string): Promise<string> {
  const { rows } = await world.database.pool.query<{ id: string }>(
    `with made as (
       insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
       values ($1, 'AM-700', 'ankle-monitor', 120) returning id)
     insert into device_assignments (device_id, person_id, valid_from)
     select id, $2, now() - interval '30 days' from made returning device_id as id`,
    [world.vendorId, personId],
  )
  return rows[0]?.id ?? ''
}

/** What one test took over is nobody's for the next. */
async function giveBack({ database, doorbell }: DeskWorld): Promise<void> {
  await database.pool.query(
    `update alerts set status = 'open', acknowledged_by = null, acknowledged_at = null, recall_at = null
      where status = 'acknowledged'`,
  )
  doorbell.ring('alert-events')
}
