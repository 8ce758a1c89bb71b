/** Text for between tags and inside attribute quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

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
