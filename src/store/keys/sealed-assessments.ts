import type { Db } from '../pg/pool.ts'
import { damaged } from './data-keys.ts'
import { openTexts, sealText } from './sealed-text.ts'
import { openPacked, sealValue, unpackValue } from './sealed-value.ts'

/**
 * A kept assessment as it is stored, with a key of its own: the verdict as it is, because it is
 * counted; what was asked with the pages made of it, what was answered, and its label, sealed.
 */
export async function sealAssessment<Row extends AssessmentTexts>(db: Db, row: Row): Promise<Row> {
  const { adviceCourt, adviceFile, answer, id, label, question } = row
  const scope = scopeOfAssessment(id)
  const asked = { question, adviceCourt, adviceFile }
  const verdict = (answer as { readonly verdict?: unknown }).verdict ?? null
  return {
    ...row,
    label: await sealText(db, scope, about(id, 'label'), label),
    question: { sealed: await sealValue(db, scope, about(id, 'question'), asked) },
    answer: { verdict, sealed: await sealValue(db, scope, about(id, 'answer'), answer) },
    adviceCourt: '',
    adviceFile: '',
  }
}

/**
 * In their order, of each the fields that were read. What was stored before there were keys is as
 * it was; of what does not open nothing is left.
 */
export async function openAssessments<Row extends Partial<AssessmentTexts> & { id: string }>(
  db: Db,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const labels = (
    await openTexts(
      db,
      rows.map(({ id, label = '' }) => ({ text: label, about: about(id, 'label') })),
    )
  ).values()
  const pieces = rows.flatMap(({ id, question, answer }) =>
    [
      { text: sealedIn(question), about: about(id, 'question') },
      { text: sealedIn(answer), about: about(id, 'answer') },
    ].flatMap(({ text, about: of }) => (text === null ? [] : [{ text, about: of }])),
  )
  const opened = (await openPacked(db, pieces)).values()
  const next = (): unknown => {
    const packed = opened.next().value ?? null
    return packed === null || packed === damaged ? null : unpackValue(packed)
  }
  return rows.map((row) => {
    const label = labels.next().value ?? ''
    const named = row.label === undefined ? row : { ...row, label }
    const asked = sealedIn(row.question) === null ? {} : (next() ?? { question: {} })
    const answered = sealedIn(row.answer) === null ? {} : { answer: next() ?? {} }
    return { ...named, ...asked, ...answered }
  })
}

/** Destroyed, it takes along what the assessment says of where anybody lives. */
export function scopeOfAssessment(id: string): string {
  return `assessment/${id}`
}

export type AssessmentTexts = {
  readonly id: string
  readonly label: string
  readonly question: object
  readonly answer: object
  readonly adviceCourt: string
  readonly adviceFile: string
}

function sealedIn(value: object | undefined): string | null {
  if (value === undefined || !('sealed' in value)) return null
  return typeof value.sealed === 'string' ? value.sealed : null
}

function about(id: string, part: 'label' | 'question' | 'answer'): string {
  return `assessment/${id}/${part}`
}
