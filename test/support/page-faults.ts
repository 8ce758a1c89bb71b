import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/**
 * What a check of access finds wrong with a page as it stands, each with the element; and each code
 * of the API that stands in Dutch text: whoever reads that page reads no code.
 */
export async function accessFaultsOf(page: Page): Promise<readonly string[]> {
  const found = await analyseStill(page)
  const texts = (await page.evaluate(readDutch)) as readonly string[]
  return [
    ...found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join()}`),
    // What the check could not decide is no pass: contrast is reckoned here, and all else is told.
    ...found.incomplete
      .filter(({ id }) => id !== 'color-contrast')
      .map(({ id, nodes }) => `undecided ${id}: ${nodes.map((n) => n.html).join()}`),
    ...((await page.evaluate(readContrast)) as readonly string[]),
    // Read out with the sounds of Dutch nobody understands it.
    ...texts
      .filter((text) => /In het Engels, van de server: \S/.test(text))
      .map((text) => `English that is not said to be: ${text}`),
    ...texts.flatMap((text) => codesIn(text).map((code) => `code without words: ${code}`)),
  ]
}

/**
 * A heading that is drawn anew while the check runs has no place in its list, which it then cannot
 * decide: it looks again, and tells what it could not decide three times.
 */
async function analyseStill(page: Page) {
  for (let count = 1; ; count++) {
    const found = await new AxeBuilder({ page: page as never }).analyze()
    const isStill = found.incomplete.every(({ id }) => id !== 'heading-order')
    if (isStill || count === 3) return found
    await page.waitForTimeout(500)
  }
}

/** What looks like a code: `no-document`, `legalBasis`. Tokens of the tests are named by one. */
export function codesIn(text: string): readonly string[] {
  const found = text.match(
    /(?<![\w/.-]|test )(?:[a-z]{2,}(?:-[a-z]{2,})+|[a-z]{2,}[A-Z][a-z]\w*)(?![\w/.-])/g,
  )
  return (found ?? []).filter((word) => !dutchWords.has(word))
}

/** That have a hyphen and are no code. */
const dutchWords: ReadonlySet<string> = new Set(['politie-eenheid'])

/** Each text in sight that is said to be Dutch; quotes and what was typed are somebody's own. */
const readDutch = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode
    if (parentElement.closest('[lang]')?.lang !== 'nl') continue
    if (parentElement.closest('code, q, textarea, script, style') !== null) continue
    if (parentElement.checkVisibility()) texts.push(textContent)
  }
  return texts
})()`

/**
 * Each text in sight whose contrast with what lies below it is too small, or cannot be reckoned:
 * its colour over the grounds of all that it stands in, the nearest on top.
 */
const readContrast = `(() => {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const brush = canvas.getContext('2d', { willReadFrequently: true })
  // As the browser draws it, whatever notation it is in.
  const over = (colours) => {
    brush.clearRect(0, 0, 1, 1)
    for (const colour of colours) {
      brush.fillStyle = colour
      brush.fillRect(0, 0, 1, 1)
    }
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255).map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const faults = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (walker.currentNode.textContent.trim() === '') continue
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    if (element.closest('svg, script, style, [disabled], [aria-disabled="true"], option') !== null) continue
    const box = element.getBoundingClientRect()
    if (box.width <= 1 || box.height <= 1 || box.right < 0 || box.bottom < 0) continue
    const grounds = []
    let isPicture = false
    for (let at = element; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (style.backgroundImage !== 'none') isPicture = true
      if (style.opacity !== '1') isPicture = true
      grounds.unshift(style.backgroundColor)
    }
    const style = getComputedStyle(element)
    const ground = ['Canvas', ...grounds]
    const [below, above] = [over(ground), over([...ground, style.color])].map(light)
    const ratio = (Math.max(below, above) + 0.05) / (Math.min(below, above) + 0.05)
    const size = parseFloat(style.fontSize)
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    const what = element.outerHTML.slice(0, 160)
    if (isPicture) faults.add('contrast cannot be reckoned: ' + what)
    else if (ratio < (isLarge ? 3 : 4.5)) faults.add('contrast ' + ratio.toFixed(2) + ': ' + what)
  }
  return [...faults]
})()`
