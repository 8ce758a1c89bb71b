import { signal } from '@preact/signals'
import type { Pace } from './use-answer.ts'
import { emptyQuestion, type Question } from './question.ts'

/**
 * The question that somebody makes: it outlives a look at the desk, because an alert goes before
 * it, and is nowhere but in this page. It may hold where somebody hides.
 */
export const question = signal<Question>(emptyQuestion)

/** How it was changed last, which says how soon it is asked. */
export const pace = signal<Pace>('keys')

export function changeQuestion(change: Partial<Question>, by: Pace = 'keys'): void {
  pace.value = by
  question.value = { ...question.value, ...change }
}
