import { escapeHtml } from '../../src/escape-html.ts'
import type { Bilingual } from './bilingual.ts'

/** Both languages; the switch of the page hides one. */
export function inBoth({ nl, en }: Bilingual): string {
  return `<span lang="nl">${escapeHtml(nl)}</span><span lang="en">${escapeHtml(en)}</span>`
}
