import type { FieldFault } from '../net/api.ts'
import { formWordsDutch } from './form-words.ts'

/**
 * What is wrong with one field, in Dutch. A code that says it all stands alone; of one that does
 * not the sentence of the server is told in Dutch where this page knows it, else quoted as it is.
 */
export function faultInDutch({ code, detail, detailNl }: FieldFault): FaultInDutch {
  if (detailNl !== undefined) return { text: detailNl, quote: '' }
  const { faults, otherFault } = formWordsDutch
  const meaning = (faults as Readonly<Record<string, string>>)[code]
  if (meaning !== undefined && !vagueCodes.has(code)) return { text: meaning, quote: '' }
  const said = detailInDutch(detail)
  const before = meaning ?? otherFault
  return said === null ? { text: before, quote: detail } : { text: `${before} ${said}`, quote: '' }
}

/** `quote`: the server's own words, which are English; empty: the text says it. */
type FaultInDutch = { readonly text: string; readonly quote: string }

/** They say of what sort a fault is, and not what was expected. */
const vagueCodes: ReadonlySet<string> = new Set([
  'invalid-type',
  'invalid-value',
  'invalid-format',
  'too-small',
  'too-big',
  'not-multiple-of',
  'custom',
])

function detailInDutch(detail: string): string | null {
  for (const [pattern, words] of sentences) {
    const match = pattern.exec(detail)
    if (match !== null) return words.replace('{n}', match[1] ?? '')
  }
  return null
}

/** As the schemas and the routes of forms say them; a test holds each to one that they say. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/, got (nothing|null)$/, 'Vul dit in.'],
  [/^expected an RFC 3339 date and time/, 'Vul een dag en een tijd in.'],
  [/^expected a local time HH:MM/, 'Vul een tijd in, zoals 08:00.'],
  [/^expected one line of text/, 'Vul één regel tekst in.'],
  [/^expected at least 1 characters/, 'Vul dit in.'],
  [/^expected at least (\d+) characters/, 'Ten minste {n} tekens.'],
  [/^expected at most (\d+) characters/, 'Hoogstens {n} tekens.'],
  [/^expected at least (\d+) elements/, 'Ten minste {n}.'],
  [/^expected at most (\d+) elements/, 'Hoogstens {n}.'],
  [/^expected a number of at least (\S+), got/, 'Ten minste {n}.'],
  [/^expected a number of at most (\S+), got/, 'Hoogstens {n}.'],
  [/^expected a number of more than (\S+), got/, 'Meer dan {n}.'],
  [/^expected a number of less than (\S+), got/, 'Minder dan {n}.'],
  [/^expected a whole number/, 'Vul een heel getal in.'],
  [/^expected a number/, 'Vul een getal in.'],
  [/^expected a multiple of (\S+), got/, 'In stappen van {n}.'],
  [/^expected ".*", got another string$/, 'Kies een van de mogelijkheden.'],
  [
    /^expected a moment of the last (\d+) days/,
    'Hoogstens {n} dagen geleden, en niet later dan nu.',
  ],
  [/^expected a moment in the future/, 'Kies een moment dat nog komt.'],
  [/^expected a moment to come, at most (\d+) days ahead/, 'Hoogstens {n} dagen vooruit.'],
  [/^expected at most (\d+) days; ask again then/, 'Hoogstens {n} dagen; vraag het dan opnieuw.'],
  [/^expected a UUID/, 'Kies er een uit de lijst.'],
]
