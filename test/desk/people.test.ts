import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { localTimeOf } from '../../src/desk/page/form/values.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'
import { picture as pictureOf } from '../support/picture.ts'
import { signInAs } from '../support/signed-in.ts'

const hoursFromNow = (hours: number): string =>
  new Date(Date.now() + hours * 3_600_000).toISOString()

describe.skipIf(isBrowserMissing)(`The people about a case${browserSkipNote}`, () => {
  let world: DeskWorld
  let orderId = ''
  let victimId = ''
  let alertId = ''
  beforeAll(async () => {
    world = await openDeskWorld()
    const post = async (path: string, body: object): Promise<string> => {
      const made = await world.call('supervisor', 'POST', path, body)
      expect(made.status, JSON.stringify(made.body)).toBeLessThan(300)
      return String(made.body['id'])
    }
    victimId = await post('/v1/persons', { role: 'victim', reference: 'SHN-2026-7' })
    const offenderId = await post('/v1/persons', { role: 'offender', reference: 'RECL-2026-7' })
    orderId = await post('/v1/protection-orders', {
      reference: '09/700700-26',
      legalBasis: 'prosecutor-behaviour-order',
      offenderId,
      validFrom: '2026-11-23T00:00:00Z',
      validUntil: '2027-02-20T00:00:00Z',
      proximityBans: [{ victimId, separationMeters: 1000 }],
    })
    await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_give-role`, {
      role: 'case-lead',
      holder: { name: 'A. Eerst', phone: '+31300000001' },
      standIn: { name: 'B. Twee' },
    })
    const told = { channel: 'call', phone: '+31300000001', ground: 'desk', outcome: 'reached' }
    await post(`/v1/persons/${victimId}/tellings`, { ...told, topic: 'order-begins' })
    const now = { ...world, clock: { timeMs: Date.now() } }
    const administrator = await signInAs(now, { roles: ['administrator'] })
    const token = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'a partner',
      role: 'partner',
    })
    const partner = await administrator.call('POST', '/v1/partners', {
      kind: 'police',
      name: 'Politie Midden-Nederland, meldkamer',
      apiClientId: token.body['id'],
      onBreach: 'Houd aan en bel de centrale.',
    })
    expect(partner.status, JSON.stringify(partner.body)).toBe(201)
    const evidence = { limitsVersion: '1', algorithmVersion: '1' } as const
    const seen = { recordedAtMs: Date.now(), receivedAtMs: Date.now() }
    alertId = await world.raise({
      kind: 'proximity-approach',
      priority: 'P2',
      protectionOrderId: orderId,
      offenderId,
      victimId,
      distanceMeters: 1_400,
      probability: 0.97,
      evidence: {
        ...evidence,
        protectionOrderVersion: 1,
        facts: { secondsToBreach: 1_200, closingMetersPerSecond: 1 },
        fixes: [
          {
            role: 'offender',
            personId: offenderId,
            deviceId: world.deviceId,
            ...seen,
            longitude: 4.8952,
            latitude: 52.3702,
            accuracyMeters: 14,
            isBelieved: true,
            disbelief: [],
            probability: 0.97,
          },
        ],
      },
    })
  })
  afterAll(() => world?.close())

  it('a supervisor keeps consent and wishes of a protected person, and sees what was told', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/register/persons`)
    await page.getByRole('link', { name: 'Open: SHN-2026-7' }).click()
    await page.getByText('niemand heeft het gevraagd').waitFor()
    await page.locator('.tellings', { hasText: 'de maatregel gaat in' }).waitFor()
    await page.locator('summary', { hasText: 'Leg vast wat er van' }).click()
    await page.getByLabel('Wat er is gezegd').selectOption('yes')
    await page.getByRole('button', { name: 'Leg vast wat er van' }).click()
    await page.getByText('stemde toe er een te dragen').waitFor()
    await page.locator('summary', { hasText: 'Wijzig de wensen' }).click()
    const wishes = page.getByRole('form', { name: 'Wijzig de wensen' })
    await wishes.getByLabel('Hoe').selectOption('contact-point')
    await wishes.getByLabel('Vanaf').fill('9 uur')
    await wishes.getByLabel('Tot').fill('21:00')
    await wishes.getByRole('button').click()
    await wishes.locator('[aria-invalid="true"]').waitFor()
    await wishes.getByLabel('Vanaf').fill('09:00')
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'victim-form')
    await wishes.getByRole('button').click()
    await page.getByText('tussen 09:00 en 21:00').waitFor()
    // Told in another way than they wish: refused until somebody says why.
    await page.locator('summary', { hasText: 'Leg vast dat er iets is verteld' }).click()
    const telling = page.getByRole('form', { name: 'Leg vast dat er iets is verteld' })
    // Danger is told from its alert: nobody chooses it here.
    expect(await telling.locator('option[value="danger"]').count()).toBe(0)
    await telling.getByLabel('Waarover').selectOption('device')
    await telling.getByLabel('Hoe').selectOption('call')
    await telling.getByLabel('Nummer').fill('+31300000001')
    await telling.getByLabel('Uitkomst').selectOption('reached')
    await telling.getByLabel('Wanneer').fill(localTimeOf(hoursFromNow(1)))
    await telling.getByRole('button').click()
    await telling.locator('input[name="toldAt"][aria-invalid="true"]').waitFor()
    await picture(page, 'victim-telling')
    await telling.getByLabel('Wanneer').fill('')
    await telling.getByRole('button').click()
    await telling.getByText('Dit is nodig.').waitFor()
    await telling.getByLabel('Waarom').fill('Aanspreekpunt niet te bereiken.')
    await telling.getByRole('button').click()
    await page.getByText(/anders dan gewenst: de manier/).waitFor()
    // What is kept an hour later says so, and is judged by what was known then.
    await page.locator('summary', { hasText: 'Leg vast dat er iets is verteld' }).click()
    await telling.getByLabel('Waarover').selectOption('contact')
    await telling.getByLabel('Hoe').selectOption('call')
    await telling.getByLabel('Nummer').fill('+31300000001')
    await telling.getByLabel('Uitkomst').selectOption('reached')
    await telling.getByLabel('Wanneer').fill(localTimeOf(hoursFromNow(-1)))
    await telling.getByRole('button').click()
    await page.getByText(/vastgelegd .* niemand heeft gevraagd wat gewenst is/).waitFor()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'victim-dark')
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([])
    await context.close()
  })

  it('a supervisor says how grave a case is, keeps who lives with whom and that somebody has moved, and answers what follows', async () => {
    const { page, faults, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/register/orders/${orderId}`)
    await page.getByText('Geen risicoprofiel').waitFor()
    await page.locator('summary', { hasText: 'Kies een risicoprofiel' }).click()
    const choice = page.getByRole('form', { name: 'Kies een risicoprofiel' })
    await choice.getByLabel('Risicoprofiel').selectOption('raised')
    await choice.getByLabel('Waarom').fill('Screening van vandaag.')
    await choice.getByRole('button').click()
    await page.getByText('Verhoogd (versie 0)').waitFor()
    await page.getByText('meldt zich elke 30 s').first().waitFor()
    await page.getByText('Deze maatregel is een zaak op zichzelf.').waitFor()
    // Reading it is on record, so it is asked for.
    await page.getByRole('button', { name: 'Toon: Wie bij wie woont' }).click()
    await page.getByText('Er is niets vastgelegd.').waitFor()
    await page.locator('summary', { hasText: 'Leg vast wie bij iemand woont' }).click()
    const link = page.getByRole('form', { name: 'Leg vast wie bij iemand woont' })
    await link.getByLabel('Wie', { exact: true }).selectOption({ label: 'SHN-2026-7' })
    await link.getByLabel('Kenmerk van de ander').fill('JB-2026-7')
    await link.getByLabel('Wat de ander is').selectOption('child')
    await link.getByLabel('Sinds').fill('2026-09-01T00:00')
    await link.getByRole('button').click()
    await page.getByText('met JB-2026-7 (kind)').waitFor()
    await page.locator('summary', { hasText: 'Leg vast dat iemand is verhuisd' }).click()
    const move = page.getByRole('form', { name: 'Leg vast dat iemand is verhuisd' })
    await move.getByLabel('Wie', { exact: true }).selectOption({ label: 'SHN-2026-7' })
    await move.getByLabel('Verhuisd op').fill('2026-11-23T00:00')
    await move.getByLabel('Oud adres').fill('Oude weg 12')
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'move-form')
    await move.getByRole('button').click()
    await page.getByText('van Oude weg 12 naar niet bekend').waitFor()
    await page.goto(`${world.origin}/desk#/register/moves`)
    await page.getByText('Een huishouden: iemand woonde met diegene samen').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    const row = page.locator('tr', { hasText: 'De maatregel: reikt niet' })
    await row.locator('summary').click()
    await row.getByLabel('Antwoord', { exact: true }).selectOption('changed')
    await row.getByLabel('Waarom').fill('Gewijzigd.')
    await row.getByRole('button', { name: 'Antwoord', exact: true }).click()
    // Nothing was changed yet.
    await row.getByText('Er is sinds de verhuizing niets gewijzigd: doe dat eerst.').waitFor()
    // Whoever says that it stays has read where they lived and live now, on record.
    await row.getByRole('button', { name: 'Toon beide adressen (wordt vastgelegd)' }).click()
    await row.getByText(/Van Oude weg 12 naar niet bekend/).waitFor()
    await row.getByLabel('Antwoord', { exact: true }).selectOption('stays')
    await row.getByRole('button', { name: 'Antwoord', exact: true }).click()
    await row.waitFor({ state: 'detached' })
    await page.locator('tr', { hasText: 'Een huishouden' }).locator('summary').click()
    await page.getByLabel('Antwoord', { exact: true }).selectOption('stays')
    await page.getByLabel('Waarom').fill('Verhuist mee.')
    await page.getByRole('button', { name: 'Antwoord', exact: true }).click()
    await page.getByText('Er wordt niets gevraagd.').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('Nothing is asked.').waitFor()
    await page.getByRole('button', { name: 'Nederlands' }).click()
    expect(faults.filter((fault) => !/40[09]/.test(fault))).toEqual([])
    await context.close()
  })

  it('a screening is kept of whom an administrator says was trained, and refused at the name of anybody else', async () => {
    const now = { ...world, clock: { timeMs: Date.now() } }
    await signInAs(now, { roles: ['operator'], displayName: 'S. Kundig' })
    const inDays = (days: number) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16)
    const administration = await world.openDesk('administrator')
    const trainings = administration.page
    await trainings.goto(`${world.origin}/desk#/accounts/trainings`)
    await trainings.getByRole('link', { name: 'S. Kundig' }).click()
    await trainings.getByText('Nergens voor opgeleid.').waitFor()
    await trainings.getByLabel('Opgeleid op').fill(inDays(-30))
    await trainings.getByRole('button', { name: 'Bewaar opleiding' }).click()
    await trainings.locator('[aria-invalid="true"]').waitFor()
    await trainings.getByLabel('Geldig tot').fill(inDays(300))
    await trainings.getByRole('button', { name: 'Bewaar opleiding' }).click()
    await trainings.getByText(/SASH: opgeleid .*, geldig tot/).waitFor()
    expect(await accessFaultsOf(trainings)).toEqual([])
    await picture(trainings, 'trainings')
    await administration.context.close()

    const { page, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/register/orders/${orderId}`)
    await page.locator('summary', { hasText: 'Bewaar een screening' }).click()
    const form = page.getByRole('form', { name: 'Bewaar een screening (SASH)' })
    await form.getByLabel('Ingevuld op').fill(inDays(-1))
    await form.getByLabel('Zorg').selectOption('high')
    await form.getByLabel('Opnieuw op').fill(inDays(100))
    await form.getByRole('button').click()
    await form.locator('select[name="authorId"][aria-invalid="true"]').waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'screening-refused')
    const option = await form.locator('option', { hasText: 'S. Kundig' }).getAttribute('value')
    await form.getByLabel('Ingevuld door').selectOption(option)
    await form.getByRole('button').click()
    await page.getByText(/Screening \(SASH\): .*zorg hoog, door S. Kundig; opnieuw op/).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await context.close()
  })

  it('what a protected person saw is typed at the desk and calls it', async () => {
    const { page, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/register/persons/${victimId}`)
    await page.locator('summary', { hasText: 'Zag de ander' }).click()
    const form = page.getByRole('form', { name: 'Zag de ander, of hoorde ervan' })
    await form.getByLabel('Wat er was').selectOption('seen')
    await form.getByRole('button').click()
    await form.locator('input[name="seenAt"][aria-invalid="true"]').waitFor()
    await form
      .getByLabel('Wanneer')
      .fill(new Date(Date.now() - 3_600_000).toISOString().slice(0, 16))
    await form.getByLabel('In eigen woorden').fill('Bij de bushalte.')
    expect(await accessFaultsOf(page)).toEqual([])
    await form.getByRole('button').click()
    await form.locator('.action.done').waitFor()
    const { rows } = await world.database.pool.query(
      `select from alerts where kind = 'sighting-reported' and victim_id = $1`,
      [victimId],
    )
    expect(rows).toHaveLength(1)
    await context.close()
  })

  it('whoever handles an alert about two people sees how much time is left, and opens the wishes', async () => {
    const { page, faults, context } = await world.openDesk('operator')
    await page.goto(`${world.origin}/desk#/incidents/${alertId}`)
    await page.locator('.card').waitFor()
    // Before it is taken over nothing is shown from which her place could be computed.
    expect(await page.getByText('tot de contactafstand').count()).toBe(0)
    await page.getByRole('button', { name: 'Neem over' }).click()
    await page
      .getByText(/tot de contactafstand ongeveer \d+ min, tot bij de beschermde persoon/)
      .waitFor()
    await page.locator('summary', { hasText: 'Toestemming, wensen' }).click()
    await page.locator('.victim-file .withheld').waitFor()
    await page.locator('.tellings', { hasText: 'per telefoon' }).waitFor()
    expect(await accessFaultsOf(page)).toEqual([])
    await picture(page, 'case-victim')
    expect(faults).toEqual([])
    await context.close()
  })

  it.each([
    { look: 'light', viewport: { width: 1_400, height: 1_000 }, colorScheme: 'light' },
    { look: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
  ] as const)(
    'reminders, partners, gaps and one case can be read with what is in them ($look)',
    async ({ look, viewport, colorScheme }) => {
      const { page, context } = await world.openDesk('supervisor', { viewport, colorScheme })
      await world.database.pool.query(
        `update order_reminders set due_at = now() - interval '1 hour' where protection_order_id = $1 and step = 0`,
        [orderId],
      )
      for (const [place, text] of [
        ['reminders', 'casusregisseur: A. Eerst'],
        ['gaps', 'de beschermde persoon kan bij niemand terecht'],
        ['partners', 'Houd aan en bel de centrale.'],
        [`orders/${orderId}`, 'A. Eerst'],
        ['moves', 'Verhuisd: wat volgt voor de verboden'],
        ['risk', 'Verhoogd (versie 0)'],
        ['kinds', 'Wet tijdelijk huisverbod, art. 2 en 9'],
        [`persons/${victimId}`, 'Uw afspraak is ingegaan.'],
        ['persons', 'SHN-2026-7'],
      ] as const) {
        await page.goto(`${world.origin}/desk#/register/${place}`)
        await page.getByText(text).first().waitFor()
        if (place.startsWith('orders'))
          await page.getByText('beschermde persoon: Geen toestel').waitFor()
        await page.getByText('Wordt opgehaald.').waitFor({ state: 'detached' })
        expect(await accessFaultsOf(page), place).toEqual([])
        expect(await page.evaluate(tooWide), place).toEqual([])
        await picture(page, `${place.split('/')[0]}${place.includes('/') ? '-one' : ''}-${look}`)
      }
      await context.close()
    },
  )

  it('every other place can be read in the dark on a telephone, and holds within its width', async () => {
    const viewport = { width: 360, height: 740 }
    const { page, faults, context } = await world.openDesk('supervisor', {
      viewport,
      colorScheme: 'dark',
    })
    for (const place of ['hand-over', 'figures', 'protocol', 'proposals', 'assessments', 'tour']) {
      await page.goto(`${world.origin}/desk#/${place}`)
      await page.locator('main h1, main h2, .tour').first().waitFor()
      // Several parts of a place may still be fetched.
      await vi.waitFor(
        async () => expect(await page.getByText('Wordt opgehaald.').count()).toBe(0),
        { timeout: 20_000, interval: 100 },
      )
      expect(await accessFaultsOf(page), place).toEqual([])
      expect(await page.evaluate(tooWide), place).toEqual([])
      await picture(page, `${place}-phone`)
    }
    expect(faults).toEqual([])
    await context.close()
  })
})

/** What runs out of the side, by its first words. */
const tooWide = `document.documentElement.scrollWidth <= innerWidth
  ? []
  : [...document.querySelectorAll('main *')]
      .filter((one) => one.getBoundingClientRect().right > innerWidth)
      .map((one) => one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 40))`

async function picture(page: Page, name: string): Promise<void> {
  await pictureOf(page, `people-${name}`)
}
