import { escapeHtml } from '../../escape-html.ts'

/** The little markup of our descriptions: paragraphs and `code`. */
export function renderMarkup(text: string): string {
  return text
    .split('\n\n')
    .map((paragraph) => `<p>${renderLine(paragraph)}</p>`)
    .join('\n')
}

/** One line of a description, with its `code`. */
export function renderLine(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}
