import { numberOf, textOf } from '../form/values.ts'
import type { Outcome } from '../net/api.ts'
import type { OrderType } from './rows.ts'

/**
 * Who extends it, the other ladder, reviews, what follows the end and how sure each is: by the API.
 */
export function bodyOf(row: OrderType, values: FormData): Typed {
  const reason = textOf(values.get('reason'))
  const termOf = (name: string) => {
    const amount = numberOf(values.get(`${name}.amount`))
    return amount === undefined ? null : { amount, unit: values.get(`${name}.unit`) }
  }
  const places = [...row.reminders, null].flatMap((_step, index) =>
    termOf(String(index)) === null ? [] : [index],
  )
  const reminders = places.map((index) => ({
    before: termOf(String(index)),
    to: values.get(`${index}.to`),
    task: values.get(`${index}.task`),
    answerWithinHours: numberOf(values.get(`${index}.answerWithinHours`)) ?? null,
    everyHours: numberOf(values.get(`${index}.everyHours`)) ?? null,
    priority: values.get(`${index}.priority`),
  }))
  const { afterEnd, afterExtension, confidence, extendedBy, reviewEvery } = row
  const body = {
    basedOnVersion: row.version,
    statute: textOf(values.get('statute')) ?? '',
    term: termOf('term'),
    extensionTerm: termOf('extensionTerm'),
    extensionCountMax: numberOf(values.get('extensionCountMax')) ?? null,
    maximum: termOf('maximum'),
    extendedBy,
    reminders,
    afterExtension,
    reviewEvery,
    afterEnd,
    afterLast: textOf(values.get('afterLast')) ?? null,
    confidence,
    source: textOf(values.get('source')) ?? '',
    sourceNl: textOf(values.get('sourceNl')) ?? null,
    ...(reason === undefined ? {} : { reason }),
  }
  return { body, places }
}

type Typed = {
  readonly body: object
  /** Of each step that is sent, where it stands in the form: emptied ones are left out. */
  readonly places: readonly number[]
}

/** What is said of a step stands at the one that was typed. */
export function pointAtStep<T>(outcome: Outcome<T>, places: readonly number[]): Outcome<T> {
  if (outcome.kind !== 'refused') return outcome
  const faults = outcome.faults.map((fault) => {
    const [, sent, rest] = /^\/reminders\/(\d+)(.*)$/u.exec(fault.pointer ?? '') ?? []
    const place = sent === undefined ? undefined : places[Number(sent)]
    return place === undefined ? fault : { ...fault, pointer: `/reminders/${place}${rest ?? ''}` }
  })
  return { ...outcome, faults }
}
