import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/**
 * What a check of access finds wrong with a page as it stands, each with the element; and each code
 * of the API that stands in Dutch text: whoever reads that page reads no code.
 */
export async function accessFaultsOf(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page: page as never }).analyze()
  const texts = (await page.evaluate(readDutch)) as readonly string[]
  return [
    ...found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join()}`),
    // Read out with the sounds of Dutch nobody understands it.
    ...texts
      .filter((text) => /In het Engels, van de server: \S/.test(text))
      .map((text) => `English that is not said to be: ${text}`),
    ...texts.flatMap((text) => codesIn(text).map((code) => `code without words: ${code}`)),
  ]
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
