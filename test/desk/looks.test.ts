import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'

/** Where pictures go that somebody looks at; none are made without it. */
const pictureFolder = process.env['HOEDE_DESK_PICTURES']

/** As seats, phones and eyes differ: the same page must be read on each. */
const looks = [
  { name: 'light', width: 1400, height: 1000, media: { colorScheme: 'light' } },
  { name: 'dark', width: 1400, height: 1000, media: { colorScheme: 'dark' } },
  { name: 'phone', width: 390, height: 844, media: {} },
  // 1280 pixels at 200 %.
  { name: 'zoomed', width: 640, height: 500, media: {} },
  { name: 'high-contrast', width: 1400, height: 1000, media: { forcedColors: 'active' } },
] as const

describe.skipIf(isBrowserMissing)(`The looks of the desk${browserSkipNote}`, () => {
  let world: DeskWorld
  let alertId = ''
  let orderId = ''
  beforeAll(async () => {
    world = await openDeskWorld()
    const made = await world.registerOrder('09/400000-26')
    const { offenderId, banId } = made
    orderId = made.orderId
    const fixes = [1, 2, 3, 4, 5, 6, 7, 8].map((place) => ({
      role: 'offender' as const,
      personId: offenderId,
      deviceId: world.deviceId,
      recordedAtMs: Date.now() - (9 - place) * 60_000,
      receivedAtMs: Date.now(),
      longitude: 4.8952 + (9 - place) * 0.0007,
      latitude: 52.3702 + (9 - place) * 0.0004,
      accuracyMeters: 14 + place,
      isBelieved: place !== 4,
      disbelief: place === 4 ? ['teleport'] : [],
      probability: 0.97,
    }))
    const evidence = { limitsVersion: '1', algorithmVersion: '1', facts: {} } as const
    alertId = await world.raise({
      protectionOrderId: orderId,
      offenderId,
      locationBanId: banId,
      evidence: { ...evidence, protectionOrderVersion: 1, fixes },
    })
    const other = await world.registerOrder('09/400001-26')
    const ids = { protectionOrderId: other.orderId, offenderId: other.offenderId }
    // One of the longest names there are.
    await world.raise({ ...ids, kind: 'order-without-device', priority: 'P2' })
    await world.raise({ ...ids, kind: 'battery-low', priority: 'P3' })
  })
  afterAll(() => world?.close())

  it.each(looks)(
    'a list and a case can be read as $name',
    async ({ name, width, height, media }) => {
      const viewport = { width, height }
      const { page, context, faults } = await world.openDesk('supervisor', { viewport })
      await page.emulateMedia(media)
      await page.locator('.row.p1').waitFor()
      await check(page, `list-${name}`)
      await page.goto(`${world.origin}/desk#/incidents/${alertId}`)
      await page.locator('.map svg .ban').waitFor()
      await page.locator('.step').first().waitFor()
      await page.keyboard.press('2')
      await page.locator('.choices').waitFor()
      await check(page, `case-${name}`)
      expect(faults).toEqual([])
      await context.close()
    },
  )

  it('every page and state can be read at twice the size, in forced colours, at rest and on a telephone', async () => {
    const { page, faults, context } = await world.openDesk(['supervisor', 'administrator'])
    const found: string[] = []
    for (const { name, address, ready, open } of pagesToWalk({ alertId, orderId })) {
      await page.goto(`${world.origin}/desk#${address}`)
      await page.locator(ready).first().waitFor()
      await expect
        .poll(async () => await page.getByText('Wordt opgehaald.').count(), { timeout: 20_000 })
        .toBe(0)
      await open?.(page)
      for (const { look, width, height, media } of walkedLooks) {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference', ...media })
        const wrong = [
          ...((await page.evaluate(outOfPlace)) as string[]),
          ...(look === 'telephone' || look === 'forced colours' ? await lostFocus(page) : []),
        ]
        found.push(...wrong.map((one) => `${name}, ${look}: ${one}`))
        if (pictureFolder === undefined) continue
        mkdirSync(pictureFolder, { recursive: true })
        await page.screenshot({ path: `${pictureFolder}/walk-${name}-${look}.png` })
      }
    }
    expect(found).toEqual([])
    // An address that is none is refused, and what the server says of it is said to be English.
    expect(faults.filter((fault) => !fault.includes('status of 400'))).toEqual([])
    await context.close()
  })

  it('a text that is too faint, or lies on what nobody can reckon, is found by the check', async () => {
    const { page, context } = await world.openDesk('supervisor')
    await page.locator('.row.p1').waitFor()
    const faultsWith = async (style: string): Promise<string> => {
      await page.locator('.brand').evaluate((one, css) => (one.style.cssText = css), style)
      return (await accessFaultsOf(page)).join()
    }
    expect(await faultsWith('color: rgb(150 150 150)')).toContain('contrast 2.9')
    expect(await faultsWith('background: linear-gradient(red, blue)')).toContain(
      'cannot be reckoned',
    )
    expect(await faultsWith('')).toBe('')
    await context.close()
  })

  it('a case goes on paper without the list and its buttons', async () => {
    const { page, context } = await world.openDesk('supervisor')
    await page.goto(`${world.origin}/desk#/incidents/${alertId}`)
    await page.locator('.map svg .ban').waitFor()
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
    await page.locator('.fix-table tbody tr').first().waitFor()
    // The terms of the order are folded away on screen alone.
    await page.locator('.evidence dl').first().waitFor()
    await page.emulateMedia({ media: 'print' })
    for (const hidden of ['.list', '.bar', '.actions', '.other-acts', '.steps-of-time'])
      expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false)
    for (const shown of ['.steps', '.map svg', '.fix-table tbody', '.diary'])
      expect(await page.locator(shown).first().isVisible(), shown).toBe(true)
    if (pictureFolder !== undefined)
      await page.screenshot({ path: `${pictureFolder}/case-print.png`, fullPage: true })
    await context.close()
  })
})

/** Nothing runs out of the side, axe finds nothing, and somebody may look at it. */
async function check(page: Page, name: string): Promise<void> {
  const overflowPixels = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflowPixels, name).toBeLessThanOrEqual(0)
  expect(await accessFaultsOf(page), name).toEqual([])
  if (pictureFolder === undefined) return
  mkdirSync(pictureFolder, { recursive: true })
  await page.screenshot({ path: `${pictureFolder}/${name}.png` })
}

const walkedLooks = [
  // 1280 pixels at 200 %.
  { look: 'twice the size', width: 640, height: 512, media: {} },
  { look: 'forced colours', width: 1280, height: 900, media: { forcedColors: 'active' } },
  { look: 'at rest', width: 1280, height: 900, media: { reducedMotion: 'reduce' } },
  { look: 'telephone', width: 360, height: 740, media: {} },
] as const

type WalkedPage = {
  readonly name: string
  readonly address: string
  /** There when the page is. */
  readonly ready: string
  /** Brings it into the state that is looked at. */
  readonly open?: (page: Page) => Promise<void>
}

/** What the checks of access look at elsewhere, each by its address. */
function pagesToWalk(ids: { readonly alertId: string; readonly orderId: string }): WalkedPage[] {
  const incident = `/incidents/${ids.alertId}`
  const press = (key: string, shown: string) => async (page: Page) => {
    await page.locator('.step').first().waitFor()
    // Out of what was open before.
    await page.keyboard.press('Escape')
    await page.keyboard.press(key)
    await page.locator(shown).first().waitFor()
  }
  const unfold = async (page: Page): Promise<void> => {
    await page.evaluate(() => {
      for (const one of document.querySelectorAll<HTMLDetailsElement>('main details'))
        one.open = true
    })
  }
  const sections = ['persons', 'devices', 'assignments', 'orders', 'ladder', 'partners', 'gaps']
  return [
    { name: 'list', address: '/', ready: '.row.p1' },
    { name: 'case', address: incident, ready: '.map svg .ban', open: unfold },
    { name: 'note', address: incident, ready: '.step', open: press('n', 'textarea') },
    {
      name: 'calling somebody in',
      address: incident,
      ready: '.step',
      open: press('e', '.choices'),
    },
    {
      name: 'closing',
      address: '/',
      ready: '.row.p1',
      open: async (page) => {
        await page.locator('.row.p1 a').click()
        await press('c', 'form.close')(page)
      },
    },
    ...[
      'hand-over',
      'figures',
      'protocol',
      'proposals',
      'assessments',
      'assessments/new',
      'accounts',
    ].map((place) => ({
      name: place.replace('/', ' '),
      address: `/${place}`,
      ready: 'main h1',
      open: unfold,
    })),
    ...sections.map((section) => ({
      name: section,
      address: `/register/${section}`,
      ready: 'main h1, main h2',
      open: unfold,
    })),
    {
      name: 'order',
      address: `/register/orders/${ids.orderId}`,
      ready: '.map svg .ban',
      open: unfold,
    },
    { name: 'new order', address: '/register/orders/new', ready: 'main form' },
    // What the server says in English alone is read out as that.
    {
      name: 'no order',
      address: '/register/orders/none',
      ready: '[role=alert] span[lang=en]',
    },
    { name: 'tour', address: '/tour', ready: '.tour' },
  ]
}

/** What runs out of the side, and text of which a part is cut away or lies under the next row. */
const outOfPlace = `(() => {
  const nameOf = (one) => one.tagName.toLowerCase() + '.' + one.className + ' ' + one.textContent.trim().slice(0, 40)
  const found = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) found.push('the page is ' + scrollWidth + ' wide')
  for (const one of document.querySelectorAll('body *')) {
    if (!one.checkVisibility() || one.closest('svg, .gl, select') !== null) continue
    const style = getComputedStyle(one)
    const isCut = one.scrollWidth > one.clientWidth + 1 && ['hidden', 'clip'].includes(style.overflowX)
    const hasText = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
    if (isCut && hasText && one.title === '') found.push('cut: ' + nameOf(one))
    if (one.matches('.row a') && one.scrollHeight > one.clientHeight + 1) found.push('too high: ' + nameOf(one))
    if (one.matches('button, input, select, summary') && one.getBoundingClientRect().right > innerWidth + 1)
      if (one.closest('.scroll, table') === null) found.push('out of sight: ' + nameOf(one))
  }
  return found
})()`

/** What has the focus and does not show it, or is not in sight; of ten that a key leads to. */
async function lostFocus(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  })
  const found: string[] = []
  for (let count = 0; count < 10; count += 1) {
    await page.keyboard.press('Tab')
    const wrong = (await page.evaluate(unseenFocus)) as string | null
    if (wrong !== null) found.push(wrong)
  }
  return found
}

const unseenFocus = `(() => {
  const one = document.activeElement
  if (one === null || one === document.body) return null
  const style = getComputedStyle(one)
  const { left, right, top, bottom } = one.getBoundingClientRect()
  const isShown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  const isInSight = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight
  const name = one.tagName + ' ' + (one.name ?? '') + one.textContent.trim().slice(0, 40)
  return isShown && isInSight ? null : (isShown ? 'focus out of sight: ' : 'focus not shown: ') + name
})()`
