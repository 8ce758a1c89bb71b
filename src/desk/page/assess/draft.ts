import type { z } from 'zod'
import type { foundNamedAreasSchema } from '../../../schemas/named-area-search.ts'
import type { Place } from '../map/projection.ts'
import { cornerAt } from '../register/area.ts'
import { makePersonal } from '../state/personal.ts'
import { emptyQuestion, type Question } from './question.ts'
import type { Pace } from './use-answer.ts'

/**
 * The question that somebody makes: it outlives a look at the desk, because an alert goes before
 * it, and is nowhere but in this page. It may hold where somebody hides.
 */
export const question = makePersonal<Question>(emptyQuestion)

/** How it was changed last, which says how soon it is asked. */
export const pace = makePersonal<Pace>('keys')

/** What was kept last, and of which question: an order that is made of it names it. */
export const kept = makePersonal<{ readonly id: string; readonly of: Question } | null>(null)

export function changeQuestion(change: Partial<Question>, by: Pace = 'keys'): void {
  pace.value = by
  question.value = { ...question.value, ...change }
}

/** The areas that were found last, by name or under a click. */
export const foundAreas = makePersonal<FoundAreas | null>(null)

export type FoundAreas = z.output<typeof foundNamedAreasSchema>

/** The address that the next click on the map places; null: a click is about the ban. */
export const placing = makePersonal<Placing | null>(null)

export type Placing = {
  readonly of: 'victims' | 'offenders'
  readonly key: number
  /** As its row is called. */
  readonly number: number
}

export function putAddress({ of, key }: Placing, place: Place): void {
  const [longitude, latitude] = cornerAt(place).map(String)
  if (longitude === undefined || latitude === undefined) return
  const next = question.value[of].map((address) =>
    address.key === key ? { ...address, longitude, latitude } : address,
  )
  placing.value = null
  changeQuestion({ [of]: next }, 'hand')
}

/** Something is asked, and not kept: a reload would lose it. */
export function isQuestionBegun(): boolean {
  const now = question.peek()
  return now !== emptyQuestion && kept.peek()?.of !== now
}
