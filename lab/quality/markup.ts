import type { Bilingual } from './bilingual.ts'

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Both languages; the switch of the page hides one. */
export function inBoth({ nl, en }: Bilingual): string {
  return `<span lang="nl">${escapeHtml(nl)}</span><span lang="en">${escapeHtml(en)}</span>`
}
