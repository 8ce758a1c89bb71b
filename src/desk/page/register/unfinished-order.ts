import { signal } from '@preact/signals'
import type { BanDraft, PairDraft } from './ban-draft.ts'
import type { OrderStart } from './order-start.ts'

/** A new order that somebody typed and did not register. */
export type UnfinishedOrder = {
  readonly bans: readonly BanDraft[]
  readonly pairs: readonly PairDraft[]
  readonly start: OrderStart | null
  /** One for each input of the form, in their order there. */
  readonly typed: readonly TypedInput[]
}

type TypedInput = {
  readonly name: string
  readonly value: string
  readonly isChecked: boolean
}

/** Kept in this page alone: a look at another page must not cost what was typed. */
const kept = signal<(UnfinishedOrder & { readonly staffId: string }) | null>(null)

/** What goes on: of whoever sits here alone, and none where another assessment brings its own. */
export function findUnfinished(
  staffId: string | undefined,
  start: OrderStart | null,
): UnfinishedOrder | null {
  const order = kept.peek()
  if (order === null || order.staffId !== staffId) return null
  return start === null || start.assessmentId === order.start?.assessmentId ? order : null
}

export function keepUnfinished(staffId: string | undefined, order: UnfinishedOrder): void {
  if (staffId !== undefined) kept.value = { ...order, staffId }
}

export function forgetUnfinished(): void {
  kept.value = null
}

/** What stands in each input; what is hidden follows from the others. */
export function readTyped(form: HTMLFormElement): readonly TypedInput[] {
  return inputsOf(form).map((input) => ({
    name: input.name,
    value: input.value,
    isChecked: isTicked(input),
  }))
}

/** As if it were typed again, so that whatever listens hears it. */
export function typeAgain(form: HTMLFormElement, typed: readonly TypedInput[]): void {
  for (const [place, input] of inputsOf(form).entries()) {
    const before = typed[place]
    if (before === undefined || before.name !== input.name) continue
    if (input.value === before.value && isTicked(input) === before.isChecked) continue
    input.value = before.value
    if (input instanceof HTMLInputElement) input.checked = before.isChecked
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

function inputsOf(form: HTMLFormElement) {
  const selector = 'input:not([type="hidden"]), select, textarea'
  return [
    ...form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(selector),
  ]
}

function isTicked(input: Element): boolean {
  return input instanceof HTMLInputElement && input.checked
}
