import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAssessorApart, type Assessor } from '../../src/assess/answering/assessor.ts'
import type { NamedAreas } from '../../src/core/enforceability/named-areas.ts'
import { readNamedAreas } from '../../src/map/areas/read-areas.ts'
import { startAddressService, type AddressService } from '../support/address-service.ts'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld, type OpenDesk } from '../support/desk-world.ts'
import { drawGridTown, gridPlace } from '../support/grid-town.ts'
import { accessFaultsOf } from '../support/page-faults.ts'
import { mapOf } from '../support/street-map.ts'

const path = '/v1/enforceability-assessments'
const house = {
  id: 90_001,
  ...gridPlace(100, 100),
  tags: { 'addr:street': 'Dorpsstraat', 'addr:housenumber': '12', 'addr:city': 'Ede' },
}

describe.skipIf(isBrowserMissing)(`The page that asks about a ban${browserSkipNote}`, () => {
  let world: DeskWorld
  let desk: OpenDesk
  let page: Page
  let outside: AddressService
  let assessor: Assessor
  let folder: string
  beforeAll(async () => {
    outside = await startAddressService()
    const map = await mapOf(drawGridTown(25, { nodes: [house] }))
    folder = await mkdtemp(join(tmpdir(), 'hoede-areas-'))
    const policeTimes = { id: 'table', rows: [policeTime] }
    const places = { map, areas: await areasOf(quarters, folder), policeTimes }
    assessor = createAssessorApart(places, folder)
    world = await openDeskWorld({
      places,
      assessor,
      environment: { HOEDE_LOCATIESERVER_URL: outside.url },
    })
    desk = await world.openDesk('supervisor')
    page = desk.page
  })
  afterAll(async () => {
    outside?.close()
    await world?.close()
    await assessor?.stop()
    await rm(folder, { recursive: true })
  })

  it('what is missing or wrong stands at its field, and nothing is asked before', async () => {
    await page.goto(`${world.origin}/desk#/assessments`)
    await page.getByText('Er is nog niets bewaard.').waitFor()
    await page.getByRole('link', { name: 'Nieuwe vraag' }).click()
    await page.getByText('Nog niets te vragen').waitFor()
    await page.getByRole('button', { name: 'Vraag', exact: true }).click()
    await page.getByText('Geen antwoord').waitFor()
    const invalid = page.locator('[aria-invalid="true"]')
    await expect.poll(() => invalid.count()).toBe(3)
    await fillCircle(page, 300)
    const interval = page.getByLabel('Meldt elke (seconden)')
    await interval.fill('0')
    // Until the answer to it has come, the three of before are marked.
    await interval.and(invalid).waitFor()
    await expect.poll(() => invalid.count()).toBe(1)
    await interval.fill('60')
    expect(await verdictOf(page)).toBe('NIET handhaafbaar')
    await expect.poll(() => invalid.count()).toBe(0)
  })

  it('every check stands under its colour with its number, and what is not known is not in order', async () => {
    const listed = await page.locator('.checks li strong').allTextContents()
    expect(listed.map((text) => text.split(' ')[0]).toSorted()).toEqual(
      Array.from({ length: 19 }, (_, place) => `E${place + 1}`).toSorted(),
    )
    const unknown = page.getByRole('region', { name: /Onbekend/ })
    await unknown.getByText('E13').waitFor()
    await page.getByLabel('Verdachte heeft een vast adres').selectOption('no')
    await page.getByRole('region', { name: /Rood/ }).getByText('E13').waitFor()
    await page.getByText(/gemeten 300 m, grens 1.000 m/).waitFor()
    await page.getByLabel('Verdachte heeft een vast adres').selectOption('yes')
    await page.getByLabel('Kan de band elke dag opladen').selectOption('yes')
    await page.getByRole('region', { name: /Groen/ }).getByText('E13').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
  })

  it('what the text of the measure says is filled in, and what it lacks stands there to be sent back', async () => {
    const missing = page.getByRole('region', { name: 'Terug te sturen' })
    await missing.getByText('wie toezicht houdt').waitFor()
    await page.getByLabel('Wie toezicht houdt').fill('Reclassering Nederland')
    await page.getByLabel('De tekst noemt elektronisch toezicht').selectOption('yes')
    await page.getByLabel('Wanneer het verbod geldt').selectOption('certain')
    await missing.getByText('op welke dagen stuk 1 geldt').waitFor()
    await page.getByRole('checkbox', { name: 'ma' }).check()
    const stretch = page.getByRole('group', { name: 'Geldt, stuk 1' })
    await stretch.getByLabel('Van').fill('25:00')
    await stretch.locator('[aria-invalid="true"]').waitFor()
    await stretch.getByLabel('Van').fill('18:00')
    await stretch.getByLabel('Tot').fill('06:00')
    await page.getByRole('button', { name: 'Uitzondering toevoegen' }).click()
    await missing.getByText('waarvoor uitzondering 1 is').waitFor()
    const exception = page.getByRole('group', { name: 'Uitzondering 1' })
    await exception.getByLabel('Van').fill('2026-12-01T09:00')
    await exception.getByLabel('Tot').fill('2026-12-01T12:00')
    await exception.getByLabel('Waarvoor').fill('zitting')
    await missing.getByText('uitzondering 1').first().waitFor({ state: 'detached' })
    await expect
      .poll(() => missing.getByRole('listitem').allTextContents())
      .toEqual([
        'het moment waarop het eindigt, met de tijd',
        'het artikel waarop het berust',
        'het moment waarop het ingaat, met de tijd',
      ])
    expect(await accessFaultsOf(page)).toEqual([])
  })

  it('an address is secret to begin with, and the way to it by road is in the answer', async () => {
    await page.getByRole('button', { name: 'Adres van de beschermde persoon toevoegen' }).click()
    await page.getByText('telt niet mee').waitFor()
    const row = page.getByRole('group', { name: /beschermde persoon: Adres 1/ })
    expect(await row.getByRole('checkbox').isChecked()).toBe(true)
    await row.getByLabel('Zoek adres 1').fill('dorpsstraat 12')
    await row.getByLabel('Zoek adres 1').press('Enter')
    await row.getByText('Dit adres is geheim').waitFor()
    expect(outside.asked).toEqual([])
    await row.getByRole('button', { name: 'Dorpsstraat 12, Ede' }).click()
    const typed = await row.getByLabel('Breedtegraad').inputValue()
    expect(Number(typed)).toBeCloseTo(gridPlace(100, 100).latitude, 6)
    await page.getByRole('columnheader', { name: 'Over de weg, op zijn snelst' }).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
  })

  it('an address is asked of PDOK by a button of its own, and nothing found is said', async () => {
    const row = page.getByRole('group', { name: /beschermde persoon: Adres 1/ })
    await row.getByLabel('Zoek adres 1').fill('Nergensweg 1')
    await row.getByRole('button', { name: 'Zoek', exact: true }).click()
    await row.getByText('Niets gevonden').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await row.getByRole('button', { name: 'Zoek ook bij PDOK' }).click()
    await row.getByRole('button', { name: 'Nergensweg 1, 6711AB Ede' }).waitFor()
    expect(outside.asked).toEqual(['Nergensweg 1'])
    await row.getByLabel('Zoek adres 1').fill('')
  })

  it('what is proposed stands beside what was asked with what differs, and is taken over and asked', async () => {
    const beside = page.getByRole('table', { name: 'Gevraagd naast voorgesteld' })
    const verdict = beside.getByRole('row', { name: /Oordeel/ })
    await verdict.waitFor()
    const [before, after] = await verdict.getByRole('cell').allTextContents()
    const radius = (await beside.getByRole('row', { name: /Straal/ }).textContent()) ?? ''
    const wider = /300 m(\d+) m/.exec(radius)?.[1]
    expect(Number(wider)).toBeGreaterThan(350)
    await page.getByRole('button', { name: 'Neem over en vraag opnieuw' }).click()
    expect(await page.getByLabel('Straal (m)').inputValue()).toBe(wider)
    expect(await verdictOf(page)).toBe(after === 'hetzelfde' ? before : after)
  })

  it('what is kept opens as advice in both editions, and stands in the list', async () => {
    await page.getByLabel('Zaak').fill('zaak 12')
    await page.getByRole('button', { name: 'Bewaar' }).click()
    await page.getByText('Bewaard. Open het advies:').waitFor()
    const opened = desk.context.waitForEvent('page')
    await page.getByRole('link', { name: 'Advies voor de rechter' }).click()
    const advice = await opened
    await advice.getByRole('heading', { name: 'Is dit locatieverbod uitvoerbaar?' }).waitFor()
    // As somebody prints it from the browser.
    const sheets = (await advice.pdf({ preferCSSPageSize: true })).toString('latin1')
    expect(sheets.match(/\/Type ?\/Page\b/g)?.length).toBeLessThan(4)
    await advice.close()
    await page.getByRole('link', { name: 'Alle beoordelingen' }).click()
    const row = page.getByRole('row', { name: /zaak 12/ })
    await row.waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await row.getByRole('link', { name: 'Toon de beoordeling' }).click()
    await page.getByText('is vastgelegd').waitFor()
    await page.getByRole('heading', { name: 'Wat het verbod kan' }).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    const kept = await world.call('supervisor', 'GET', path)
    expect(kept.body['items']).toMatchObject([{ label: 'zaak 12' }])
  })

  it('the question is still there after a look elsewhere, and becomes an order without addresses', async () => {
    await page.getByRole('link', { name: 'Alle beoordelingen' }).click()
    await page.getByRole('link', { name: 'Verder met uw vraag' }).click()
    const radius = await page.getByLabel('Straal (m)').inputValue()
    expect(Number(radius)).toBeGreaterThan(350)
    await page.getByRole('button', { name: 'Maak er een maatregel van' }).click()
    await page.getByRole('heading', { name: 'Nieuwe maatregel' }).waitFor()
    expect(await page.getByLabel('Straal (m)').inputValue()).toBe(radius)
    expect(await page.locator('form input').count()).toBeGreaterThan(8)
    const typed = await page
      .locator('form input, form textarea')
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))
    const home = gridPlace(100, 100)
    expect(typed.filter((text) => text.includes(String(home.latitude).slice(0, 8)))).toEqual([])
    await page.goto(`${world.origin}/desk#/register/orders`)
    await page.getByRole('link', { name: 'Nieuwe maatregel' }).click()
    expect(await page.getByLabel('Straal (m)').inputValue()).toBe('')
  })

  it('checks change while the edge of a circle is drawn, and each answer comes at once', async () => {
    await page.goto(`${world.origin}/desk#/assessments/new`)
    await page.getByRole('button', { name: 'Begin opnieuw' }).click()
    await fillCircle(page, 300)
    await page.getByRole('button', { name: 'Toon het gebied' }).click()
    await page.getByRole('button', { name: 'Adres van de beschermde persoon toevoegen' }).click()
    await page.getByRole('button', { name: 'Wijs adres 1 aan op de kaart' }).click()
    await page.getByRole('img', { name: /Kaart van het gebied/ }).click()
    await page.getByRole('columnheader', { name: 'Over de weg, op zijn snelst' }).waitFor()
    expect(await verdictOf(page)).toBe('NIET handhaafbaar')
    const taken = await dragEdge(page, 40)
    const radius = Number(await page.getByLabel('Straal (m)').inputValue())
    expect(radius).toBeGreaterThan(330)
    await page
      .getByText(`gemeten ${radius} m`)
      .waitFor({ timeout: 5_000 })
      .catch(() => null)
    sayTimes('an edge is drawn', taken)
    expect(taken.length).toBeGreaterThan(5)
  })

  it('a question that is overtaken is cancelled, and the answer of before stays, grey, until the new one', async () => {
    const cancelled: string[] = []
    page.on('requestfailed', (request) => cancelled.push(request.failure()?.errorText ?? ''))
    await page.route(`**${path}`, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 700))
      await route.continue().catch(() => null)
    })
    await dragEdge(page, 20)
    await page.locator('.answer .stale .verdict').waitFor()
    await page.getByText('hieronder staat het antwoord van daarnet').waitFor()
    await page.locator('.answer .fresh').waitFor()
    expect(cancelled).toContain('net::ERR_ABORTED')
    await page.unroute(`**${path}`)
  })

  it('a corner of a drawn area is drawn elsewhere', async () => {
    await page.getByRole('button', { name: 'Getekend gebied' }).click()
    const [west, east] = [gridPlace(-400, -400), gridPlace(400, 400)]
    const ring = [
      [west.longitude, west.latitude],
      [east.longitude, west.latitude],
      [east.longitude, east.latitude],
      [west.longitude, west.latitude],
    ]
    const area = page.getByLabel('Gebied als GeoJSON')
    await area.fill(JSON.stringify({ type: 'Polygon', coordinates: [ring] }))
    sayTimes('a corner is drawn', await drag(page, 'corner-2', 40))
    const moved = JSON.parse(await area.inputValue()) as { coordinates: number[][][] }
    expect(moved.coordinates[0]?.slice(0, 2)).toEqual(ring.slice(0, 2))
    expect(moved.coordinates[0]?.[2]?.[0]).toBeGreaterThan(east.longitude)
    await page.locator('.answer .fresh').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
  })

  it('several pasted features are answered together and each by itself, also in metres of RD New', async () => {
    const square = (east: number, half: number) => {
      const corners = [gridPlace(east - half, -half), gridPlace(east + half, half)]
      const [west, right] = corners as [ReturnType<typeof gridPlace>, ReturnType<typeof gridPlace>]
      const ring = [
        [west.longitude, west.latitude],
        [right.longitude, west.latitude],
        [right.longitude, right.latitude],
        [west.longitude, right.latitude],
        [west.longitude, west.latitude],
      ]
      return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] } }
    }
    const area = page.getByLabel('Gebied als GeoJSON')
    const features = [square(-900, 500), square(900, 200)]
    await area.fill(JSON.stringify({ type: 'FeatureCollection', features }))
    const parts = page.getByRole('table', { name: 'Elk gebied op zichzelf' })
    await parts.getByRole('row', { name: /Gebied 2/ }).waitFor()
    expect(await parts.getByRole('row').count()).toBe(3)
    expect(await parts.getByRole('row', { name: /Gebied 1/ }).textContent()).toContain('1 km²')
    expect(await accessFaultsOf(page)).toEqual([])
    // Two that overlap are named in the words of the page, as somebody knows them.
    const overlapping = [square(-900, 500), square(900, 200), square(1_200, 190)]
    await area.fill(JSON.stringify({ type: 'FeatureCollection', features: overlapping }))
    await page.getByText(/^Gebied 2 en gebied 3 overlappen, in het .*oosten van gebied 2/).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    const ring = [
      [135_000, 455_000],
      [136_000, 455_000],
      [136_000, 456_000],
      [135_000, 456_000],
      [135_000, 455_000],
    ]
    const metres = { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] } }
    const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::28992' } }
    await area.fill(JSON.stringify({ type: 'FeatureCollection', features: [metres] }))
    await page
      .getByText(/look like metres of RD New/)
      .first()
      .waitFor()
    await area.fill(JSON.stringify({ type: 'FeatureCollection', crs, features: [metres] }))
    await page.locator('.answer .fresh').waitFor()
    await parts.waitFor({ state: 'hidden' })
    expect(await page.getByLabel('Gebied als GeoJSON').getAttribute('aria-invalid')).not.toBe(
      'true',
    )
  })

  it('what is too much to read is refused at its field, and what is pasted next is answered', async () => {
    const area = page.getByLabel('Gebied als GeoJSON')
    const before = await area.inputValue()
    const nested = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    const corners = Array.from({ length: 100_000 }, () => '[5,52]').join(',')
    for (const coordinates of [nested, `[[${corners}]]`]) {
      await area.fill(`{"type":"Polygon","coordinates":${coordinates}}`)
      await page.getByText(/^Dit is te veel om te lezen: hoogstens 10\.000 hoekpunten,/).waitFor()
      expect(await area.getAttribute('aria-invalid')).toBe('true')
      await page.locator('.answer .stale').waitFor()
    }
    await area.fill(before)
    await page.locator('.answer .fresh').waitFor()
  })

  it('the map goes to an area that is pasted elsewhere', async () => {
    const area = page.getByLabel('Gebied als GeoJSON')
    const mapBox = page.locator('.area-map').first()
    const cornerShares = async () => {
      const grip = page.locator('svg [data-handle="corner-0"]')
      if ((await grip.count()) === 0) return [-1]
      const [whole, at] = await Promise.all([mapBox.boundingBox(), grip.boundingBox()])
      if (whole === null || at === null) return [-1]
      return [(at.x - whole.x) / whole.width, (at.y - whole.y) / whole.height]
    }
    const paste = async (east: number) => {
      const places = [gridPlace(east, 0), gridPlace(east + 300, 0), gridPlace(east, 300)]
      const corners = [...places, gridPlace(east, 0)]
      const ring = corners.map(({ longitude, latitude }) => [longitude, latitude])
      await area.fill(JSON.stringify({ type: 'Polygon', coordinates: [ring] }))
      await expect
        .poll(cornerShares)
        .toSatisfy((shares: readonly number[]) => shares.every((share) => share > 0 && share < 1))
    }
    // Where it was would be far beside the map.
    for (const east of [-1_500, 9_000, 200]) await paste(east)
  })

  it('the answer is whole on paper, whatever the window cuts off on the screen', async () => {
    await page.locator('.answer .fresh').waitFor()
    const answer = page.getByRole('complementary', { name: 'Antwoord' })
    const cutOf = async () =>
      await answer.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)
    expect(await cutOf()).toBeGreaterThan(0)
    await page.emulateMedia({ media: 'print' })
    try {
      expect(await cutOf()).toBe(0)
      expect(await page.locator('.answer .verdict').isVisible()).toBe(true)
      expect(await page.locator('.checks li').last().isVisible()).toBe(true)
      expect(await page.locator('.bar').first().isVisible()).toBe(false)
      await shoot(page, 'print')
      // No box that scrolls keeps the last of it from the paper.
      const sheets = await page.pdf()
      expect(sheets.toString('latin1').match(/\/Type ?\/Page\b/g)?.length).toBeGreaterThan(1)
    } finally {
      await page.emulateMedia({ media: null })
    }
  })

  it('a published police time counts where a button takes it, and no longer where it is left', async () => {
    await page.getByRole('button', { name: 'Cirkel', exact: true }).click()
    await page.locator('.answer .stale').waitFor()
    await page.locator('.answer .fresh').waitFor()
    await page.getByText(/unit A, 2024/).waitFor()
    const needed = page.getByRole('table', { name: 'Wat het verbod kan' }).getByRole('row').nth(1)
    const before = await needed.textContent()
    await page.getByRole('button', { name: 'Reken hiermee' }).click()
    await page.getByRole('button', { name: 'Reken hier niet mee' }).waitFor()
    await page.locator('.answer .fresh').waitFor()
    expect(await needed.textContent()).not.toBe(before)
    await page.getByRole('button', { name: 'Reken hier niet mee' }).click()
    await page.getByRole('button', { name: 'Reken hiermee' }).waitFor()
    await page.locator('.answer .fresh').waitFor()
    expect(await needed.textContent()).toBe(before)
  })

  it('other bans stand side by side, one of neighbourhoods is taken over, and its outline becomes an order', async () => {
    await page.locator('.answer .fresh').waitFor()
    await page.getByRole('button', { name: 'Vergelijk met andere verboden' }).click()
    const table = page.getByRole('table', { name: 'Andere verboden naast elkaar' })
    await table.waitFor()
    expect(await table.getByRole('columnheader').allTextContents()).toEqual(
      expect.arrayContaining(['Gevraagd', 'Buurten die het raakt', 'Afstand die meebeweegt']),
    )
    expect(await accessFaultsOf(page)).toEqual([])
    await page.getByLabel('Meldt elke (seconden)').fill('60')
    for (const [index, place] of [gridPlace(-1_900, 300), gridPlace(1_900, 300)].entries()) {
      await page.getByRole('button', { name: 'Adres van de verdachte toevoegen' }).click()
      const name = new RegExp(`verdachte of veroordeelde: Adres ${index + 1}`)
      const his = page.getByRole('group', { name })
      await his.getByLabel('Breedtegraad').fill(String(place.latitude))
      await his.getByLabel('Lengtegraad').fill(String(place.longitude))
    }
    await page.getByText('Wordt opnieuw gevraagd').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Vergelijk met andere verboden' }).click()
    const calls = table.getByRole('row', { name: /Meldingen per dag/ })
    expect(await calls.getByRole('cell').allTextContents()).not.toContain('0')
    const measure = page.getByRole('button', { name: 'Meet ook de meldingen' })
    await measure.click()
    await page.getByRole('progressbar', { name: /nagespeeld: [1-9]\d* %/ }).waitFor()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByRole('progressbar').waitFor({ state: 'hidden' })
    await measure.click()
    await page.getByRole('progressbar', { name: /nagespeeld: [1-9]\d* %/ }).waitFor()
    await shoot(page, 'measuring')
    await calls.getByRole('cell', { name: /^\d/ }).first().waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await shoot(page, 'measured')
    const keptBefore = (await world.call('supervisor', 'GET', path)).body['items']
    await page.getByRole('button', { name: 'Bewaar' }).click()
    await page.getByRole('progressbar', { name: /nagespeeld: [1-9]\d* %/ }).waitFor()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByRole('progressbar').waitFor({ state: 'hidden' })
    expect((await world.call('supervisor', 'GET', path)).body['items']).toEqual(keptBefore)
    await table.getByRole('button', { name: /buurten/ }).click()
    expect(await page.getByLabel('Codes van het CBS').inputValue()).toBe('BU00010001 BU00010002')
    await page.getByText('Wordt opnieuw gevraagd').waitFor({ state: 'hidden' })
    await page.getByLabel('Zoek buurt, wijk of gemeente').fill('west')
    await page.getByLabel('Zoek buurt, wijk of gemeente').press('Enter')
    const west = page.getByRole('button', { name: 'Dorp West (buurt)' })
    await west.click()
    expect(await page.getByLabel('Codes van het CBS').inputValue()).toBe('BU00010002')
    await page.locator('.area-map').first().click()
    await page
      .getByRole('button', { name: /Dorp (West|Oost)/ })
      .first()
      .waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await page.getByLabel('Codes van het CBS').fill('BU00010001 BU00010002')
    await page.getByText('Wordt opnieuw gevraagd').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Maak er een maatregel van' }).click()
    await page.getByRole('heading', { name: 'Nieuwe maatregel' }).waitFor()
    expect(await page.getByLabel('Gebied als GeoJSON').inputValue()).toContain('"Polygon"')
  })

  it('nothing went wrong in the page, and nothing is left in the browser', async () => {
    const refusals = desk.faults.filter((fault) => !fault.includes('400'))
    expect(refusals).toEqual([])
    const left = await page.evaluate(() => localStorage.length + sessionStorage.length)
    expect(left).toBe(0)
  })

  it('an operator has no such page', async () => {
    const { page: other, context } = await world.openDesk('operator')
    await other.goto(`${world.origin}/desk#/assessments`)
    await other.getByText('Uw rol mag dit onderdeel niet gebruiken.').waitFor()
    await context.close()
  })
})

const policeTime = { municipalityCode: 'GM0001', year: 2024, seconds: 570, source: 'unit A, 2024' }

/** Two neighbourhoods of one municipality, whose border goes through the middle of the town. */
const quarters = [
  { code: 'BU00010001', name: 'Dorp West', west: -2_000, east: 0 },
  { code: 'BU00010002', name: 'Dorp Oost', west: 0, east: 2_000 },
  { code: 'GM0001', name: 'Gemeente Dorp', west: -2_000, east: 2_000 },
]

async function areasOf(boxes: typeof quarters, folder: string): Promise<NamedAreas> {
  const features = boxes.map(({ code, name, west, east }) => {
    const places = [
      gridPlace(west, -2_000),
      gridPlace(east, -2_000),
      gridPlace(east, 2_000),
      gridPlace(west, 2_000),
      gridPlace(west, -2_000),
    ]
    const ring = places.map(({ longitude, latitude }) => [longitude, latitude])
    const geometry = { type: 'Polygon', coordinates: [ring] }
    return { type: 'Feature', properties: { statcode: code, statnaam: name }, geometry }
  })
  const text = JSON.stringify({ type: 'FeatureCollection', features })
  await writeFile(join(folder, 'quarters.geojson'), text)
  return await readNamedAreas(folder)
}

async function fillCircle(page: Page, radiusMeters: number): Promise<void> {
  const { longitude, latitude } = gridPlace(0, 0)
  await page.getByLabel('Breedtegraad').fill(String(latitude))
  await page.getByLabel('Lengtegraad').fill(String(longitude))
  await page.getByLabel('Straal (m)').fill(String(radiusMeters))
}

/** For whoever wants to look at it: `HOEDE_SHOTS` is a folder. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['HOEDE_SHOTS']
  if (folder !== undefined)
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** Of the question as it stands. */
async function verdictOf(page: Page): Promise<string | null> {
  return await page.locator('.answer .fresh .verdict').textContent()
}

/** Draws the edge of the circle outwards, and how long each new answer took meanwhile. */
/** From the change to its answer, as the page shows it; the machine decides how long. */
function sayTimes(what: string, taken: readonly number[]): void {
  const sorted = taken.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN
  process.stderr.write(
    `answers while ${what}: ${sorted.length}, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms\n`,
  )
}

async function dragEdge(page: Page, steps: number): Promise<readonly number[]> {
  return await drag(page, 'edge', steps)
}

async function drag(page: Page, handle: string, steps: number): Promise<readonly number[]> {
  const grip = page.locator(`svg [data-handle="${handle}"]`)
  await grip.scrollIntoViewIfNeeded()
  const box = await grip.boundingBox()
  if (box === null) throw new Error(`expected a handle ${handle}, got none`)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const taken = new Map<string, number>()
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let step = 1; step <= steps; step++) {
    await page.mouse.move(x + 2 * step, y)
    await page.waitForTimeout(handMs)
    const took = page.locator('.answer .took')
    if ((await took.count()) === 0) continue
    const radius = await page.locator('.checks').allTextContents()
    taken.set(radius.join(), Number(await took.getAttribute('data-took-ms')))
  }
  await page.mouse.up()
  return [...taken.values()]
}

/** Between two moves of a hand. */
const handMs = 50
