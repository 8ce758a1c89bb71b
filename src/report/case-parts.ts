import { escapeHtml } from '../escape-html.ts'

/**
 * Of what somebody typed only names and references stand on the page: not longer than a name is,
 * and nothing that reads as a place.
 */
export function typed(words: string): string {
  if (placeLike.some((pattern) => pattern.test(words))) return '(weggelaten: lijkt op een plaats)'
  return words.length <= typedLengthMax ? words : `${words.slice(0, typedLengthMax)}…`
}

const typedLengthMax = 80
/** Two numbers as of a map, in degrees or metres, and a postcode. */
const placeLike = [
  /\d{1,3}[.,]\d{3,}\D{1,4}\d{1,3}[.,]\d{3,}/u,
  /\d\s*°/u,
  /\b\d{5,6}\s*[,;]\s*\d{6}\b/u,
  /(?<![-/\d])\b[1-9]\d{3} ?[A-Z]{2}\b(?![-/\d])/u,
]

export function table(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return `<h3>${escapeHtml(title)}</h3>\n<p>Geen.</p>`
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr><th scope="row">${escapeHtml(first)}</th>${rest.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  )
  return `<table>
<caption>${escapeHtml(title)}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${body.join('')}</tbody>
</table>`
}

function localOf(atMs: number): Temporal.ZonedDateTime {
  // A moment that the database made has microseconds.
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(
    'Europe/Amsterdam',
  )
}

export function dayOf(atMs: number): string {
  return localOf(atMs).toLocaleString('nl-NL', { day: 'numeric', month: 'short', year: 'numeric' })
}

export function timeOf(atMs: number): string {
  return localOf(atMs).toLocaleString('nl-NL', { dateStyle: 'long', timeStyle: 'short' })
}
